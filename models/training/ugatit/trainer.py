"""What all methods share of a training run: networks, optimisers, averages, and the order of a step."""

import torch

from .average import WeightAverage
from .batch import DIRECTIONS, Batch, Translation
from .coarse import coarse
from .diffaugment import DiffAugment
from .history import History
from .losses import absolute, deception_loss, discriminator_loss, roughness
from .method import Method
from .pool import ImagePool

class Trainer(Method):
    """Holds everything a run has learnt; a subclass is a method.

    `step` counts the steps done; `fresh_step` is the one at which the present discriminators were made, None where
    they came from a checkpoint. `colours` and `coarse` are the `colour_losses` and `coarse_losses` of the data at
    hand, to be set where the recipe weighs them.
    """

    def __init__(self, recipe, device="cpu"):
        self.recipe, self.device = recipe, torch.device(device)
        self.weights = self.all_weights(recipe)
        self.colours, self.coarse = None, None
        self.step, self.fresh_step, self.size, self.layers = 0, None, None, None
        self.history, self.pools = None, None
        self.remembered = {}  # further numbers that the next step depends on
        self.domains = sorted(self.generators)
        self.networks = {name: self.placed(self.make_generator()).requires_grad_(self.learns(domain))
                         for domain, name in self.generators.items()}
        self.averages = {name: WeightAverage(network, recipe.average) for name, network in self.networks.items()}
        self.optimisers = {"generators": self.optimiser(self.generators.values())}
        self.augment = DiffAugment(recipe.augment)
        self.callables = {name: self.callable(name) for name in self.networks}

    # Networks.

    def learns(self, domain):
        """Whether the generator into the domain is not the one that the recipe holds still."""
        return DIRECTIONS[domain] != self.recipe.hold

    def placed(self, network):
        # Channels-last is the order in which vector units read 3×3 neighbourhoods without gathering.
        layout = torch.channels_last if self.recipe.channels_last else torch.contiguous_format
        return network.to(self.device, memory_format=layout).train()

    def moved(self, batch):
        layout = torch.channels_last if self.recipe.channels_last else torch.contiguous_format
        return Batch(*(images.to(self.device, memory_format=layout) for images in batch[:2]),
                     None if batch.labels is None else batch.labels.to(self.device))

    def optimiser(self, names, betas=None):
        parameters = [parameter for name in names for parameter in self.networks[name].parameters()]
        return torch.optim.Adam(parameters, lr=0, betas=betas or self.betas, weight_decay=self.weight_decay,
                                fused=True)

    def callable(self, name):
        """What runs the network; compiled, it shares the weights of the plain one."""
        return torch.compile(self.networks[name]) if self.recipe.compile else self.networks[name]

    def autocast(self):
        # bf16 has the exponent range of F32, so no loss scaling; losses and normalisations stay in F32.
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.recipe.bf16)

    @property
    def discriminators(self):
        return [name for domain in sorted(self.judges) for name in self.judges[domain]]

    def fit(self, size):
        """Gets ready for images of `size` pixels: earlier translations of another size are of no use, and new
        discriminators are made where those at hand are of another depth than the size asks."""
        if size != self.size:
            self.size, self.history = size, History(self.recipe.history)
            self.pools = {domain: ImagePool(self.recipe.pool) for domain in self.domains}
        layers = self.discriminator_layers(size)
        if layers == self.layers:
            return
        self.layers, self.fresh_step = layers, self.step
        for name in self.discriminators:
            self.networks[name] = self.placed(self.make_discriminator(name))
            self.callables[name] = self.callable(name)
        self.optimisers["discriminators"] = self.optimiser(self.discriminators)

    def freeze_discriminators(self, frozen):
        # Saves the gradients of their weights, which the generators' update has no use for.
        for name in self.discriminators:
            self.networks[name].requires_grad_(not frozen)

    # A step.

    def train_step(self, batch, generator_rate, discriminator_rate):
        """One update of the discriminators and one of the generators, in the method's order. Returns the losses as
        F32 tensors by name.

        The translations are made once, before either, and serve both.
        """
        batch = self.moved(batch)
        made = self.translations(batch)
        fakes = tuple(made[domain].fake.detach() for domain in self.domains)
        judged = None
        if self.discriminators_first:
            judged = self.update_discriminators(batch, self.pooled(fakes), discriminator_rate)
        self.history.add(fakes)
        losses = self.update_generators(batch, made, generator_rate)
        if judged is None:
            judged = self.update_discriminators(batch, self.pooled(fakes), discriminator_rate)
        self.constrain()
        self.step += 1
        for name in self.averages:
            self.averages[name].update(self.networks[name], self.step)
        return {name: loss.detach() for name, loss in (losses | {"discriminators": judged}).items()}

    def discriminator_step(self, batch, rate):
        """An update of the discriminators alone, from images of its own and their translations, or those of
        an earlier step."""
        batch = self.moved(batch)
        if self.history.steps:
            fakes = self.history.draw()
        else:
            with torch.no_grad(), self.autocast():
                fakes = tuple(self.translated(self.generators[domain], batch.source(domain))
                              for domain in self.domains)
        self.update_discriminators(batch, fakes, rate)

    def translations(self, batch):
        """Domain translated into -> what its generator makes of the batch; of the source only where it is held
        still."""
        made = {}
        for domain, name in self.generators.items():
            with self.autocast():
                if self.learns(domain):
                    made[domain] = self.translation(domain, batch.source(domain), batch.real(domain))
                else:
                    with torch.no_grad():
                        made[domain] = Translation(self.translated(name, batch.source(domain)))
        return made

    def generator_losses(self, batch, made):
        """All losses by name, without their weights: those of the generators that learn, and cycles through either
        generator."""
        with self.autocast():
            losses = self.method_losses(batch, made)
        learning = [domain for domain in self.generators if self.learns(domain)]
        if self.weights["colour"]:
            losses["colour"] = sum(self.colours[domain](batch.source(domain), made[domain].fake)
                                   for domain in learning)
        if self.weights["flatness"]:
            losses["flatness"] = roughness(made["B"].fake)
        if self.weights["coarse"]:
            losses["coarse"] = sum(self.coarse[domain](made[domain].fake, self.population(domain))
                                   for domain in learning)
        return losses

    def deception_losses(self, made):
        """Domain -> what the generator into it pays for being found out; of those that learn."""
        return {domain: deception_loss(self.gan, self.judge(domain), made[domain].fake, self.augment, self.recipe.pack)
                for domain in self.generators if self.learns(domain)}

    def identity_loss(self, batch, made):
        """How much generators change images that are of their target domain already."""
        return sum(absolute(made[domain].same, batch.real(domain))
                   for domain in self.generators if self.learns(domain))

    def population(self, domain):
        """The translations into the domain that the history holds, made coarse."""
        return torch.cat([coarse(fakes[self.domains.index(domain)]) for fakes in self.history.steps])

    def update_generators(self, batch, made, rate):
        """Returns the losses."""
        self.freeze_discriminators(True)
        losses = self.generator_losses(batch, made)
        self.update(sum(self.weights[name] * loss for name, loss in losses.items()), self.learning_rates(rate))
        self.freeze_discriminators(False)
        return losses

    def learning_rates(self, rate):
        """Optimiser -> its rate where the generators' is `rate`, of all that learn with the generators."""
        return {"generators": rate}

    # The discriminators.

    def judge(self, domain):
        """Images -> the logits of all discriminators of the domain."""
        return lambda images: [logits for name in self.judges[domain] for logits in self.judgements(name, images)]

    def pooled(self, fakes):
        return tuple(self.pools[domain].exchange(images) for domain, images in zip(self.domains, fakes))

    def update_discriminators(self, batch, fakes, rate):
        """From real and fake images of each domain; returns the loss. Those of images that a generator held
        still makes have nothing to teach."""
        with self.autocast():
            loss = sum(discriminator_loss(self.gan, self.judge(domain), batch.real(domain), fake, self.augment,
                                          self.recipe.pack)
                       for domain, fake in zip(self.domains, fakes) if self.learns(domain))
        self.update(self.judging_weight * loss, {"discriminators": rate})
        return loss

    def update(self, loss, rates):
        """A step of each optimiser that `rates` names."""
        for group, rate in rates.items():
            for parameters in self.optimisers[group].param_groups:
                parameters["lr"] = rate
            self.optimisers[group].zero_grad(set_to_none=True)
        loss.backward()
        for group in rates:
            self.optimisers[group].step()
