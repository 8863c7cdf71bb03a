"""What methods share that translate there and back."""

import torch

from ..losses import absolute


class Cyclic:
    """A part of trainers with generators into both domains."""

    cycles = True

    def cycle_loss(self, batch, made):
        """How far images come out from where they went in."""
        return sum(absolute(self.translated(self.generators[home], self.noisy(made[away].fake)), batch.real(home))
                   for home, away in (("A", "B"), ("B", "A")))

    def noisy(self, images):
        """The images with Gaussian noise, where the recipe has it: what is hidden in them drowns."""
        if not self.recipe.cycle_noise:
            return images
        return images + self.recipe.cycle_noise * torch.randn_like(images)
