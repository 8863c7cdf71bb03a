"""The generator, light and full, and what the paper compares it with: other normalisations, no attention."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from .attention import class_attention
from .normalization import ADAPTIVE, NORMALIZATIONS


@dataclass(frozen=True)
class GeneratorShape:
    """What the parameter shapes of a generator follow from. `height` and `width` are pixels of the image and
    matter to the full variant only, whose first FC layer reads every pixel of the encoded image.

    `normalization` is the decoder's, `cam` whether it attends to what its auxiliary classifiers find: the method
    has "adalin" and attends."""

    variant: str = "light"
    channels: int = 64
    blocks: int = 4
    height: int = 256
    width: int = 256
    normalization: str = "adalin"
    cam: bool = True

    @classmethod
    def of_weights(cls, weights, image_size=256, normalization=None):
        """Reads the shape off a state dict. A light one's does not tell the `image_size`; those normalised by
        "in", "ln" and "gn" have the same tensors, so `normalization` must say which of them it is."""
        channels = weights["DownBlock.1.weight"].shape[0]
        blocks = sum(name.startswith("UpBlock1_") and name.endswith(".conv1.weight") for name in weights)
        styled = "FC.0.weight" in weights
        if styled:
            found = "adalin" if "UpBlock1_1.norm1.rho" in weights else "adain"
            if normalization not in (None, found):
                raise SystemExit(f"these generators are normalised by {found}, not {normalization}")
            normalization = found
        elif normalization is None or normalization in ADAPTIVE:
            raise SystemExit("the weights do not tell in, ln and gn apart: say which by --normalization")
        side = round((weights["FC.0.weight"].shape[1] / (4 * channels)) ** 0.5) * 4 if styled else 4
        variant, height, width = ("light", image_size, image_size) if side == 4 else ("full", side, side)
        return cls(variant, channels, blocks, height, width, normalization, "gap_fc.weight" in weights)


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


class DecoderBlock(nn.Module):
    """Residual block of the decoder; `style`, gamma and beta (N, C), steers both of its normalisations where
    these are adaptive."""

    def __init__(self, channels, norm):
        super().__init__()
        self.pad = nn.ReflectionPad2d(1)
        self.conv1 = nn.Conv2d(channels, channels, 3, bias=False)
        self.norm1 = norm(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, bias=False)
        self.norm2 = norm(channels)

    def forward(self, x, *style):
        y = functional.relu(self.norm1(self.conv1(self.pad(x)), *style))
        return x + self.norm2(self.conv2(self.pad(y)), *style)


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


def upsampler(channels, norm):
    """Features (N, 4·channels, H/4, W/4) to an image (N, 3, H, W) in -1...1."""
    layers = []
    for width in (4 * channels, 2 * channels):
        layers += [nn.Upsample(scale_factor=2, mode="nearest"), nn.ReflectionPad2d(1),
                   nn.Conv2d(width, width // 2, 3, bias=False), norm(width // 2), nn.ReLU()]
    return nn.Sequential(*layers, nn.ReflectionPad2d(3), LastConvolution(channels, 3, 7, bias=False),
                         nn.Tanh())


class Generator(nn.Module):
    """Translates images (N, 3, H, W) in -1...1 from one domain to the other.

    Returns the translations, the CAM logits (N, 2) and the heatmap (N, 1, H/4, W/4): how strongly each place
    of the encoded image was attended to, summed over the channels. Without CAM the last two are None.
    """

    def __init__(self, shape=GeneratorShape()):
        super().__init__()
        if shape.variant not in ("light", "full"):
            raise ValueError(f"variant is light or full, not {shape.variant!r}")
        self.shape = shape
        width = 4 * shape.channels
        area = 1 if shape.variant == "light" else (shape.height // 4) * (shape.width // 4)
        in_blocks, in_stages = NORMALIZATIONS[shape.normalization]
        if shape.cam:
            self.gap_fc = nn.Linear(width, 1, bias=False)
            self.gmp_fc = nn.Linear(width, 1, bias=False)
            self.conv1x1 = nn.Conv2d(2 * width, width, 1)
            self.relu = nn.ReLU()
        if shape.normalization in ADAPTIVE:
            self.FC = nn.Sequential(nn.Linear(width * area, width, bias=False), nn.ReLU(),
                                    nn.Linear(width, width, bias=False), nn.ReLU())
            self.gamma = nn.Linear(width, width, bias=False)
            self.beta = nn.Linear(width, width, bias=False)
        for index in range(shape.blocks):
            setattr(self, f"UpBlock1_{index + 1}", DecoderBlock(width, in_blocks))
        self.DownBlock = encoder(shape.channels, shape.blocks)
        self.UpBlock2 = upsampler(shape.channels, in_stages)

    def forward(self, image):
        x, cam_logit, heatmap = self.attended(self.DownBlock(image))
        style = self.style(x) if self.shape.normalization in ADAPTIVE else ()
        for index in range(self.shape.blocks):
            x = getattr(self, f"UpBlock1_{index + 1}")(x, *style)
        return self.UpBlock2(x), cam_logit, heatmap

    def attended(self, x):
        if not self.shape.cam:
            return x, None, None
        x, cam_logit = class_attention(x, self.gap_fc, self.gmp_fc)
        x = self.relu(self.conv1x1(x))
        return x, cam_logit, torch.sum(x, dim=1, keepdim=True)

    def style(self, x):
        """gamma and beta (N, C) of the adaptive normalisations."""
        pooled = functional.adaptive_avg_pool2d(x, 1) if self.shape.variant == "light" else x
        style = self.FC(pooled.flatten(1))
        return self.gamma(style), self.beta(style)

    def translate(self, images):
        """The translations, and the heatmaps or None."""
        translations, _, heatmaps = self(images)
        return translations, heatmaps


@torch.no_grad()
def clip_rho(generator):
    """Brings every rho back into [0, 1]; to be called after each step of the optimiser (section 2.2.1)."""
    for name, parameter in generator.named_parameters():
        if name.endswith(".rho"):
            parameter.clamp_(0, 1)
