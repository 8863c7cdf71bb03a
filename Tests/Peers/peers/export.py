"""Writes a network down for the engines. In a process of its own, so that PyTorch's memory goes with it."""

import argparse
import subprocess
import sys
import warnings
from pathlib import Path

from .network import Artefacts, Network


def export(network: Network, artefacts: Artefacts) -> None:
    """Writes the picture that PyTorch makes of the image, the ONNX file, and ncnn's pair of files."""
    import numpy
    import torch

    from .formulation import PictureOnly

    # The exporters' remarks on themselves would bury the table.
    warnings.simplefilter("ignore")
    artefacts.folder.mkdir(parents=True, exist_ok=True)
    generator, image = network.generator(), network.image()
    with torch.inference_mode():
        numpy.save(artefacts.image, image.numpy())
        numpy.save(artefacts.expected, generator(image)[0].numpy())
    module = PictureOnly(generator)
    torch.onnx.export(
        module, (image,), artefacts.onnx, dynamo=False, opset_version=17, input_names=["image"],
        output_names=["picture"], dynamic_axes={"image": {0: "batch"}, "picture": {0: "batch"}})
    traced = artefacts.folder / "generator.pt"
    torch.jit.trace(module, image).save(traced)
    convert_for_ncnn(traced, network.size)
    artefacts.complete.touch()


def convert_for_ncnn(traced: Path, size: int) -> None:
    """pnnx writes generator.ncnn.param and .bin beside `traced`; its other files are removed."""
    program = Path(sys.executable).with_name("pnnx")
    subprocess.run(
        [program, traced.name, f"inputshape=[1,3,{size},{size}]", "fp16=0"], cwd=traced.parent, check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for name in ("generator.pnnx.param", "generator.pnnx.bin", "generator.pnnx.onnx", "generator_pnnx.py",
                 "generator_ncnn.py", "generator.pt"):
        (traced.parent / name).unlink(missing_ok=True)


def ensure_exported(network: Network, root: Path) -> Artefacts:
    """The network's files under `root`, written if they are not there."""
    artefacts = Artefacts(root / network.name)
    if not artefacts.complete.exists():
        subprocess.run(
            [sys.executable, "-m", "peers.export", network.variant, str(network.size), str(network.channels),
             artefacts.folder], check=True, cwd=Path(__file__).parents[1])
    return artefacts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variant")
    for name in ("size", "channels"):
        parser.add_argument(name, type=int)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    export(Network(options.variant, options.size, options.channels), Artefacts(options.folder))
