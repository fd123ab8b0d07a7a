#pragma once

#include <vector>

// La moyenne des valeurs ; 0 s'il n'y en a pas.
double moyenne(const std::vector<double>& valeurs);

// L'écart type des valeurs (on divise par leur nombre) ; 0 s'il n'y en a pas.
double ecart_type(const std::vector<double>& valeurs);
