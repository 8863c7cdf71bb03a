"""Halving and doubling with a filter before, against aliasing (Zhang, ICML 2019). Both filters are buffers that
checkpoints carry as `filt`, though nothing ever changes them."""

import torch
from torch import nn
from torch.nn import functional


def binomial(*row):
    """The separable filter of a row, as a matrix whose entries add up to 1."""
    row = torch.tensor(row)
    matrix = torch.outer(row, row)
    return matrix / matrix.sum()


class Downsample(nn.Module):
    """Half the size, by (1, 2, 1) in both directions on every other pixel, borders mirrored."""

    def __init__(self, channels):
        super().__init__()
        self.register_buffer("filt", binomial(1.0, 2, 1).repeat(channels, 1, 1, 1))

    def forward(self, x):
        x = functional.pad(x, (1, 1, 1, 1), mode="reflect")
        return functional.conv2d(x, self.filt.to(x.dtype), stride=2, groups=x.shape[1])


class Upsample(nn.Module):
    """Twice the size, by (1, 3, 3, 1) in both directions between zeros, borders repeated: the pixels of bilinear
    interpolation."""

    def __init__(self, channels):
        super().__init__()
        self.register_buffer("filt", 4 * binomial(1.0, 3, 3, 1).repeat(channels, 1, 1, 1))

    def forward(self, x):
        x = functional.pad(x, (1, 1, 1, 1), mode="replicate")
        x = functional.conv_transpose2d(x, self.filt.to(x.dtype), stride=2, padding=2, groups=x.shape[1])
        return x[:, :, 1:-1, 1:-1]
