"""Normalisations of the decoder: AdaLIN and ILN, the method's own, and those that the paper compares them with.

The paper names its ablations and says no more; public code has none of them. Here IN and LN are AdaLIN with rho
held at 1 and at 0, its unbiased variance and epsilon included, so that what differs is what the name says.
"""

import math

import torch
from torch import nn
from torch.nn import functional

EPSILON = 1e-5
GROUPS = 32


def instance_layer_norm(x, rho, gamma, beta):
    """rho·IN(x) + (1 − rho)·LN(x), then ·gamma + beta (section 2.2.1 of the paper, "AdaLIN").

    `x` is (N, C, H, W); `rho` a number or (1, C, 1, 1); `gamma`, `beta` broadcast to (N, C, 1, 1). Both variances
    are the unbiased ones (divided by N − 1), as `torch.var` has it by default and the public code relies on. The
    layer statistics follow from the channel statistics, so `x` is read once for both.
    """
    area = x.shape[2] * x.shape[3]
    channels = x.shape[1]
    # Two sums: torch.var_mean, which does the same, takes several times as long on a CPU.
    mean = x.mean(dim=(2, 3), keepdim=True)
    centred = x - mean
    squares = centred.square().sum(dim=(2, 3), keepdim=True)
    from_layer = mean - mean.mean(dim=1, keepdim=True)
    layer_squares = (squares + area * from_layer.square()).sum(dim=1, keepdim=True)

    instance_factor = rho * torch.rsqrt(squares / (area - 1) + EPSILON)
    layer_factor = (1 - rho) * torch.rsqrt(layer_squares / (channels * area - 1) + EPSILON)
    # LN's mean is not the channel's: what is left of it after centring moves the whole channel.
    shift = beta + gamma * layer_factor * from_layer
    return torch.addcmul(shift, centred, gamma * (instance_factor + layer_factor))


class AdaLIN(nn.Module):
    """Adaptive layer-instance normalisation: gamma and beta (N, C) come from the attention branch."""

    def __init__(self, channels):
        super().__init__()
        self.rho = nn.Parameter(torch.full((1, channels, 1, 1), 0.9))

    def forward(self, x, gamma, beta):
        # Statistics and the affine map stay in the weights' type: bf16 autocast would round the sums.
        with torch.autocast(x.device.type, enabled=False):
            x = x.to(self.rho.dtype)
            gamma, beta = (values.to(x.dtype)[:, :, None, None] for values in (gamma, beta))
            return instance_layer_norm(x, self.rho, gamma, beta)


class AdaIN(nn.Module):
    """Adaptive instance normalisation: AdaLIN whose rho is 1. It has no weights."""

    def __init__(self, channels):
        super().__init__()

    def forward(self, x, gamma, beta):
        with torch.autocast(x.device.type, enabled=False):
            x = x.to(torch.promote_types(x.dtype, torch.float32))
            gamma, beta = (values.to(x.dtype)[:, :, None, None] for values in (gamma, beta))
            return instance_layer_norm(x, 1.0, gamma, beta)


class Learned(nn.Module):
    """A normalisation whose gamma and beta are learned per channel."""

    def __init__(self, channels):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(1, channels, 1, 1))
        self.beta = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x):
        with torch.autocast(x.device.type, enabled=False):
            return self.normalised(x.to(self.gamma.dtype))


class ILN(Learned):
    """Instance-layer normalisation of the decoder's upsampling stages."""

    def __init__(self, channels):
        super().__init__(channels)
        self.rho = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def normalised(self, x):
        return instance_layer_norm(x, self.rho, self.gamma, self.beta)


class InstanceNorm(Learned):
    def normalised(self, x):
        return instance_layer_norm(x, 1.0, self.gamma, self.beta)


class LayerNorm(Learned):
    """Over all channels and places of an image; gamma and beta per channel."""

    def normalised(self, x):
        return instance_layer_norm(x, 0.0, self.gamma, self.beta)


class GroupNorm(Learned):
    """Over 32 groups of channels, or as many as divide them evenly. Its variance is the biased one, as
    everybody's group normalisation has it."""

    def normalised(self, x):
        groups = math.gcd(GROUPS, x.shape[1])
        return functional.group_norm(x, groups, self.gamma.flatten(), self.beta.flatten(), EPSILON)


# Name -> of the decoder's residual blocks, of its upsampling stages.
NORMALIZATIONS = {"adalin": (AdaLIN, ILN), "adain": (AdaIN, InstanceNorm), "in": (InstanceNorm, InstanceNorm),
                  "ln": (LayerNorm, LayerNorm), "gn": (GroupNorm, GroupNorm)}
ADAPTIVE = ("adalin", "adain")  # those whose residual blocks take gamma and beta from the attention branch
