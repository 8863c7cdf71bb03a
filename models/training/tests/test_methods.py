"""A step of each method of the ResNet family against a second implementation of its formulas, in double."""

import unittest
from unittest import mock

import torch
from torch import nn

from ugatit.methods import METHODS
from ugatit.recipe import Recipe
from ugatit.resnet.generator import ResnetShape
from ugatit.seeded import seeded_tensor
from ugatit.batch import Batch

from . import family_losses
from .test_step import double_weights

SIZE, BLOCKS, PLACES = 32, 5, 24
REFERENCES = {"cyclegan": family_losses.CycleGAN, "cut": family_losses.CUT, "fastcut": family_losses.FastCUT,
              "dclgan": family_losses.DCLGAN, "simdcl": family_losses.SimDCL, "cycada": family_losses.CyCADA}


def fixed_positions(maps, most=PLACES):
    """As many of each map, spread over it: what chance would draw is not what these tests are about."""
    smallest = min(most, *(found.shape[2] * found.shape[3] for found in maps))
    return [torch.arange(smallest) * (found.shape[2] * found.shape[3]) // smallest for found in maps]


def new_trainer(name, seed=3, **options):
    """A small trainer whose weights are large enough, and whose biases far enough from 0, for every part of a loss to
    matter."""
    torch.manual_seed(seed)
    method = METHODS[name]
    trainer = method(Recipe(ResnetShape(4, BLOCKS, method.antialiased, method.dropout), discriminator_channels=4,
                            pool=method.pool, **options))
    trainer.fit(SIZE)
    with torch.no_grad():
        for network_name, network in trainer.networks.items():
            for parameter in network.parameters():
                if parameter.dim() > 1:
                    parameter.mul_(2 if network_name == "CLS" else 8)
                else:
                    parameter.add_(torch.rand_like(parameter) * 0.2 - 0.1)
    for network in trainer.networks.values():
        for module in network.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0  # nor about what it would drop
    return trainer


def batch_for(name):
    # Its classifier normalises by batch, and of two images it would make +1 and -1 always.
    count = {"simdcl": 1, "cycada": 6}.get(name, 2)
    images = [seeded_tensor("input", (count, 3, SIZE, SIZE), seed) for seed in (11, 12)]
    return Batch(*images, torch.arange(count) + 3 if name == "cycada" else None)


def gradients_of(objective, weights, names):
    for name in names:
        for value in weights[name].values():
            value.grad = None
    objective.backward()
    return {name: {key: value.grad for key, value in weights[name].items() if value.grad is not None}
            for name in names}


def moved_by_adam(weights, gradients, rate):
    """The first update: bias-corrected, it is rate · g / (|g| + 1e-8)."""
    moved = {name: dict(tensors) for name, tensors in weights.items()}
    for name, tensors in gradients.items():
        for key, gradient in tensors.items():
            value = weights[name][key].detach() - rate * gradient / (gradient.abs() + 1e-8)
            moved[name][key] = value.requires_grad_()
    return moved


class StepTests(unittest.TestCase):
    def setUp(self):
        patch = mock.patch("ugatit.methods.contrastive.random_positions", fixed_positions)
        patch.start()
        self.addCleanup(patch.stop)

    def learners(self, trainer):
        return [name for name in trainer.networks if name not in trainer.discriminators and name != "CLS"]

    def check(self, name, sure=False, **settings):
        """Losses and gradients, at a rate of 0; then one update of everything."""
        trainer, batch = new_trainer(name), batch_for(name)
        if sure:
            trainer.remembered["classifier_loss"] = 1.0
        weights = double_weights(trainer)
        reference = REFERENCES[name](weights, batch, BLOCKS, fixed_positions)
        for key, value in settings.items():
            setattr(reference, key, value)

        losses = trainer.train_step(batch, 0, 0)
        fakes = reference.fakes()
        judging = reference.discriminators(fakes)
        self.assertAlmostEqual(trainer.judging_weight * losses["discriminators"].item() / judging.item(), 1,
                               delta=1e-4)
        self.assert_gradients(trainer, gradients_of(judging, weights, trainer.discriminators))
        objective = reference.generators(fakes, sure=sure)
        total = sum(trainer.weights[loss] * losses[loss].item() for loss in trainer.losses if loss in losses)
        self.assertAlmostEqual(total / objective.item(), 1, delta=1e-4)
        self.assert_gradients(trainer, gradients_of(objective, weights, self.learners(trainer)))
        if name == "cycada":
            self.assert_gradients(trainer, gradients_of(reference.classifier(), weights, ["CLS"]))

    def check_update(self, name, sure=False):
        """One step of everything that learns, in the method's order and with its rates."""
        rate = 1e-3
        trainer, batch = new_trainer(name), batch_for(name)
        if sure:
            trainer.remembered["classifier_loss"] = 1.0
        weights = double_weights(trainer)
        reference = REFERENCES[name](weights, batch, BLOCKS, fixed_positions)
        fakes = reference.fakes()

        def judged():
            return gradients_of(reference.discriminators(fakes), reference.w, trainer.discriminators)

        first = judged() if trainer.discriminators_first else None
        if first:
            reference.w = moved_by_adam(weights, first, 2 * rate)
        learnt = gradients_of(reference.generators(fakes, sure=sure), reference.w, self.learners(trainer))
        gradients = {**(first or judged()), **learnt}
        if name == "cycada":
            gradients |= gradients_of(reference.classifier(), reference.w, ["CLS"])
        paces = {"F1": 5, "F2": 5} if name == "dclgan" else {}
        trainer.train_step(batch, rate, 2 * rate)
        compared = 0
        for network, tensors in gradients.items():
            largest = max(gradient.abs().max() for gradient in tensors.values())
            pace = 2 if network in trainer.discriminators else paces.get(network, 1)
            own_rate = 1e-3 if network == "CLS" else pace * rate
            moved = moved_by_adam(weights, {network: tensors}, own_rate)[network]
            for key, gradient in tensors.items():
                # Adam makes a whole step of the least gradient, and rounding has signs, too.
                telling = gradient.abs() > 1e-3 * gradient.abs().max() + 1e-5 * largest
                found = trainer.networks[network].state_dict()[key].double()
                torch.testing.assert_close(found[telling], moved[key].detach()[telling], rtol=0,
                                           atol=0.02 * own_rate, msg=f"{network}.{key}")
                compared += int(telling.sum())
        self.assertGreater(compared, 0.5 * sum(value.numel() for tensors in gradients.values()
                                               for value in tensors.values()))

    def assert_gradients(self, trainer, expected):
        for name, tensors in expected.items():
            largest = max(gradient.norm() for gradient in tensors.values())
            for key, parameter in trainer.networks[name].named_parameters():
                distance = (parameter.grad - tensors[key]).norm()
                # Those of biases before a normalisation are nothing but rounding.
                self.assertLess(distance, 2e-3 * tensors[key].norm() + 1e-5 * largest, f"{name}.{key}")

    def test_cyclegan(self):
        self.check("cyclegan")
        self.check_update("cyclegan")

    def test_cut(self):
        self.check("cut")
        self.check_update("cut")

    def test_fastcut_mirrors_half_of_the_time_and_mirrors_features_back(self):
        seen = set()
        for seed in range(8):
            torch.manual_seed(seed)
            mirrored = bool(torch.rand(()) < 0.5)
            if mirrored in seen:
                continue
            seen.add(mirrored)
            with mock.patch("ugatit.methods.fastcut.torch.rand", lambda _, drawn=mirrored: torch.tensor(1 - drawn)):
                self.check("fastcut", mirrored=mirrored)
        self.assertEqual(seen, {False, True})

    def test_dclgan(self):
        self.check("dclgan")
        self.check_update("dclgan")

    def test_simdcl(self):
        self.check("simdcl")
        self.check_update("simdcl")

    def test_cycada_listens_to_its_classifier_only_where_that_is_sure(self):
        self.check("cycada")
        self.check("cycada", sure=True)
        self.check_update("cycada", sure=True)

    def test_who_learns_first(self):
        learnt = ["generators", "projectors"]
        for name in REFERENCES:
            trainer, order = new_trainer(name), []
            with mock.patch.object(trainer, "update", lambda loss, rates: order.append([*rates])):
                trainer.train_step(batch_for(name), 0, 0)
            self.assertEqual(order, {"cyclegan": [["generators"], ["discriminators"]],
                                     "cycada": [["generators"], ["discriminators"], ["classifier"]]}
                             .get(name, [["discriminators"], learnt]), name)

    def test_cycada_remembers_what_its_classifier_paid(self):
        trainer, batch = new_trainer("cycada"), batch_for("cycada")
        self.assertEqual(trainer.remembered["classifier_loss"], float("inf"), "it says nothing at first")
        losses = trainer.train_step(batch, 0, 0)
        self.assertEqual(losses["semantic"], 0)
        self.assertEqual(trainer.remembered["classifier_loss"], losses["classifier"].item())

    def test_keys_made_in_bf16_leave_the_encoders_their_gradients(self):
        """Autocast keeps casts of weights; those of a pass that learns nothing would take the gradient from the next
        one's."""
        for name in ("cut", "dclgan"):
            plain, coarse = new_trainer(name), new_trainer(name, bf16=True)
            for trainer in (plain, coarse):
                trainer.train_step(batch_for(name), 0, 0)
            for generator in plain.generators.values():
                gradients = [trainer.networks[generator].model[4].weight.grad.flatten() for trainer in (plain, coarse)]
                self.assertGreater(torch.cosine_similarity(*gradients, dim=0), 0.8, f"{name} {generator}")

    def test_a_pool_shows_discriminators_earlier_translations(self):
        trainer = new_trainer("cyclegan")
        trainer.pools["B"].images = [torch.zeros(3, SIZE, SIZE)] * 50
        shown = []
        with mock.patch.object(trainer, "update_discriminators",
                               lambda batch, fakes, rate: shown.append(fakes) or torch.zeros(())):
            for _ in range(8):
                trainer.train_step(batch_for("cyclegan"), 0, 0)
        blank = [bool((image == 0).all()) for _, in_b in shown for image in in_b]
        self.assertEqual({True, False}, set(blank))
        self.assertTrue(all((in_a != 0).any() for in_a, _ in shown), "A's pool has not been full yet")


if __name__ == "__main__":
    unittest.main()
