"""Les chiffres manuscrits, lus dans les données partagées du cours."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

FICHIER = Path("/data/digits/digits.csv")


@dataclass(frozen=True)
class Chiffres:
    """Des images (n, 64), chaque pixel entre 0 et 1, et leurs étiquettes (n), de 0 à 9."""

    images: torch.Tensor
    etiquettes: torch.Tensor

    def __len__(self) -> int:
        return len(self.etiquettes)


def charger(fichier: Path = FICHIER, part_test: float = 0.25, graine: int = 0) -> tuple[Chiffres, Chiffres]:
    """Lit le fichier, mélange, et sépare apprentissage et test.

    La graine rend la séparation reproductible : tout le groupe compare les mêmes scores.
    """
    tableau = np.loadtxt(fichier, delimiter=",", dtype=np.float32)
    ordre = np.random.default_rng(graine).permutation(len(tableau))
    tableau = tableau[ordre]
    images = torch.from_numpy(tableau[:, :64] / 16.0)
    etiquettes = torch.from_numpy(tableau[:, 64]).long()
    coupe = round(len(tableau) * (1 - part_test))
    return (
        Chiffres(images[:coupe], etiquettes[:coupe]),
        Chiffres(images[coupe:], etiquettes[coupe:]),
    )
