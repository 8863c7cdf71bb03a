"""The generator of the ResNet family."""

from dataclasses import dataclass

import torch
from torch import nn

from ..generator import LastConvolution
from .resampling import Downsample, Upsample

DROPPED = 0.5


@dataclass(frozen=True)
class ResnetShape:
    """What the layers of a generator follow from: `channels` after the first convolution, residual `blocks`,
    whether sizes change behind filters, and whether the blocks were trained with dropout (which takes an index,
    so that the second convolution of a block has another name)."""

    channels: int = 64
    blocks: int = 9
    antialiased: bool = False
    dropout: bool = False

    @classmethod
    def of_weights(cls, weights):
        """Reads the shape off a state dict."""
        blocks = {name.split(".")[1] for name in weights if ".conv_block." in name}
        first = min(map(int, blocks), default=None)
        if first not in (10, 12) or "model.1.weight" not in weights:
            raise SystemExit("these weights are of no generator of the ResNet family that is known here")
        return cls(weights["model.1.weight"].shape[0], len(blocks), first == 12,
                   f"model.{first}.conv_block.6.weight" in weights)


class Block(nn.Module):
    """A residual block. No ReLU follows the sum."""

    def __init__(self, channels, dropout):
        super().__init__()
        dropped = [nn.Dropout(DROPPED)] if dropout else []
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels), nn.ReLU(),
            *dropped,
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels))

    def forward(self, x):
        return x + self.conv_block(x)


def halving(channels, antialiased):
    # Zeros beyond the border, where all convolutions of 7×7 and of the blocks mirror it.
    if antialiased:
        return [nn.Conv2d(channels, 2 * channels, 3, padding=1), nn.InstanceNorm2d(2 * channels), nn.ReLU(),
                Downsample(2 * channels)]
    return [nn.Conv2d(channels, 2 * channels, 3, stride=2, padding=1), nn.InstanceNorm2d(2 * channels), nn.ReLU()]


def doubling(channels, antialiased):
    if antialiased:
        enlarging = [Upsample(channels), nn.Conv2d(channels, channels // 2, 3, padding=1)]
    else:
        enlarging = [nn.ConvTranspose2d(channels, channels // 2, 3, stride=2, padding=1, output_padding=1)]
    return [*enlarging, nn.InstanceNorm2d(channels // 2), nn.ReLU()]


class ResnetGenerator(nn.Module):
    """Translates images (N, 3, H, W) in -1...1, H and W multiples of 4, from one domain to the other."""

    def __init__(self, shape=ResnetShape()):
        super().__init__()
        self.shape = shape
        channels = shape.channels
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, channels, 7), nn.InstanceNorm2d(channels), nn.ReLU()]
        for width in (channels, 2 * channels):
            layers += halving(width, shape.antialiased)
        layers += [Block(4 * channels, shape.dropout) for _ in range(shape.blocks)]
        for width in (4 * channels, 2 * channels):
            layers += doubling(width, shape.antialiased)
        self.model = nn.Sequential(*layers, nn.ReflectionPad2d(3), LastConvolution(channels, 3, 7), nn.Tanh())

    def forward(self, image):
        return self.model(image)

    def translate(self, images):
        """The translations, and None for the heatmaps that this family does not have."""
        return self(images), None

    def features(self, image, taps):
        """What the layers with the numbers `taps`, in ascending order, make of the image; those behind the last
        of them do not run."""
        found = []
        for index, layer in enumerate(self.model[:taps[-1] + 1]):
            image = layer(image)
            if index in taps:
                found.append(image)
        return found

    @torch.no_grad()
    def widths(self, taps):
        """The channels of the layers `taps`."""
        smallest = torch.zeros(1, 3, 16, 16, dtype=self.model[1].weight.dtype, device=self.model[1].weight.device)
        return [found.shape[1] for found in self.features(smallest, taps)]
