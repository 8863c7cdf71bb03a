"""What a method says of itself."""

from abc import ABC, abstractmethod
from typing import ClassVar

from .losses import EXTRA_LOSSES, LeastSquares
from .pictures import BILINEAR


class Method(ABC):
    """The part of a `Trainer` that the methods differ in: their networks and what these pay."""

    name: ClassVar[str]
    generators: ClassVar[dict]  # domain translated into -> name of the generator, B first
    judges: ClassVar[dict]  # domain -> names of the discriminators of its images
    losses: ClassVar[dict]  # the generators' losses and the weights they are published with
    shape_type: ClassVar[type]
    gan = LeastSquares
    rate: ClassVar[float]
    betas = (0.5, 0.999)
    weight_decay = 0.0
    constant_share = 0.5  # of all steps: the rate falls linearly to zero in the others
    resampling = BILINEAR  # of pictures
    augmented = True  # whether training images are cropped and mirrored
    cycles = False  # whether translations go back
    pool = 0  # images that discriminators are shown again
    holds = False  # whether a direction can be trained against the other one held still
    labelled = False  # whether it learns from classes of A's images
    discriminators_first = True  # whether they learn before the generators in a step

    @classmethod
    def all_weights(cls, recipe):
        """Loss -> its weight: the recipe's, or else as published."""
        unknown = recipe.weights.keys() - cls.losses.keys() - EXTRA_LOSSES.keys()
        if unknown:
            raise ValueError(f"{cls.name} has no loss {', '.join(sorted(unknown))}")
        return cls.losses | EXTRA_LOSSES | recipe.weights

    @abstractmethod
    def make_generator(self): ...

    @abstractmethod
    def make_discriminator(self, name): ...

    @abstractmethod
    def discriminator_layers(self, size):
        """What the discriminators of images of `size` pixels are made from; where it changes, new ones are."""

    @abstractmethod
    def judgements(self, name, images):
        """The logits that a discriminator has of images, a list of tensors."""

    @abstractmethod
    def translated(self, name, images):
        """What a generator makes of images."""

    @abstractmethod
    def translation(self, domain, source, target):
        """The `Translation` that the losses are taken from, by the generator into the domain."""

    @abstractmethod
    def method_losses(self, batch, made):
        """The losses of the method by name, without their weights; `made` has a `Translation` for each domain
        translated into."""

    @classmethod
    @abstractmethod
    def published_phase(cls, images):
        """Size, steps and batch as published, where the larger domain has so many images."""

    @property
    @abstractmethod
    def judging_weight(self):
        """Of the discriminators' loss."""

    @classmethod
    def mistake_of_blocks(cls, blocks):
        """Why generators of so many residual blocks cannot be trained, None where they can."""
        return None if blocks > 0 else "--blocks is positive"

    @classmethod
    def mistake_of_phase(cls, phase):
        """The same of a phase."""
        return None

    def constrain(self):
        """What is done to weights after each update, where the method has it."""
