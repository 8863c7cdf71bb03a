"""The generator, light and full."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from .attention import class_attention
from .normalization import ILN, AdaLIN


@dataclass(frozen=True)
class GeneratorShape:
    """What the parameter shapes of a generator follow from. `height` and `width` are pixels of the image and
    matter to the full variant only, whose first FC layer reads every pixel of the encoded image."""

    variant: str = "light"
    channels: int = 64
    blocks: int = 4
    height: int = 256
    width: int = 256

    @classmethod
    def of_weights(cls, weights, image_size=256):
        """Reads the shape off a state dict; a light one's does not tell the `image_size`."""
        channels = weights["DownBlock.1.weight"].shape[0]
        blocks = sum(name.endswith(".norm1.rho") for name in weights)
        side = round((weights["FC.0.weight"].shape[1] / (4 * channels)) ** 0.5) * 4
        if side == 4:
            return cls("light", channels, blocks, image_size, image_size)
        return cls("full", channels, blocks, side, side)


class ResnetBlock(nn.Module):
    """Residual block of the encoder."""

    def __init__(self, channels):
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3, bias=False),
            nn.InstanceNorm2d(channels), nn.ReLU(),
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3, bias=False),
            nn.InstanceNorm2d(channels))

    def forward(self, x):
        return x + self.conv_block(x)


class ResnetAdaLINBlock(nn.Module):
    """Residual block of the decoder; gamma and beta (N, C) steer both of its normalisations."""

    def __init__(self, channels):
        super().__init__()
        self.pad = nn.ReflectionPad2d(1)
        self.conv1 = nn.Conv2d(channels, channels, 3, bias=False)
        self.norm1 = AdaLIN(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, bias=False)
        self.norm2 = AdaLIN(channels)

    def forward(self, x, gamma, beta):
        y = functional.relu(self.norm1(self.conv1(self.pad(x)), gamma, beta))
        return x + self.norm2(self.conv2(self.pad(y)), gamma, beta)


class LastConvolution(nn.Conv2d):
    """Stays in the weights' F32 under autocast: bf16 has steps of a 256th part there, which is noise on flat ground."""

    def forward(self, x):
        with torch.autocast(x.device.type, enabled=False):
            return super().forward(x.to(self.weight.dtype))


def encoder(channels, blocks):
    """Image (N, 3, H, W) to features (N, 4·channels, H/4, W/4). The public names hold these indices."""
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, channels, 7, bias=False),
              nn.InstanceNorm2d(channels), nn.ReLU()]
    for width in (channels, 2 * channels):
        layers += [nn.ReflectionPad2d(1), nn.Conv2d(width, 2 * width, 3, stride=2, bias=False),
                   nn.InstanceNorm2d(2 * width), nn.ReLU()]
    layers += [ResnetBlock(4 * channels) for _ in range(blocks)]
    return nn.Sequential(*layers)


def upsampler(channels):
    """Features (N, 4·channels, H/4, W/4) to an image (N, 3, H, W) in -1...1."""
    layers = []
    for width in (4 * channels, 2 * channels):
        layers += [nn.Upsample(scale_factor=2, mode="nearest"), nn.ReflectionPad2d(1),
                   nn.Conv2d(width, width // 2, 3, bias=False), ILN(width // 2), nn.ReLU()]
    return nn.Sequential(*layers, nn.ReflectionPad2d(3), LastConvolution(channels, 3, 7, bias=False),
                         nn.Tanh())


class Generator(nn.Module):
    """Translates images (N, 3, H, W) in -1...1 from one domain to the other.

    Returns the translations, the CAM logits (N, 2) and the heatmap (N, 1, H/4, W/4): how strongly each place
    of the encoded image was attended to, summed over the channels.
    """

    def __init__(self, shape=GeneratorShape()):
        super().__init__()
        if shape.variant not in ("light", "full"):
            raise ValueError(f"variant is light or full, not {shape.variant!r}")
        self.shape = shape
        width = 4 * shape.channels
        area = 1 if shape.variant == "light" else (shape.height // 4) * (shape.width // 4)
        self.gap_fc = nn.Linear(width, 1, bias=False)
        self.gmp_fc = nn.Linear(width, 1, bias=False)
        self.conv1x1 = nn.Conv2d(2 * width, width, 1)
        self.relu = nn.ReLU()
        self.FC = nn.Sequential(nn.Linear(width * area, width, bias=False), nn.ReLU(),
                                nn.Linear(width, width, bias=False), nn.ReLU())
        self.gamma = nn.Linear(width, width, bias=False)
        self.beta = nn.Linear(width, width, bias=False)
        for index in range(shape.blocks):
            setattr(self, f"UpBlock1_{index + 1}", ResnetAdaLINBlock(width))
        self.DownBlock = encoder(shape.channels, shape.blocks)
        self.UpBlock2 = upsampler(shape.channels)

    def forward(self, image):
        x, cam_logit = class_attention(self.DownBlock(image), self.gap_fc, self.gmp_fc)
        x = self.relu(self.conv1x1(x))
        heatmap = torch.sum(x, dim=1, keepdim=True)

        pooled = functional.adaptive_avg_pool2d(x, 1) if self.shape.variant == "light" else x
        style = self.FC(pooled.flatten(1))
        gamma, beta = self.gamma(style), self.beta(style)
        for index in range(self.shape.blocks):
            x = getattr(self, f"UpBlock1_{index + 1}")(x, gamma, beta)
        return self.UpBlock2(x), cam_logit, heatmap


@torch.no_grad()
def clip_rho(generator):
    """Brings every rho back into [0, 1]; to be called after each step of the optimiser (section 2.2.1)."""
    for name, parameter in generator.named_parameters():
        if name.endswith(".rho"):
            parameter.clamp_(0, 1)
