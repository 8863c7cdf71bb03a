"""Draws what PyTorch makes of the test photographs, with the committed weights of models/selfie2toon.

    python Tests/EndToEndTests/Fixtures/make_expected.py        (PyTorch, Pillow, safetensors; a second)

The steps are those of the public code's test mode: resize (Pillow, bilinear), x / 127.5 - 1, generator A2B in F32 on
the stored F16 weights, y * 0.5 + 0.5, times 255. Rounding is to the nearest, as in this project's numerics contract.
"""

import json
import sys
from pathlib import Path

import numpy
import torch
from PIL import Image
from safetensors.torch import load_file

FOLDER = Path(__file__).resolve().parent
MODELS = FOLDER.parents[2] / "models"
sys.path.insert(0, str(MODELS / "training"))

from ugatit.generator import Generator, GeneratorShape  # noqa: E402


def load_generator():
    model = MODELS / "selfie2toon"
    facts = json.loads((model / "config.json").read_text())
    size = facts["image"]
    shape = GeneratorShape(
        facts["variant"], facts["base_channels"], facts["residual_blocks"], size["height"], size["width"])
    generator = Generator(shape)
    weights = load_file(model / facts["directions"]["A2B"]["file"])
    generator.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    return generator.eval(), (size["width"], size["height"])


@torch.no_grad()
def main():
    generator, size = load_generator()
    for photograph in sorted(FOLDER.glob("*.jpg")):
        picture = Image.open(photograph).convert("RGB").resize(size, Image.Resampling.BILINEAR)
        pixels = torch.from_numpy(numpy.array(picture, dtype=numpy.float32))
        output = generator((pixels / 127.5 - 1).permute(2, 0, 1)[None])[0]
        toon = ((output[0] * 0.5 + 0.5) * 255).round().clamp(0, 255).permute(1, 2, 0)
        Image.fromarray(toon.numpy().astype(numpy.uint8)).save(photograph.with_suffix(".toon.png"))


if __name__ == "__main__":
    main()
