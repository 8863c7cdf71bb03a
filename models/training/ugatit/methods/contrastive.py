"""What the contrastive methods share."""

from contextlib import contextmanager

import torch

from ..resnet.initialisation import xavier
from ..resnet.projector import PatchProjector, random_positions
from .resnet import ResnetTrainer


class Contrastive(ResnetTrainer):
    """Features of the layers `taps` of a generator become vectors by projectors, which learn with the generators.
    All networks change sizes behind filters; discriminators learn first."""

    epochs = 400
    antialiased = True
    initialised = staticmethod(xavier)
    taps = ()
    projectors = ()  # names
    projector_pace = 1.0  # rate of the projectors' optimiser, of the generators'
    projector_betas = None  # where they are not the generators'

    def __init__(self, recipe, device="cpu"):
        super().__init__(recipe, device)
        self.add_networks("projectors", self.make_projectors(), self.projector_betas)

    @classmethod
    def mistake_of_blocks(cls, blocks):
        # The last tap is the fifth block.
        return None if blocks >= 5 else f"--blocks: {cls.name} looks at the fifth, so there are to be five at least"

    def make_projectors(self):
        widths = self.networks[self.generators["B"]].widths(self.taps)
        return {name: self.initialised(PatchProjector(widths)) for name in self.projectors}

    def learning_rates(self, rate):
        return {"generators": rate, "projectors": self.projector_pace * rate}

    def features(self, generator, images):
        # No pass of the whole network, so not by what is compiled.
        return self.networks[generator].features(images, self.taps)

    def positions(self, maps):
        """Where the vectors that are compared are taken from."""
        return random_positions(maps)

    def projected(self, projector, maps, positions):
        return self.callables[projector](maps, positions)

    @contextmanager
    def learning_nothing(self):
        """For the keys. Autocast of older PyTorch (its issue 65766) keeps the casts that it makes of weights in here,
        which know of no gradient, for passes that are to learn: it may not."""
        with torch.no_grad(), torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.recipe.bf16,
                                             cache_enabled=False):
            yield
