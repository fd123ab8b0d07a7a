"""Chiffres manuscrits : les données, un petit réseau et son apprentissage."""

from chiffres.donnees import Chiffres, charger
from chiffres.modele import Perceptron

__all__ = ["Chiffres", "Perceptron", "charger"]
