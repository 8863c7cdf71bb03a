"""What a step is taken from, and what generators make of it."""

from typing import NamedTuple

import torch

DIRECTIONS = {"B": "A2B", "A": "B2A"}  # domain translated into -> direction


class Batch(NamedTuple):
    """Images (N, 3, H, W) of both domains, and the classes (N) of those of A where the method learns from them."""

    a: torch.Tensor
    b: torch.Tensor
    labels: torch.Tensor | None = None

    def real(self, domain):
        return self.a if domain == "A" else self.b

    def source(self, domain):
        """The images that are translated into the domain."""
        return self.b if domain == "A" else self.a


class Translation(NamedTuple):
    """What a generator makes of images of its source and its target domain."""

    fake: torch.Tensor  # of the source
    same: torch.Tensor | None = None  # of the target, where the method looks at it: the identity images
    cam_loss: torch.Tensor | None = None  # what U-GAT-IT's auxiliary classifier pays for mistaking the domains
    mirrored: bool = False  # whether FastCUT had it translate mirror images
