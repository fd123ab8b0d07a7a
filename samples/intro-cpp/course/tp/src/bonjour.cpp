// Chaque fil se présente, dans l'ordre.
#include <omp.h>

#include <cstdio>

int main() {
  #pragma omp parallel for ordered schedule(static, 1)
  for (int fil = 0; fil < omp_get_max_threads(); ++fil) {
    #pragma omp ordered
    std::printf("Bonjour du fil %d sur %d\n", omp_get_thread_num(), omp_get_num_threads());
  }
}
