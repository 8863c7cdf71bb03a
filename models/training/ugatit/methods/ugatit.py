"""U-GAT-IT (Kim et al., ICLR 2020), with the public PyTorch code's way of summing its losses."""

import torch

from ..discriminator import Discriminator
from ..generator import Generator, GeneratorShape, clip_rho
from ..losses import classified
from ..schedule import Phase
from ..batch import Translation
from ..trainer import Trainer
from .cyclic import Cyclic


class UGATIT(Cyclic, Trainer):
    """Two discriminators judge each domain, one seeing larger and one smaller surroundings, and both by two kinds of
    logits. They learn first. The generators' auxiliary classifiers are to tell source from target images."""

    name = "ugatit"
    generators = {"B": "genA2B", "A": "genB2A"}
    judges = {"A": ("disGA", "disLA"), "B": ("disGB", "disLB")}
    losses = {"adversarial": 1.0, "cycle": 10.0, "identity": 10.0, "cam": 1000.0}
    shape_type = GeneratorShape
    rate = 1e-4
    weight_decay = 1e-4
    holds = True

    @classmethod
    def published_phase(cls, images):
        return Phase(256, 1_000_000, 1)

    @property
    def discriminators(self):
        return ["disGA", "disGB", "disLA", "disLB"]  # in the order in which weights have always been drawn

    @property
    def judging_weight(self):
        return self.weights["adversarial"]

    def make_generator(self):
        return Generator(self.recipe.shape)

    def discriminator_layers(self, size):
        """Layers of the global and the local discriminator: 7 and 5 at 256 pixels as in the paper, and one less
        each time the size halves, so that they see the same share of the image. The local one keeps at least one
        layer less than the global one rather than two below 128 pixels: three layers learn too little."""
        layers = max(size.bit_length() - 2, 4)
        return layers, layers - (2 if size >= 128 else 1)

    def make_discriminator(self, name):
        depth = self.layers[0] if name.startswith("disG") else self.layers[1]
        recipe = self.recipe
        return Discriminator(recipe.discriminator_channels, depth, recipe.pack, recipe.gain, recipe.shape.cam)

    def judgements(self, name, images):
        logits, cam_logits, _ = self.callables[name](images)
        return [logits] if cam_logits is None else [logits, cam_logits]

    def translated(self, name, images):
        return self.callables[name](images)[0]

    def translation(self, domain, source, target):
        # The images of both domains go through in one batch, which no layer can tell.
        images, cam_logits, _ = self.callables[self.generators[domain]](torch.cat([source, target]))
        if cam_logits is None:
            return Translation(*images.chunk(2))
        cam_source, cam_target = cam_logits.chunk(2)
        return Translation(*images.chunk(2), classified(cam_source, 1.0) + classified(cam_target, 0.0))

    def constrain(self):
        for name in self.generators.values():
            clip_rho(self.networks[name])

    def method_losses(self, batch, made):
        losses = {"adversarial": sum(self.deception_losses(made).values()),
                  "cycle": self.cycle_loss(batch, made),
                  "identity": self.identity_loss(batch, made)}
        if self.recipe.shape.cam:
            losses["cam"] = sum(made[domain].cam_loss for domain in self.generators if self.learns(domain))
        return losses
