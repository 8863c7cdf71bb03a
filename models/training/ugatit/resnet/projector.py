"""What turns features of an encoder into vectors that the contrastive losses compare ("F" in the public code)."""

import torch
from torch import nn

POSITIONS, WIDTH = 256, 256


def unit(vectors):
    """Vectors (N, C) of length 1. The small number is added to the length, not to its square."""
    return vectors / (vectors.norm(dim=1, keepdim=True) + 1e-7)


class PatchProjector(nn.Module):
    """For each of some feature maps, vectors of length 1 at random positions of it.

    `widths` are the channels of the maps; each has two layers of its own, `mlp_0`, `mlp_1`, …
    """

    def __init__(self, widths):
        super().__init__()
        self.count = len(widths)
        for index, width in enumerate(widths):
            setattr(self, f"mlp_{index}",
                    nn.Sequential(nn.Linear(width, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH)))

    def forward(self, maps, positions):
        """Vectors (N, P, 256) of each of the `maps` (N, C, H, W) at its `positions` (P), which count row by row."""
        vectors = []
        for index, (found, places) in enumerate(zip(maps, positions, strict=True)):
            samples = found.float().flatten(2)[:, :, places].transpose(1, 2)
            with torch.autocast(samples.device.type, enabled=False):
                projected = unit(getattr(self, f"mlp_{index}")(samples.flatten(0, 1)))
            vectors.append(projected.unflatten(0, samples.shape[:2]))
        return vectors


def random_positions(maps, most=POSITIONS):
    """For each map up to `most` positions, none twice, the same for all images of the batch."""
    return [torch.randperm(found.shape[2] * found.shape[3])[:most].to(found.device) for found in maps]


class Mapper(nn.Module):
    """SimDCL's: the vectors of all maps of one image, taken as a picture with a channel for each map, to one vector
    of 64 numbers and length 1."""

    def __init__(self, maps, width=64):
        super().__init__()
        self.model = nn.Sequential(
            nn.Conv2d(maps, width, 3, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
            nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width))

    def forward(self, vectors):
        """From vectors (1, P, 256) of each map, as many of each."""
        with torch.autocast(vectors[0].device.type, enabled=False):
            return unit(self.model(torch.stack(vectors, dim=1)))
