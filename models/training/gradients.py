"""Prints how strongly each loss pulls at each part of the generators of a training state.

    python gradients.py RUN/state.pt --data FOLDER [--image-size 64]

A row for each part of each generator, a column for each loss: the norm of the gradient of the weighted loss
in that part's weights, root mean square over batches of four training images of either domain. Adam divides
by the size of their sum: where one loss outweighs the others, these teach hardly anything.
"""

import argparse
from pathlib import Path

from ugatit.coarse import coarse_losses
from ugatit.colours import colour_losses
from ugatit.dataset import Domain
from ugatit.pictures import picture_files
from ugatit.state import saved_trainer
from ugatit.batch import Batch

BATCH, BATCHES = 4, 8


def part_of(parameter_name):
    """U-GAT-IT's parts have names; those of the ResNet family are numbered layers."""
    parts = parameter_name.split(".")
    return ".".join(parts[:2]) if parts[0] == "model" else parts[0]


def squared_norms(trainer, batch):
    """(generator, part) -> loss -> squared norm of the gradient of the weighted loss."""
    losses = trainer.generator_losses(batch, trainer.translations(batch))
    norms = {}
    for loss, value in losses.items():
        trainer.optimisers["generators"].zero_grad(set_to_none=True)
        (trainer.weights[loss] * value).backward(retain_graph=True)
        for name in trainer.generators.values():
            for key, parameter in trainer.networks[name].named_parameters():
                row = norms.setdefault((name, part_of(key)), dict.fromkeys(losses, 0.0))
                if parameter.grad is not None:
                    row[loss] += parameter.grad.square().sum().item()
    return norms


def main():
    parser = argparse.ArgumentParser(description="Show how strongly each loss pulls at the generators.")
    parser.add_argument("state", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="folder with trainA and trainB")
    parser.add_argument("--image-size", type=int, default=64)
    options = parser.parse_args()

    trainer = saved_trainer(options.state, options.image_size)
    if trainer.labelled:
        parser.error(f"{trainer.name} learns from labels, which this command does not read")
    trainer.freeze_discriminators(True)
    domains = [Domain(name, picture_files(options.data / f"train{name}"), options.image_size, seed=0,
                      resampling=trainer.resampling) for name in "AB"]
    trainer.colours = colour_losses(*(domain.images for domain in domains))
    trainer.coarse = coarse_losses(domains)
    steps = [squared_norms(trainer, trainer.moved(Batch(*(domain.batch(step, BATCH) for domain in domains))))
             for step in range(BATCHES)]
    losses = list(next(iter(steps[0].values())))
    print(f"{'':20}" + "".join(f"{loss:>13}" for loss in losses))
    for row in steps[0]:
        means = [(sum(step[row][loss] for step in steps) / BATCHES) ** 0.5 for loss in losses]
        print(f"{' '.join(row):20}" + "".join(f"{mean:13.3g}" for mean in means))


if __name__ == "__main__":
    main()
