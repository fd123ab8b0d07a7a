#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <numeric>

#include "statistiques.hpp"

TEST_CASE("la moyenne") {
  CHECK(moyenne({}) == 0);
  CHECK(moyenne({1, 2, 3, 4}) == doctest::Approx(2.5));
}

TEST_CASE("l'écart type") {
  CHECK(ecart_type({}) == 0);
  CHECK(ecart_type({5, 5, 5}) == doctest::Approx(0));
  CHECK(ecart_type({2, 4, 4, 4, 5, 5, 7, 9}) == doctest::Approx(2));
}

TEST_CASE("beaucoup de valeurs") {
  std::vector<double> valeurs(1'000'001);
  std::iota(valeurs.begin(), valeurs.end(), 0);
  CHECK(moyenne(valeurs) == doctest::Approx(500'000));
  CHECK(ecart_type(valeurs) == doctest::Approx(288'675.1346));
}
