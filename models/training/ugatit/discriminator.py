"""The discriminator; a pair of them, one seeing larger and one smaller surroundings, judges each domain."""

import torch
from torch import nn
from torch.nn.utils import spectral_norm

from .attention import class_attention

SLOPE = 0.2


def convolution(inputs, outputs, stride, bias=True):
    return spectral_norm(nn.Conv2d(inputs, outputs, 4, stride=stride, bias=bias))


class Discriminator(nn.Module):
    """Judges images (N, 3, H, W), or `pack` of them at once (N, 3 * pack, H, W): a patch of logits
    (N, 1, H', W'), CAM logits (N, 2), heatmap; the last two are None without `cam`.

    `layers` counts the convolutions with the last one, 7 for the global and 5 for the local discriminator at
    256 pixels; all but the last two halve the image. Images must have at least 3 * 2 ** (layers - 2) pixels
    on a side (96 for 7 layers, 48 for 6): the last reflection needs two pixels.

    `gain` multiplies the features that both kinds of logits are read from; 1 is the paper's.
    """

    def __init__(self, channels=64, layers=5, pack=1, gain=1.0, cam=True):
        super().__init__()
        self.gain, self.cam = gain, cam
        sequence = [nn.ReflectionPad2d(1), convolution(3 * pack, channels, 2), nn.LeakyReLU(SLOPE)]
        width = channels
        for index in range(layers - 3):
            sequence += [nn.ReflectionPad2d(1), convolution(width, 2 * width, 2), nn.LeakyReLU(SLOPE)]
            width *= 2
        sequence += [nn.ReflectionPad2d(1), convolution(width, 2 * width, 1), nn.LeakyReLU(SLOPE)]
        width *= 2
        self.model = nn.Sequential(*sequence)
        if cam:
            self.gap_fc = spectral_norm(nn.Linear(width, 1, bias=False))
            self.gmp_fc = spectral_norm(nn.Linear(width, 1, bias=False))
            self.conv1x1 = nn.Conv2d(2 * width, width, 1)
            self.leaky_relu = nn.LeakyReLU(SLOPE)
        self.pad = nn.ReflectionPad2d(1)
        self.conv = convolution(width, 1, 1, bias=False)

    def forward(self, image):
        x = self.gain * self.model(image)
        if not self.cam:
            return self.conv(self.pad(x)), None, None
        x, cam_logit = class_attention(x, self.gap_fc, self.gmp_fc)
        x = self.leaky_relu(self.conv1x1(x))
        heatmap = torch.sum(x, dim=1, keepdim=True)
        return self.conv(self.pad(x)), cam_logit, heatmap
