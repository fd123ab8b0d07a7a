// Un jeton fait le tour des processus ; chacun y ajoute son rang.
#include <mpi.h>

#include <cstdio>

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rang = 0, nombre = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rang);
  MPI_Comm_size(MPI_COMM_WORLD, &nombre);

  const int suivant = (rang + 1) % nombre, precedent = (rang + nombre - 1) % nombre;
  int jeton = 0;
  if (rang > 0) MPI_Recv(&jeton, 1, MPI_INT, precedent, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  jeton += rang;
  MPI_Send(&jeton, 1, MPI_INT, suivant, 0, MPI_COMM_WORLD);
  if (rang == 0) {
    MPI_Recv(&jeton, 1, MPI_INT, precedent, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    std::printf("Le jeton est revenu : %d\n", jeton);
  }

  MPI_Finalize();
}
