#include "statistiques.hpp"

#include <cmath>

double moyenne(const std::vector<double>& valeurs) {
  if (valeurs.empty()) return 0;
  double somme = 0;
  #pragma omp parallel for reduction(+ : somme)
  for (std::size_t i = 0; i < valeurs.size(); ++i) somme += valeurs[i];
  return somme / static_cast<double>(valeurs.size());
}

double ecart_type(const std::vector<double>& valeurs) {
  // À vous : la racine de la moyenne des carrés des écarts à la moyenne, en parallèle comme ci-dessus.
  (void)valeurs;
  return -1;
}
