"""Instance-layer normalisation: AdaLIN (gamma, beta given per image) and ILN (gamma, beta learned)."""

import torch
from torch import nn

EPSILON = 1e-5


def instance_layer_scale_shift(x, rho, gamma, beta):
    """Per-channel `scale, shift` (N, C, 1, 1) with `x * scale + shift` = rho·IN(x) + (1 − rho)·LN(x), then
    ·gamma + beta (section 2.2.1 of the paper, "AdaLIN").

    `x` is (N, C, H, W); `rho` (1, C, 1, 1); `gamma`, `beta` broadcast to (N, C, 1, 1). Both variances are the
    unbiased ones (divided by N − 1), as `torch.var` has it by default and the public code relies on. The
    layer statistics follow from the channel statistics, so `x` is read once for both.
    """
    area = x.shape[2] * x.shape[3]
    channels = x.shape[1]
    variance, mean = torch.var_mean(x, dim=(2, 3), keepdim=True, correction=1)
    layer_mean = mean.mean(dim=1, keepdim=True)
    within = (area - 1) * variance.sum(dim=1, keepdim=True)
    between = area * (mean - layer_mean).square().sum(dim=1, keepdim=True)
    layer_variance = (within + between) / (channels * area - 1)

    instance_factor = rho * torch.rsqrt(variance + EPSILON)
    layer_factor = (1 - rho) * torch.rsqrt(layer_variance + EPSILON)
    scale = gamma * (instance_factor + layer_factor)
    shift = beta - gamma * (instance_factor * mean + layer_factor * layer_mean)
    return scale, shift


class AdaLIN(nn.Module):
    """Adaptive layer-instance normalisation: gamma and beta (N, C) come from the attention branch."""

    def __init__(self, channels):
        super().__init__()
        self.rho = nn.Parameter(torch.full((1, channels, 1, 1), 0.9))

    def forward(self, x, gamma, beta):
        # Statistics and the affine map stay in the weights' type: bf16 autocast would round the sums.
        with torch.autocast(x.device.type, enabled=False):
            x = x.to(self.rho.dtype)
            scale, shift = instance_layer_scale_shift(
                x, self.rho, gamma.to(x.dtype)[:, :, None, None], beta.to(x.dtype)[:, :, None, None])
            return torch.addcmul(shift, x, scale)


class ILN(nn.Module):
    """Instance-layer normalisation of the decoder's upsampling stages: gamma and beta learned per channel."""

    def __init__(self, channels):
        super().__init__()
        self.rho = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.gamma = nn.Parameter(torch.ones(1, channels, 1, 1))
        self.beta = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x):
        with torch.autocast(x.device.type, enabled=False):
            x = x.to(self.rho.dtype)
            scale, shift = instance_layer_scale_shift(x, self.rho, self.gamma, self.beta)
            return torch.addcmul(shift, x, scale)
