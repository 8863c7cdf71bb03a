"""One training step against the formulas, from seeded weights."""

import unittest

import torch

from ugatit.colours import colour_losses
from ugatit.generator import Generator, GeneratorShape
from ugatit.losses import roughness
from ugatit.methods.ugatit import UGATIT
from ugatit.pictures import pixels
from ugatit.recipe import Recipe
from ugatit.seeded import seed_weights, seeded_tensor
from ugatit.batch import Batch

from . import reference

SIZE, BLOCKS = 32, 2
GENERATORS = ("genA2B", "genB2A")
DISCRIMINATORS = ("disGA", "disGB", "disLA", "disLB")
UNWEIGHED = dict.fromkeys(UGATIT.losses, 0.0)


def seeded_trainer(normalization="adalin", cam=True, **options):
    """A small trainer whose weights follow from a seed: generators by the rule of the fixtures,
    discriminators by their initialisation."""
    torch.manual_seed(7)
    shape = GeneratorShape("light", 8, BLOCKS, SIZE, SIZE, normalization, cam)
    trainer = UGATIT(Recipe(shape, discriminator_channels=8, **options))
    for seed, name in enumerate(GENERATORS):
        seed_weights(trainer.networks[name], seed)
    trainer.fit(SIZE)
    return trainer


def batches(count=2):
    return Batch(*(seeded_tensor("input", (count, 3, SIZE, SIZE), seed) for seed in (11, 12)))


def double_weights(trainer):
    """All weights as float64 copies that gather gradients; u and v of the spectral norm are constants."""
    return {name: {key: value.detach().double().clone().requires_grad_(not key.endswith(("_u", "_v")))
                   for key, value in network.state_dict().items()}
            for name, network in trainer.networks.items()}


class StepTests(unittest.TestCase):
    def assert_gradients(self, trainer, weights, names):
        for name in names:
            parameters = dict(trainer.networks[name].named_parameters())
            largest = max(weights[name][key].grad.norm() for key in parameters)
            for key, parameter in parameters.items():
                expected = weights[name][key].grad
                # A beta that the next normalisation takes away has a gradient of nothing but rounding.
                self.assertLess((parameter.grad - expected).norm(), 2e-3 * expected.norm() + 1e-7 * largest,
                                f"gradient of {name}.{key}")

    def test_losses_and_gradients_are_those_of_the_paper(self):
        self.check_step(seeded_trainer(), batches())

    def test_packed_discriminators_judge_an_image_with_the_next_of_its_batch(self):
        self.check_step(seeded_trainer(pack=2), batches(3), pack=2)

    def test_the_gain_multiplies_what_discriminators_judge_by(self):
        self.check_step(seeded_trainer(gain=8.0), batches(), gain=8)

    def test_ablations_pay_the_same(self):
        for normalization, cam in (("adain", True), ("in", False), ("ln", False), ("gn", True), ("adalin", False)):
            with self.subTest(normalization, cam=cam):
                self.check_step(seeded_trainer(normalization, cam), batches())

    def check_step(self, trainer, batch, pack=1, gain=1):
        weights = double_weights(trainer)
        # A rate of 0 leaves the weights as they are, so that the second update can be checked like the first.
        losses = trainer.train_step(batch, 0, 0)

        arguments = (weights, batch.a.double(), batch.b.double(), BLOCKS, trainer.layers, pack, gain,
                     trainer.recipe.shape.normalization)
        objective = reference.discriminator_objective(*arguments)
        self.assertAlmostEqual(losses["discriminators"].item() / objective.item(), 1, delta=1e-4)
        objective.backward()
        self.assert_gradients(trainer, weights, DISCRIMINATORS)

        expected = reference.generator_objective(*arguments)
        for name, value in expected.items():
            self.assertAlmostEqual(losses[name].item(), value.item(), delta=1e-4 * value.item(), msg=name)
        (expected["adversarial"] + 10 * expected["cycle"] + 10 * expected["identity"]
         + 1000 * expected.get("cam", 0)).backward()
        self.assert_gradients(trainer, weights, GENERATORS)

    def test_a_discriminator_step_does_to_them_what_a_whole_step_does(self):
        alone, whole = seeded_trainer(), seeded_trainer()
        before = whole.networks["genA2B"].state_dict()["conv1x1.weight"].clone()
        alone.discriminator_step(batches(), 1e-3)
        whole.train_step(batches(), 0, 1e-3)
        for name in DISCRIMINATORS:
            for key, value in whole.networks[name].named_parameters():
                torch.testing.assert_close(dict(alone.networks[name].named_parameters())[key], value, msg=key)
        self.assertEqual(alone.step, 0)
        self.assertTrue(torch.equal(alone.networks["genA2B"].state_dict()["conv1x1.weight"], before))

    def test_the_other_generator_learns_from_one_that_is_held_what_it_would_have_learnt(self):
        weights = {"colour": 1.0, "flatness": 1.0}
        both, one = seeded_trainer(weights=weights), seeded_trainer(weights=weights, hold="B2A")
        for trainer in (both, one):
            trainer.colours = colour_losses(*map(pixels, batches()[:2]))
            trainer.train_step(batches(), 0, 0)
        for name in ("genA2B", "disGB", "disLB"):
            expected = dict(both.networks[name].named_parameters())
            for key, parameter in one.networks[name].named_parameters():
                torch.testing.assert_close(parameter.grad, expected[key].grad, rtol=1e-3, atol=1e-5, msg=key)

        held = {name: double_weights(one)[name] for name in ("genB2A", "disGA", "disLA")}
        one.train_step(batches(), 1e-3, 1e-3)
        for name, weights in held.items():
            for key, parameter in one.networks[name].named_parameters():
                self.assertTrue(torch.equal(parameter.double(), weights[key]), msg=f"{name}.{key}")

    def test_cycle_noise_is_in_what_goes_back_only(self):
        plain, noisy = seeded_trainer(), seeded_trainer(cycle_noise=0.5)
        images = torch.zeros(2, 3, 64, 64)
        self.assertIs(plain.noisy(images), images)
        self.assertAlmostEqual(noisy.noisy(images).std().item(), 0.5, delta=0.02)

        losses, with_noise = (trainer.train_step(batches(), 0, 0) for trainer in (plain, noisy))
        self.assertGreater((losses.pop("cycle") - with_noise.pop("cycle")).abs(), 1e-4)
        self.assertEqual(losses, with_noise)

    def test_the_colour_loss_pulls_each_generator_towards_its_input(self):
        trainer = seeded_trainer(weights=UNWEIGHED | {"colour": 1.0})
        batch = batches()
        trainer.colours = colour_losses(*map(pixels, batch[:2]))
        with torch.no_grad():
            made = trainer.translations(batch)
        expected = trainer.colours["B"](batch.a, made["B"].fake) + trainer.colours["A"](batch.b, made["A"].fake)
        before = trainer.train_step(batch, 1e-3, 0)["colour"]
        torch.testing.assert_close(before, expected)
        for _ in range(5):
            after = trainer.train_step(batch, 1e-3, 0)["colour"]
        self.assertLess(after, before)

    def test_flatness_is_asked_of_toons_only(self):
        trainer = seeded_trainer(weights=UNWEIGHED | {"flatness": 1.0})
        trainer.train_step(batches(), 0, 0)
        pulls = [trainer.networks[name].UpBlock2[-2].weight.grad.norm() for name in GENERATORS]
        self.assertGreater(pulls[0], 0)
        self.assertEqual(pulls[1], 0)

    def test_roughness_counts_the_steps_between_neighbours(self):
        image = torch.zeros(1, 1, 4, 5)
        image[:, :, 2:, :3] = 0.48  # 3 steps of 0.48 down, of 15; 2 across, of 16
        self.assertAlmostEqual(roughness(image).item(), 0.96 * (3 / 15 + 2 / 16), places=6)
        faint = image / 24  # steps of 0.02 count half, not a 24th
        self.assertAlmostEqual(roughness(faint).item(), 0.5 * (3 / 15 + 2 / 16), places=6)

    def test_first_update_is_adams_and_rho_stays_in_its_bounds(self):
        trainer, rate = seeded_trainer(), 0.5
        before = double_weights(trainer)
        trainer.train_step(batches(), rate, rate)
        clipped = 0
        for name in GENERATORS:
            for key, parameter in trainer.networks[name].named_parameters():
                # Bias-corrected, Adam's first step is rate · g / (|g| + 1e-8), weight decay being part of g.
                gradient = parameter.grad.double() + 1e-4 * before[name][key]
                expected = before[name][key] - rate * gradient / (gradient.abs() + 1e-8)
                if key.endswith(".rho"):
                    clipped += int(((expected < 0) | (expected > 1)).sum())
                    expected = expected.clamp(0, 1)
                torch.testing.assert_close(parameter.double(), expected, rtol=1e-3, atol=1e-3)
        self.assertGreater(clipped, 0, "the rate is large enough to leave the bounds")

    def test_average_follows_slowly(self):
        trainer = seeded_trainer(average=0.75)
        for name in GENERATORS:
            trainer.averages[name].average.load_state_dict(trainer.networks[name].state_dict())
        before = double_weights(trainer)["genA2B"]
        trainer.step = 100
        trainer.train_step(batches(), 1e-3, 1e-3)
        after = double_weights(trainer)["genA2B"]
        for key, value in trainer.averages["genA2B"].average.named_parameters():
            expected = 0.75 * before[key] + 0.25 * after[key]
            torch.testing.assert_close(value.double(), expected, rtol=1e-5, atol=1e-6)

    def test_full_generator_reads_every_pixel_of_its_features(self):
        generator = Generator(GeneratorShape("full", 8, BLOCKS, SIZE, SIZE)).double()
        seed_weights(generator, 3)
        image = batches().a.double()
        expected, logits = reference.generate(generator.state_dict(), image, BLOCKS, full=True)
        translated, cam_logits, _ = generator(image)
        torch.testing.assert_close(translated, expected)
        torch.testing.assert_close(cam_logits, logits)

    def test_bf16_channels_last_stays_near_the_formulas(self):
        trainer = seeded_trainer(bf16=True, channels_last=True)
        weights, batch = double_weights(trainer), batches()
        losses = trainer.train_step(batch, 0, 0)
        expected = reference.generator_objective(
            weights, batch.a.double(), batch.b.double(), BLOCKS, trainer.layers)
        for name, value in expected.items():
            self.assertAlmostEqual(losses[name].item(), value.item(), delta=0.03 * value.item(), msg=name)
