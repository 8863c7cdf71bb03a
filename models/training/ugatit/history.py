"""Earlier translations, for the discriminators to learn from."""

import torch


class History:
    """Translations of up to `capacity` steps, which a discriminator meets again after the generator has moved
    on (Shrivastava et al., CVPR 2017): one that only ever sees the latest forgets what it had learnt to
    refuse, and the generator comes back to it. It also costs no pass of the generators.

    Once full, a new step takes the place of a random one. The images of a step stay together, as packed
    discriminators judge whether those of one batch are alike.
    """

    def __init__(self, capacity, steps=()):
        self.capacity, self.steps = capacity, list(steps)

    def add(self, fakes):
        """Keeps `fakes`, a tuple of each domain's translations (N, 3, H, W)."""
        if not self.capacity:
            return
        fakes = tuple(images.clone() for images in fakes)  # views would keep the identity images alive
        if len(self.steps) < self.capacity:
            self.steps.append(fakes)
        else:
            self.steps[self.random_index()] = fakes

    def draw(self):
        """The translations of a random step among those kept."""
        return self.steps[self.random_index()]

    def random_index(self):
        return int(torch.randint(len(self.steps), ()))
