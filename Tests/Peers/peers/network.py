"""The network that all engines run, and what they run it on."""

import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]

# The generator and its seeded weights, as PyTorch has them.
sys.path.insert(0, str(REPOSITORY / "models" / "training"))


@dataclass(frozen=True)
class Network:
    """A generator of random weights. `ugatit bench` draws the same ones, and the same image, from the same seed."""

    variant: str = "light"
    size: int = 256
    channels: int = 64
    blocks: int = 4

    seed = 1

    @property
    def name(self) -> str:
        return f"{self.variant}-{self.channels}x{self.blocks}-{self.size}"

    def generator(self):
        """PyTorch's module, for inference."""
        from ugatit.generator import Generator, GeneratorShape
        from ugatit.seeded import seed_weights

        shape = GeneratorShape(self.variant, self.channels, self.blocks, self.size, self.size)
        generator = Generator(shape).eval().requires_grad_(False)
        seed_weights(generator, self.seed)
        return generator

    def image(self):
        """A tensor (1, 3, size, size) of noise in -1...1."""
        from ugatit.seeded import seeded_tensor

        return seeded_tensor("input", (1, 3, self.size, self.size), self.seed)


@dataclass(frozen=True)
class Artefacts:
    """A network's files, as `export` writes them and the engines read them."""

    folder: Path

    @property
    def onnx(self) -> Path:
        return self.folder / "generator.onnx"

    @property
    def ncnn(self) -> tuple[Path, Path]:
        return self.folder / "generator.ncnn.param", self.folder / "generator.ncnn.bin"

    @property
    def image(self) -> Path:
        """One image (1, 3, H, W), as NumPy saves it."""
        return self.folder / "image.npy"

    @property
    def expected(self) -> Path:
        """PyTorch's picture of it in f32."""
        return self.folder / "expected.npy"

    @property
    def complete(self) -> Path:
        """There once all others are."""
        return self.folder / "complete"
