"""The network that all engines run, and what they run it on."""

import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]

# The generator and its seeded weights, as PyTorch has them.
sys.path.insert(0, str(REPOSITORY / "models" / "training"))


# U-GAT-IT's generators, CycleGAN's, and that of CUT and DCLGAN; by their variants residual blocks, as `ugatit bench` has
# them where it is not told.
BLOCKS = {"light": 4, "full": 4, "resnet": 9, "resnet-antialiased": 9}


@dataclass(frozen=True)
class Network:
    """A generator of random weights. `ugatit bench` draws the same ones, and the same image, from the same seed."""

    variant: str = "light"
    size: int = 256
    channels: int = 64

    seed = 1

    @property
    def blocks(self) -> int:
        return BLOCKS[self.variant]

    @property
    def is_resnet(self) -> bool:
        return self.variant.startswith("resnet")

    @property
    def name(self) -> str:
        return f"{self.variant}-{self.channels}x{self.blocks}-{self.size}"

    @property
    def arguments(self) -> list[str]:
        """What `ugatit bench` is told of it."""
        which = ["--architecture", "resnet"] if self.is_resnet else ["--variant", self.variant]
        return [*which, *(["--antialias"] if self.variant == "resnet-antialiased" else []),
                "--image-size", str(self.size), "--channels", str(self.channels), "--blocks", str(self.blocks)]

    def generator(self):
        """PyTorch's module, for inference; what it answers begins with the picture."""
        from ugatit.generator import Generator, GeneratorShape
        from ugatit.resnet.generator import ResnetGenerator, ResnetShape
        from ugatit.seeded import seed_weights

        from .formulation import Answering

        if self.is_resnet:
            generator = ResnetGenerator(
                ResnetShape(self.channels, self.blocks, self.variant == "resnet-antialiased"))
        else:
            generator = Generator(GeneratorShape(self.variant, self.channels, self.blocks, self.size, self.size))
        seed_weights(generator.eval().requires_grad_(False), self.seed)
        return Answering(generator) if self.is_resnet else generator

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
