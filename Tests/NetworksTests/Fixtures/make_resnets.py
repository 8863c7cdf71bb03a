"""Makes the golden files of the ResNet generators: what PyTorch computes from seeded weights and inputs.

    python Tests/NetworksTests/Fixtures/make_resnets.py        (PyTorch and numpy; seconds)

Each file `resnet-NAME.safetensors` holds `image` (1, 3, H, W) in F32 and, in its metadata as text, channels, blocks,
antialiasing (none, down, up, both), normalization (instance, batch), statistics (picture, running) where that is
batch, padding (reflect, replicate, zero), dropout (True, False), height, width and seed. Weights and the input are
not stored: `models/training/ugatit/seeded.py` says how they follow from the seed. As in `make_fixtures.py`,
everything is computed in float64 and rounded at the end, and running it again gives the same bytes.
"""

from dataclasses import asdict, dataclass

import torch
from make_fixtures import FOLDER, write_safetensors
from torch import nn
from ugatit.resnet.resampling import Downsample, Upsample
from ugatit.seeded import seed_weights, seeded_tensor

PADS = {"reflect": nn.ReflectionPad2d, "replicate": nn.ReplicationPad2d}


@dataclass(frozen=True)
class Shape:
    channels: int
    blocks: int
    height: int
    width: int
    antialiasing: str = "none"
    normalization: str = "instance"
    statistics: str | None = None
    padding: str = "reflect"
    dropout: bool = False


# Every choice once, sides whose quarters are odd, channels that fill no vector.
NETWORKS = [
    (Shape(8, 2, 32, 36), 1),
    (Shape(16, 3, 44, 36, dropout=True), 2),
    (Shape(5, 1, 36, 32, padding="zero"), 3),
    (Shape(8, 1, 32, 44, padding="replicate", dropout=True), 4),
    (Shape(8, 2, 36, 36, antialiasing="both"), 5),
    (Shape(24, 1, 44, 32, antialiasing="down"), 6),
    (Shape(8, 1, 32, 52, antialiasing="up"), 7),
    (Shape(8, 2, 36, 32, normalization="batch", statistics="picture"), 8),
    (Shape(8, 2, 36, 32, normalization="batch", statistics="running", padding="zero", dropout=True), 9),
    (Shape(32, 9, 64, 64), 10),
    (Shape(16, 6, 64, 64, antialiasing="both"), 11),
]


class Block(nn.Module):
    def __init__(self, shape, norm):
        super().__init__()
        channels, layers = 4 * shape.channels, []
        for first in (True, False):
            layers += [PADS[shape.padding](1)] if shape.padding in PADS else []
            layers += [convolution(shape, channels, channels, padding=0 if shape.padding in PADS else 1), norm(channels)]
            layers += [nn.ReLU()] if first else []
            layers += [nn.Dropout(0.5)] if first and shape.dropout else []
        self.conv_block = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.conv_block(x)


def convolution(shape, inputs, outputs, kernel=3, **options):
    return nn.Conv2d(inputs, outputs, kernel, bias=shape.normalization == "instance", **options)


def network(shape):
    """The public code's one Sequential."""
    norm = nn.InstanceNorm2d if shape.normalization == "instance" else nn.BatchNorm2d
    channels = shape.channels
    layers = [nn.ReflectionPad2d(3), convolution(shape, 3, channels, 7), norm(channels), nn.ReLU()]
    for inputs in (channels, 2 * channels):
        antialiased = shape.antialiasing in ("down", "both")
        layers += [convolution(shape, inputs, 2 * inputs, stride=1 if antialiased else 2, padding=1),
                   norm(2 * inputs), nn.ReLU()]
        layers += [Downsample(2 * inputs)] if antialiased else []
    layers += [Block(shape, norm) for _ in range(shape.blocks)]
    for outputs in (2 * channels, channels):
        if shape.antialiasing in ("up", "both"):
            layers += [Upsample(2 * outputs), convolution(shape, 2 * outputs, outputs, padding=1)]
        else:
            layers += [nn.ConvTranspose2d(2 * outputs, outputs, 3, stride=2, padding=1, output_padding=1,
                                          bias=shape.normalization == "instance")]
        layers += [norm(outputs), nn.ReLU()]
    layers += [nn.ReflectionPad2d(3), nn.Conv2d(channels, 3, 7), nn.Tanh()]
    return nn.Sequential(*layers)


@torch.no_grad()
def make(shape, seed):
    module = nn.ModuleDict({"model": network(shape)}).eval()
    seed_weights(module, seed)
    for name, buffer in module.named_buffers():
        if name.endswith((".running_mean", ".running_var")):
            buffer.copy_(seeded_tensor(name, tuple(buffer.shape), seed))
    if shape.statistics == "picture":
        # As the public test scripts leave them: one picture at a time, by its own statistics.
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.train()
    image = seeded_tensor("input", (1, 3, shape.height, shape.width), seed)
    single = module["model"](image)
    double = module.double()["model"](image.double())
    told = {key: str(value) for key, value in asdict(shape).items() if value is not None}
    name = f"resnet-{shape.channels}x{shape.blocks}-{shape.height}x{shape.width}"
    for key in ("antialiasing", "statistics", "padding"):
        name += f"-{told[key]}" if told.get(key, "none") not in ("none", "reflect") else ""
    name += "-dropout" if shape.dropout else ""
    print(f"{name}: image in [{double.min():.3f}, {double.max():.3f}],"
          f" F32 differs by {(single - double).abs().max():.1e}")
    write_safetensors(FOLDER / f"{name}.safetensors", {"image": double}, told | {"seed": str(seed)})


if __name__ == "__main__":
    torch.use_deterministic_algorithms(True)
    for one in NETWORKS:
        make(*one)
