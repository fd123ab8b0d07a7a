"""Un perceptron à une couche cachée."""

import torch
from torch import nn


class Perceptron(nn.Module):
    """64 pixels -> couche cachée -> un score par chiffre."""

    def __init__(self, cachees: int = 64) -> None:
        super().__init__()
        self.couches = nn.Sequential(nn.Linear(64, cachees), nn.ReLU(), nn.Linear(cachees, 10))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.couches(images)
