"""The state of a run, which it resumes from, and what a run starts from."""

from dataclasses import asdict

import torch

from .checkpoint import fits, read_checkpoint
from .history import History
from .methods import METHODS
from .pool import ImagePool
from .recipe import Recipe
from .batch import DIRECTIONS


def state_of(trainer):
    """Everything that the next step depends on."""
    return {
        "step": trainer.step,
        "fresh_step": trainer.fresh_step,
        "layers": trainer.layers,
        "method": trainer.name,
        "recipe": asdict(trainer.recipe) | {"weights": trainer.weights},
        "networks": {name: network.state_dict() for name, network in trainer.networks.items()},
        "averages": {name: average.average.state_dict() for name, average in trainer.averages.items()},
        "optimisers": {name: optimiser.state_dict() for name, optimiser in trainer.optimisers.items()},
        "history": trainer.history.steps,
        "pools": {domain: pool.images for domain, pool in trainer.pools.items()},
        "remembered": trainer.remembered,
        "random": torch.get_rng_state(),
        "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }


def saved_method(state):
    """The class and the recipe of a state. Those from before there was more than one method hold U-GAT-IT's under
    its name."""
    name, recipe = ("ugatit", state["method"]) if "recipe" not in state else (state["method"], state["recipe"])
    method = METHODS[name]
    return method, Recipe.of_saved(recipe, method.shape_type)


def load_state(trainer, path, size):
    """Continues as if the run had never stopped; `size` is that of the images at the saved step. Method and recipe
    must be those of the saved run."""
    state = torch.load(path, map_location=trainer.device, weights_only=True)
    method, recipe = saved_method(state)
    if method is not type(trainer):
        raise SystemExit(f"{path} was trained by {method.name}, not by {trainer.name}")
    different = with_all_weights(recipe, method).differences(with_all_weights(trainer.recipe, method))
    if different:
        raise SystemExit(f"{path} was trained with other options: {', '.join(different)}")
    trainer.step = state["step"]
    trainer.fit(size)
    if tuple(state["layers"]) != trainer.layers:
        raise SystemExit(f"{path} stopped at another image size than the phases say for step {trainer.step}")
    trainer.fresh_step = state["fresh_step"]
    trainer.history = History(trainer.recipe.history, state.get("history", ()))
    trainer.pools = {domain: ImagePool(trainer.recipe.pool, state.get("pools", {}).get(domain, ()))
                     for domain in trainer.pools}
    trainer.remembered = state.get("remembered", {})
    for name, network in trainer.networks.items():
        network.load_state_dict(state["networks"][name])
    for name, average in trainer.averages.items():
        average.average.load_state_dict(state["averages"][name])
    for name, optimiser in trainer.optimisers.items():
        optimiser.load_state_dict(state["optimisers"][name])
    torch.set_rng_state(state["random"].cpu())
    if state["random_cuda"]:
        torch.cuda.set_rng_state_all([random.cpu() for random in state["random_cuda"]])


def with_all_weights(recipe, method):
    return Recipe(**vars(recipe) | {"weights": method.all_weights(recipe)})


def saved_trainer(path, size):
    """The trainer whose state is in the file, on the CPU; `size` is that of its images."""
    method, recipe = saved_method(torch.load(path, map_location="cpu", mmap=True, weights_only=True))
    trainer = method(recipe)
    load_state(trainer, path, size)
    return trainer


def start_from(trainer, path, size, discriminators=None):
    """Takes the weights of a checkpoint or model directory: the generators, what learns beside them where it is
    there, and the discriminators where they have the depth that images of `size` pixels ask, and are of the same
    recipe; else new ones. Those of the checkpoint `discriminators`, where one is named, must fit."""
    checkpoint = read_checkpoint(path)
    judges = read_checkpoint(discriminators) if discriminators else checkpoint
    for domain, name in trainer.generators.items():
        weights = checkpoint.get(name, checkpoint.get(DIRECTIONS[domain]))
        if weights is None or not fits(trainer.networks[name].state_dict(), weights):
            raise SystemExit(f"{path} holds no {name} of this method and shape")
        trainer.networks[name].load_state_dict(weights)
        trainer.averages[name].average.load_state_dict(weights)
    for name, network in trainer.networks.items():
        if name not in trainer.averages and name not in trainer.discriminators and name in checkpoint:
            network.load_state_dict(checkpoint[name])
    trainer.fit(size)
    trainer.fresh_step = trainer.step
    if all(fits(trainer.networks[name].state_dict(), judges.get(name, {})) for name in trainer.discriminators):
        trainer.fresh_step = None
        for name in trainer.discriminators:
            trainer.networks[name].load_state_dict(judges[name])
    elif discriminators:
        raise SystemExit(f"{discriminators} has no discriminators for images of {size} pixels, or they were made"
                         " with another --pack or --discriminator-channels")


def public_networks(state, discriminators=False):
    """The averaged generators of a state by their public names; with the discriminators and what else learnt, too,
    it is what another run can start from, at a third of the state's size (the optimisers' moments are left
    behind)."""
    return state["networks"] | state["averages"] if discriminators else state["averages"]
