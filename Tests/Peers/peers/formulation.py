"""The generator in operators that every engine has and runs fast.

Same mathematics as `ugatit.normalization`, which centres before it squares and uses torch.addcmul: ncnn lacks that one,
and ONNX takes it apart. With pooled squares for the variance, all of ONNX Runtime, OpenVINO and ncnn were as fast as
with any other form that was tried, or faster: the peers get the network as it suits them.
"""

import torch
from torch import nn
from torch.nn import functional
from ugatit.normalization import EPSILON, ILN, AdaLIN
from ugatit.resnet.resampling import Upsample


def pooled_scale_shift(x, rho, gamma, beta):
    """What `ugatit.normalization.instance_layer_norm` multiplies by and adds."""
    channels, area = x.shape[1], x.shape[2] * x.shape[3]
    mean = functional.adaptive_avg_pool2d(x, 1)
    variance = (functional.adaptive_avg_pool2d(x * x, 1) - mean * mean) * (area / (area - 1))
    layer_mean = mean.mean(1, keepdim=True)
    within = (area - 1) * variance.sum(1, keepdim=True)
    between = area * (mean - layer_mean).square().sum(1, keepdim=True)
    layer_variance = (within + between) / (channels * area - 1)
    instance_factor = rho * torch.rsqrt(variance + EPSILON)
    layer_factor = (1 - rho) * torch.rsqrt(layer_variance + EPSILON)
    shift = beta - gamma * (instance_factor * mean + layer_factor * layer_mean)
    return gamma * (instance_factor + layer_factor), shift


class PooledAdaLIN(AdaLIN):
    def forward(self, x, gamma, beta):
        scale, shift = pooled_scale_shift(x, self.rho, gamma[:, :, None, None], beta[:, :, None, None])
        return x * scale + shift


class PooledILN(ILN):
    def forward(self, x):
        scale, shift = pooled_scale_shift(x, self.rho, self.gamma, self.beta)
        return x * scale + shift


class BilinearUpsample(Upsample):
    """The same pixels as those of the filter between zeros, by an operator that engines have."""

    def forward(self, x):
        return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


class Answering(nn.Module):
    """A generator that gives a picture and nothing else, as one that gives several things."""

    def __init__(self, generator):
        super().__init__()
        self.generator = generator

    def forward(self, image):
        return (self.generator(image),)


class PictureOnly(nn.Module):
    """A generator for export: the picture without the class activation map, as ncnn's graph has one output.
    The generator's normalisations and enlargements are replaced in place."""

    def __init__(self, generator):
        super().__init__()
        for module in generator.modules():
            # The parameters stay; only the way in which they are applied changes.
            if type(module) is AdaLIN:
                module.__class__ = PooledAdaLIN
            elif type(module) is ILN:
                module.__class__ = PooledILN
            elif type(module) is Upsample:
                module.__class__ = BilinearUpsample
        self.generator = generator

    def forward(self, image):
        return self.generator(image)[0]
