"""Files of a run: the training state, and checkpoints in the public format."""

import os
from dataclasses import asdict

import torch
from safetensors.torch import load_file

from .generator import GeneratorShape
from .history import History
from .losses import LossWeights
from .trainer import DISCRIMINATORS, GENERATORS, Method, Trainer


def write_atomically(value, path):
    """A reader, or a run that is killed meanwhile, never leaves half a file behind."""
    partial = path.with_name(path.name + ".partial")
    torch.save(value, partial)
    os.replace(partial, path)


def state_of(trainer):
    """Everything that the next step depends on."""
    return {
        "step": trainer.step,
        "fresh_step": trainer.fresh_step,
        "layers": trainer.layers,
        "method": asdict(trainer.method),
        "networks": {name: network.state_dict() for name, network in trainer.networks.items()},
        "averages": {name: average.average.state_dict() for name, average in trainer.averages.items()},
        "optimisers": {name: optimiser.state_dict() for name, optimiser in trainer.optimisers.items()},
        "history": trainer.history.steps,
        "random": torch.get_rng_state(),
        "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }


def load_state(trainer, path, size):
    """Continues as if the run had never stopped; `size` is that of the images at the saved step. The method
    must be the one of the saved run."""
    state = torch.load(path, map_location=trainer.device, weights_only=True)
    # An option that is younger than the state had its default.
    theirs, ours = asdict(Method()) | state["method"], asdict(trainer.method)
    theirs["weights"] = asdict(LossWeights()) | theirs["weights"]
    different = [f"{key} {theirs[key]!r} (now {ours[key]!r})" for key in ours if theirs[key] != ours[key]]
    if different:
        raise SystemExit(f"{path} was trained with other options: {', '.join(different)}")
    trainer.step = state["step"]
    trainer.fit_discriminators(size)
    if tuple(state["layers"]) != trainer.layers:
        raise SystemExit(f"{path} stopped at another image size than the phases say for step {trainer.step}")
    trainer.fresh_step = state["fresh_step"]
    trainer.history = History(trainer.method.history, state.get("history", ()))
    for name, network in trainer.networks.items():
        network.load_state_dict(state["networks"][name])
    for name, average in trainer.averages.items():
        average.average.load_state_dict(state["averages"][name])
    for name, optimiser in trainer.optimisers.items():
        optimiser.load_state_dict(state["optimisers"][name])
    torch.set_rng_state(state["random"].cpu())
    if state["random_cuda"]:
        torch.cuda.set_rng_state_all([random.cpu() for random in state["random_cuda"]])


def saved_trainer(path, size):
    """The trainer whose state is in the file, on the CPU; `size` is that of its images."""
    method = torch.load(path, map_location="cpu", mmap=True, weights_only=True)["method"]
    shape, weights = GeneratorShape(**method.pop("shape")), LossWeights(**method.pop("weights"))
    trainer = Trainer(Method(shape=shape, weights=weights, **method))
    load_state(trainer, path, size)
    return trainer


def read_checkpoint(path):
    """The networks' weights in a checkpoint of the public format, or in F32 in a model directory as `ugatit
    import` makes it."""
    if path.is_dir():
        weights = {name: load_file(path / f"{name.removeprefix('gen')}.safetensors") for name in GENERATORS}
        return {name: {key: value.float() for key, value in tensors.items()}
                for name, tensors in weights.items()}
    return torch.load(path, map_location="cpu", weights_only=True)


def start_from(trainer, path, size, discriminators=None):
    """Takes the weights of a checkpoint or model directory: the generators, and the discriminators where it
    has them in the depth that images of `size` pixels ask, and of the same method; else new ones. Those of the
    checkpoint `discriminators`, where one is named, must fit."""
    checkpoint = read_checkpoint(path)
    judges = read_checkpoint(discriminators) if discriminators else checkpoint
    for name in GENERATORS:
        trainer.networks[name].load_state_dict(checkpoint[name])
        trainer.averages[name].average.load_state_dict(checkpoint[name])
    trainer.fit_discriminators(size)
    trainer.fresh_step = trainer.step
    if all(fits(trainer.networks[name].state_dict(), judges.get(name, {})) for name in DISCRIMINATORS):
        trainer.fresh_step = None
        for name in DISCRIMINATORS:
            trainer.networks[name].load_state_dict(judges[name])
    elif discriminators:
        raise SystemExit(f"{discriminators} has no discriminators for images of {size} pixels, or they were made"
                         " with another --pack or --discriminator-channels")


def fits(first, second):
    """Whether two state dicts have the same names and shapes."""
    def shapes(tensors):
        return {name: tensor.shape for name, tensor in tensors.items()}
    return shapes(first) == shapes(second)


def public_checkpoint(state, discriminators=False):
    """The averaged generators of a training state under their public names, for `ugatit import`; with the
    discriminators, too, it is what another run can start from, at a third of the state's size (the
    optimisers' moments are left behind)."""
    networks = dict(state["averages"])
    if discriminators:
        networks |= {name: state["networks"][name] for name in DISCRIMINATORS}
    return {network: {name: value.detach().cpu().contiguous() for name, value in weights.items()}
            for network, weights in networks.items()}
