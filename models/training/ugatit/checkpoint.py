"""Generators in the formats of the public code, and in model directories."""

import os

import torch
from safetensors.torch import load_file

from .generator import Generator, GeneratorShape
from .resnet.generator import ResnetGenerator, ResnetShape
from .batch import DIRECTIONS

PREFIX = "latest_net_"  # of the files that the ResNet family has for each network


def write_atomically(value, path):
    """A reader, or a run that is killed meanwhile, never leaves half a file behind."""
    partial = path.with_name(path.name + ".partial")
    torch.save(value, partial)
    os.replace(partial, path)


def read_checkpoint(path):
    """The weights of networks by their names, from a checkpoint of U-GAT-IT's public code; a folder with those of
    the ResNet family's, `latest_net_NAME.pth`; one of these files; or in F32 from a model directory as `ugatit
    import` makes it, whose generators have the names A2B and B2A."""
    if not path.is_dir():
        tensors = torch.load(path, map_location="cpu", weights_only=True)
        return {path.stem.removeprefix(PREFIX): tensors} if path.name.startswith(PREFIX) else tensors
    networks = {file.stem.removeprefix(PREFIX): torch.load(file, map_location="cpu", weights_only=True)
                for file in sorted(path.glob(f"{PREFIX}*.pth"))}
    for direction in DIRECTIONS.values():
        file = path / f"{direction}.safetensors"
        if file.exists():
            networks[direction] = {key: value.float() for key, value in load_file(file).items()}
    if not networks:
        raise SystemExit(f"{path} holds no {PREFIX}G_A.pth and no A2B.safetensors")
    return networks


def by_direction(networks):
    """"A2B" and, where there is one, "B2A" -> weights of a generator, of the networks that `read_checkpoint`
    found."""
    names = {"A2B": ("A2B", "genA2B", "G_A", "G"), "B2A": ("B2A", "genB2A", "G_B")}
    found = {direction: networks[name] for direction, wanted in names.items() for name in wanted if name in networks}
    if "A2B" not in found:
        raise SystemExit(f"no generator from A to B among {', '.join(networks)}")
    return found


def generator_of(weights, size=256, normalization=None):
    """The generator that the weights belong to, for images of `size` pixels. Those of U-GAT-IT's ablations may need
    the name of their `normalization`."""
    if "DownBlock.1.weight" in weights:
        generator = Generator(GeneratorShape.of_weights(weights, size, normalization))
    else:
        generator = ResnetGenerator(ResnetShape.of_weights(weights))
    generator.load_state_dict(weights)
    return generator.eval()


def fits(first, second):
    """Whether two state dicts have the same names and shapes."""
    def shapes(tensors):
        return {name: tensor.shape for name, tensor in tensors.items()}
    return shapes(first) == shapes(second)


def named(generators):
    """Generators by direction under the names that their public code has."""
    if "DownBlock.1.weight" in generators["A2B"]:
        names = {"A2B": "genA2B", "B2A": "genB2A"}
    else:
        names = {"A2B": "G_A", "B2A": "G_B"} if "B2A" in generators else {"A2B": "G"}
    return {names[direction]: weights for direction, weights in generators.items()}


def public_files(networks):
    """File name -> what is in it, of the weights of networks by name: all in one for U-GAT-IT, as its code has it;
    a file for each where names are those of the ResNet family."""
    tensors = {network: {name: value.detach().cpu().contiguous() for name, value in weights.items()}
               for network, weights in networks.items()}
    if "genA2B" in networks:
        return {"generators.pt": tensors}
    return {f"{PREFIX}{name}.pth": weights for name, weights in tensors.items()}


def write_checkpoint(networks, path):
    """A file for U-GAT-IT, a folder for the ResNet family."""
    files = public_files(networks)
    if "generators.pt" in files:
        write_atomically(files["generators.pt"], path)
        return
    path.mkdir(parents=True, exist_ok=True)
    for name, weights in files.items():
        write_atomically(weights, path / name)
