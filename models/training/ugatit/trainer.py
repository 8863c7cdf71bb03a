"""One training run: networks, optimisers and the step that the paper describes."""

from dataclasses import asdict, dataclass, field
from typing import NamedTuple

import torch

from .average import WeightAverage
from .coarse import coarse
from .diffaugment import DiffAugment
from .discriminator import Discriminator
from .generator import Generator, GeneratorShape, clip_rho
from .history import History
from .losses import LossWeights, absolute, classified, deception_loss, discriminator_loss, roughness

GENERATORS = ("genA2B", "genB2A")
DISCRIMINATORS = ("disGA", "disGB", "disLA", "disLB")


def discriminator_layers(size):
    """Layers of the global and the local discriminator: 7 and 5 at 256 pixels as in the paper, and one less
    each time the size halves, so that they see the same share of the image. The local one keeps at least one
    layer less than the global one rather than two below 128 pixels: three layers learn too little."""
    layers = max(size.bit_length() - 2, 4)
    return layers, layers - (2 if size >= 128 else 1)


@dataclass(frozen=True)
class Method:
    """How to train. The defaults are the paper's and the public code's; what deviates is an option."""

    shape: GeneratorShape = GeneratorShape()
    discriminator_channels: int = 64
    pack: int = 1
    gain: float = 1.0
    weights: LossWeights = field(default_factory=LossWeights)
    betas: tuple = (0.5, 0.999)
    cycle_noise: float = 0.0
    weight_decay: float = 1e-4
    average: float = 0.999
    history: int = 0
    augment: tuple = ()
    hold: str = ""
    bf16: bool = False
    channels_last: bool = False
    compile: bool = False


class Translation(NamedTuple):
    """What a generator makes of images of its source and its target domain; of the source only where it is
    held still."""

    fake: torch.Tensor  # of the source
    same: torch.Tensor | None = None  # of the target: the identity images
    cam_loss: torch.Tensor | None = None  # what the auxiliary classifier pays for not telling one from the other

    @classmethod
    def by(cls, generator, source, target):
        images, cam_logits, _ = generator(torch.cat([source, target]))
        cam_source, cam_target = cam_logits.chunk(2)
        return cls(*images.chunk(2), classified(cam_source, 1.0) + classified(cam_target, 0.0))


class Trainer:
    """Holds everything a run has learnt. `step` counts the steps done; `fresh_step` is the one at which the
    present discriminators were made, None where they came from a checkpoint. `colours` and `coarse` are
    the `colour_losses` and `coarse_losses` of the data at hand, to be set where the method weighs them."""

    def __init__(self, method, device="cpu"):
        self.method, self.device = method, torch.device(device)
        self.colours, self.coarse = None, None
        self.step, self.fresh_step, self.layers, self.history = 0, None, None, None
        self.networks = {name: self.placed(Generator(method.shape)).requires_grad_(self.learns(name))
                         for name in GENERATORS}
        self.averages = {name: WeightAverage(self.networks[name], method.average) for name in GENERATORS}
        self.optimisers = {"generators": self.optimiser(GENERATORS)}
        self.augment = DiffAugment(method.augment)
        self.callables = {name: self.callable(name) for name in GENERATORS}

    def learns(self, name):
        """Whether the generator is not the one that the method holds still."""
        return name != f"gen{self.method.hold}"

    def placed(self, network):
        # Channels-last is the order in which vector units read 3×3 neighbourhoods without gathering.
        layout = torch.channels_last if self.method.channels_last else torch.contiguous_format
        return network.to(self.device, memory_format=layout).train()

    def optimiser(self, names):
        parameters = [parameter for name in names for parameter in self.networks[name].parameters()]
        return torch.optim.Adam(parameters, lr=0, betas=self.method.betas,
                                weight_decay=self.method.weight_decay, fused=True)

    def callable(self, name):
        """What runs the network; compiled, it shares the weights of the plain one."""
        return torch.compile(self.networks[name]) if self.method.compile else self.networks[name]

    def fit_discriminators(self, size):
        """Makes new discriminators where those at hand are of another depth than images of `size` pixels
        ask."""
        layers = discriminator_layers(size)
        if layers == self.layers:
            return
        self.layers, self.fresh_step, self.history = layers, self.step, History(self.method.history)
        for name in DISCRIMINATORS:
            depth = layers[0] if name.startswith("disG") else layers[1]
            self.networks[name] = self.placed(
                Discriminator(self.method.discriminator_channels, depth, self.method.pack, self.method.gain))
            self.callables[name] = self.callable(name)
        self.optimisers["discriminators"] = self.optimiser(DISCRIMINATORS)

    def judges(self, domain):
        return [self.callables[f"dis{scope}{domain}"] for scope in "GL"]

    def autocast(self):
        # bf16 has the exponent range of F32, so no loss scaling; losses and normalisations stay in F32.
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.method.bf16)

    def train_step(self, real_a, real_b, generator_rate, discriminator_rate):
        """One update of the discriminators, then one of the generators, from images (N, 3, H, W) of each
        domain. Returns the losses as F32 tensors by name.

        The translations are made once and serve both updates: the generators do not change in between. The
        images of both domains go through a generator in one batch, which no layer of it can tell.
        """
        real_a, real_b = (self.moved(real) for real in (real_a, real_b))
        forth, back = self.translations(real_a, real_b)
        fakes = back.fake.detach(), forth.fake.detach()
        discriminators = self.update_discriminators((real_a, real_b), fakes, discriminator_rate)
        if self.method.history:
            self.history.add(fakes)

        self.freeze_discriminators(True)
        losses = self.generator_losses(real_a, real_b, forth, back)
        weights = asdict(self.method.weights)
        weighted = sum(weights[name] * loss for name, loss in losses.items())
        self.update("generators", weighted, generator_rate)
        self.freeze_discriminators(False)

        self.step += 1
        for name in GENERATORS:
            clip_rho(self.networks[name])
            self.averages[name].update(self.networks[name], self.step)
        return {key: value.detach() for key, value in (losses | {"discriminators": discriminators}).items()}

    def discriminator_step(self, real_a, real_b, rate):
        """An update of the discriminators alone, from images of its own and their translations, or those of
        an earlier step."""
        real_a, real_b = (self.moved(real) for real in (real_a, real_b))
        if self.history.steps:
            fakes = self.history.draw()
        else:
            with torch.no_grad(), self.autocast():
                fakes = self.callables["genB2A"](real_b)[0], self.callables["genA2B"](real_a)[0]
        self.update_discriminators((real_a, real_b), fakes, rate)

    def translations(self, real_a, real_b):
        """What the generators make of the images, A to B and B to A."""
        return (self.translation("genA2B", real_a, real_b), self.translation("genB2A", real_b, real_a))

    def translation(self, name, source, target):
        with self.autocast():
            if self.learns(name):
                return Translation.by(self.callables[name], source, target)
            with torch.no_grad():
                return Translation(self.callables[name](source)[0])

    def generator_losses(self, real_a, real_b, forth, back):
        """The losses by name, without their weights: those of the generators that learn, and both cycles, as
        these pass through either generator."""
        a2b, b2a = self.callables["genA2B"], self.callables["genB2A"]
        learning = [(domain, made, source, target)  # the domain is the one translated into
                    for name, domain, made, source, target in (("genA2B", "B", forth, real_a, real_b),
                                                               ("genB2A", "A", back, real_b, real_a))
                    if self.learns(name)]
        with self.autocast():
            losses = {
                "adversarial": sum(
                    deception_loss(self.judges(domain), made.fake, self.augment, self.method.pack)
                    for domain, made, _, _ in learning),
                "cycle": (absolute(b2a(self.noisy(forth.fake))[0], real_a)
                          + absolute(a2b(self.noisy(back.fake))[0], real_b)),
                "identity": sum(absolute(made.same, target) for _, made, _, target in learning),
                "cam": sum(made.cam_loss for _, made, _, _ in learning),
            }
        if self.method.weights.colour:
            losses["colour"] = sum(self.colours[domain](source, made.fake)
                                   for domain, made, source, _ in learning)
        if self.method.weights.flatness:
            losses["flatness"] = roughness(forth.fake)
        if self.method.weights.coarse:
            losses["coarse"] = sum(self.coarse[domain](made.fake, self.population(domain))
                                   for domain, made, _, _ in learning)
        return losses

    def population(self, domain):
        """The translations into the domain that the history holds, made coarse."""
        return torch.cat([coarse(fakes["AB".index(domain)]) for fakes in self.history.steps])

    def noisy(self, images):
        """The images with Gaussian noise, where the method has it: what is hidden in them drowns."""
        if not self.method.cycle_noise:
            return images
        return images + self.method.cycle_noise * torch.randn_like(images)

    def update_discriminators(self, reals, fakes, rate):
        """From real and fake images of A and of B; returns the loss. Those of images that a generator held
        still makes have nothing to teach."""
        with self.autocast():
            loss = sum(discriminator_loss(self.judges(domain), real, fake, self.augment, self.method.pack)
                       for domain, real, fake, maker in zip("AB", reals, fakes, reversed(GENERATORS))
                       if self.learns(maker))
        self.update("discriminators", self.method.weights.adversarial * loss, rate)
        return loss

    def moved(self, images):
        layout = torch.channels_last if self.method.channels_last else torch.contiguous_format
        return images.to(self.device, memory_format=layout)

    def update(self, group, loss, rate):
        optimiser = self.optimisers[group]
        for parameters in optimiser.param_groups:
            parameters["lr"] = rate
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()

    def freeze_discriminators(self, frozen):
        # Saves the gradients of their weights, which the generators' update has no use for.
        for name in DISCRIMINATORS:
            self.networks[name].requires_grad_(not frozen)
