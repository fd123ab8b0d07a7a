"""La boucle d'apprentissage. En ligne de commande : python3 -m chiffres.apprentissage"""

import os

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from chiffres.donnees import Chiffres, charger
from chiffres.modele import Perceptron


def justesse(modele: nn.Module, donnees: Chiffres) -> float:
    """La part des images bien reconnues, de 0 à 1."""
    modele.eval()
    with torch.no_grad():
        predictions = modele(donnees.images).argmax(dim=1)
    return (predictions == donnees.etiquettes).float().mean().item()


def apprendre(modele: nn.Module, donnees: Chiffres, epoques: int, pas: float = 1e-2, lot: int = 64) -> list[float]:
    """Entraîne le modèle sur place et rend la perte moyenne de chaque époque."""
    lots = DataLoader(TensorDataset(donnees.images, donnees.etiquettes), batch_size=lot, shuffle=True)
    optimiseur = torch.optim.Adam(modele.parameters(), lr=pas)
    perte = nn.CrossEntropyLoss()
    historique = []
    for _ in range(epoques):
        modele.train()
        somme = 0.0
        for images, etiquettes in lots:
            optimiseur.zero_grad()
            erreur = perte(modele(images), etiquettes)
            erreur.backward()
            optimiseur.step()
            somme += erreur.item() * len(etiquettes)
        historique.append(somme / len(donnees))
    return historique


def main() -> None:
    torch.manual_seed(0)
    # Choisi par l'enseignant dans le cours (paramètre « epochs »).
    epoques = int(os.environ.get("COURSE_EPOCHS", "10"))
    apprentissage, test = charger()
    modele = Perceptron()
    historique = apprendre(modele, apprentissage, epoques)
    for numero, valeur in enumerate(historique, start=1):
        print(f"époque {numero:2d}  perte {valeur:.3f}")
    print(f"justesse sur le test : {justesse(modele, test):.3f}")


if __name__ == "__main__":
    main()
