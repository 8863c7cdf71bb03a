"""What the methods share whose networks are those of the ResNet family."""

from abc import abstractmethod

import torch

from ..pictures import BICUBIC
from ..resnet.discriminator import PatchDiscriminator
from ..resnet.generator import ResnetGenerator, ResnetShape
from ..schedule import Phase
from ..batch import Translation
from ..trainer import Trainer


class ResnetTrainer(Trainer):
    """One discriminator judges each domain; it pays half of what it mistakes."""

    shape_type = ResnetShape
    rate = 2e-4
    resampling = BICUBIC
    judging_weight = 0.5
    antialiased = False
    dropout = False

    @classmethod
    @abstractmethod
    def initialised(cls, network):
        """The network with the first weights that the method gives it."""

    @classmethod
    def published_phase(cls, images):
        """`epochs` times as many steps as the larger domain has images, one image of each at a time."""
        return Phase(256, cls.epochs * images, 1)

    def make_generator(self):
        return self.initialised(ResnetGenerator(self.recipe.shape))

    def discriminator_layers(self, size):
        # Convolutional, and made for patches, they judge images of any size.
        return 5,

    def make_discriminator(self, name):
        return self.initialised(PatchDiscriminator(self.recipe.discriminator_channels, self.antialiased,
                                                   self.recipe.pack))

    def judgements(self, name, images):
        return [self.callables[name](images)]

    def translated(self, name, images):
        return self.callables[name](images)

    def translation(self, domain, source, target):
        # Public code mostly makes two passes of these; no layer can tell.
        return Translation(*self.translated(self.generators[domain], torch.cat([source, target])).chunk(2))

    def add_networks(self, group, networks, betas=None):
        """Networks that learn beside the generators, by name, with an optimiser of their own."""
        for name, network in networks.items():
            self.networks[name] = self.placed(network)
            self.callables[name] = self.callable(name)
        self.optimisers[group] = self.optimiser(networks, betas)
