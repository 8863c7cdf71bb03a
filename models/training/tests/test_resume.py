"""Stopping and going on, starting from a checkpoint, and what is exported."""

import tempfile
import unittest
from pathlib import Path

import torch
from safetensors.torch import save_file

from ugatit.checkpoint import public_files, write_atomically
from ugatit.generator import Generator, GeneratorShape
from ugatit.methods.ugatit import UGATIT
from ugatit.recipe import Recipe
from ugatit.schedule import Phase, Schedule
from ugatit.seeded import seeded_tensor
from ugatit.state import load_state, public_networks, saved_trainer, start_from, state_of
from ugatit.batch import Batch

from .test_step import DISCRIMINATORS, GENERATORS

SHAPE = GeneratorShape("light", 8, 1, 32, 32)
# The discriminators of 32 and 64 pixels have different depths, so the phases bring new ones in between.
SCHEDULE = Schedule([Phase(32, 2, 2), Phase(64, 3, 1)], rate=1e-3, warm_up=2)


def new_trainer(seed=5, **options):
    torch.manual_seed(seed)
    options.setdefault("augment", ("colour", "translation", "cutout"))
    options.setdefault("history", 2)
    return UGATIT(Recipe(SHAPE, discriminator_channels=8, **options))


def train(trainer, steps):
    for _ in range(steps):
        phase, _ = SCHEDULE.phase(trainer.step)
        trainer.fit(phase.size)
        images = Batch(*(seeded_tensor("input", (phase.batch, 3, phase.size, phase.size), seed + trainer.step)
                         for seed in (100, 200)))
        trainer.discriminator_step(images, SCHEDULE.discriminator_rate(trainer.step))
        trainer.train_step(images, SCHEDULE.generator_rate(trainer.step, trainer.fresh_step),
                           SCHEDULE.discriminator_rate(trainer.step))
    return trainer


class ResumeTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "state.pt"

    def assert_same(self, first, second, place="state"):
        if isinstance(first, dict):
            self.assertEqual(first.keys(), second.keys(), place)
            for key in first:
                self.assert_same(first[key], second[key], f"{place}.{key}")
        elif isinstance(first, (list, tuple)):
            self.assertEqual(len(first), len(second), place)
            for index, pair in enumerate(zip(first, second)):
                self.assert_same(*pair, f"{place}[{index}]")
        elif isinstance(first, torch.Tensor):
            self.assertTrue(torch.equal(first, second), place)
        else:
            self.assertEqual(first, second, place)

    def test_a_resumed_run_ends_bit_for_bit_where_an_uninterrupted_one_does(self):
        whole = state_of(train(new_trainer(), 5))
        for stop in (1, 2, 4):
            write_atomically(state_of(train(new_trainer(), stop)), self.path)
            resumed = new_trainer(seed=99)
            load_state(resumed, self.path, SCHEDULE.phase(stop - 1)[0].size)
            self.assert_same(whole, state_of(train(resumed, 5 - stop)), f"stopped after {stop}")

    def test_resuming_with_another_method_is_refused(self):
        write_atomically(state_of(train(new_trainer(), 1)), self.path)
        with self.assertRaisesRegex(SystemExit, "augment"):
            load_state(new_trainer(augment=()), self.path, 32)

    def test_a_state_from_before_an_option_existed_resumes_with_its_default(self):
        state = state_of(train(new_trainer(), 1))
        del state["recipe"]["pack"], state["recipe"]["weights"]["colour"]
        write_atomically(state, self.path)
        load_state(new_trainer(), self.path, 32)
        with self.assertRaisesRegex(SystemExit, "pack 1 .now 2."):
            load_state(new_trainer(pack=2), self.path, 32)

    def test_a_state_from_before_there_were_other_methods_resumes(self):
        trainer = train(new_trainer(), 1)
        state = state_of(trainer)
        state["method"] = state.pop("recipe") | {"betas": (0.5, 0.999), "weight_decay": 1e-4}
        for younger in ("normalization", "cam"):
            del state["method"]["shape"][younger]
        del state["pools"], state["remembered"], state["method"]["pool"]
        write_atomically(state, self.path)
        whole = state_of(train(trainer, 1))
        resumed = new_trainer(seed=99)
        load_state(resumed, self.path, 32)
        self.assert_same(whole, state_of(train(resumed, 1)))

    def test_translations_of_another_size_are_forgotten(self):
        """128 and 192 pixels have discriminators of one depth; their images do not fit into one batch."""
        trainer = new_trainer(augment=())
        for size in (128, 192):
            trainer.fit(size)
            self.assertEqual(trainer.history.steps, [])
            images = Batch(*(seeded_tensor("input", (1, 3, size, size), seed) for seed in (1, 2)))
            trainer.train_step(images, 1e-3, 1e-3)
            trainer.discriminator_step(images, 1e-3)
        self.assertEqual(trainer.fresh_step, 0, "the discriminators are the first ones still")

    def test_a_state_tells_how_to_make_its_trainer_again(self):
        state = state_of(train(new_trainer(pack=2, gain=2.0), 1))
        write_atomically(state, self.path)
        self.assert_same(state, state_of(saved_trainer(self.path, 32)))

    def test_the_exported_generators_are_the_averaged_ones_under_public_names(self):
        trainer = train(new_trainer(average=0.5), 2)
        write_atomically(public_files(public_networks(state_of(trainer)))["generators.pt"], self.path)
        checkpoint = torch.load(self.path, weights_only=True)
        self.assertEqual(set(checkpoint), set(GENERATORS))
        self.assertEqual(GeneratorShape.of_weights(checkpoint["genA2B"], 32), SHAPE)
        self.assertIn("DownBlock.12.conv_block.5.weight", checkpoint["genA2B"])
        self.assertIn("UpBlock1_1.norm2.rho", checkpoint["genA2B"])
        generator = Generator(SHAPE)
        generator.load_state_dict(checkpoint["genB2A"])
        image = seeded_tensor("input", (1, 3, 32, 32), 1)
        self.assertTrue(torch.equal(generator(image)[0], trainer.averages["genB2A"].average(image)[0]))

    def test_starting_from_a_checkpoint_takes_the_discriminators_that_fit(self):
        trained = train(new_trainer(), 2)
        write_atomically(public_networks(state_of(trained), discriminators=True), self.path)
        same_size = new_trainer(seed=99)
        start_from(same_size, self.path, 32)
        self.assertIsNone(same_size.fresh_step)
        for name in DISCRIMINATORS:
            self.assert_same(trained.networks[name].state_dict(), same_size.networks[name].state_dict(), name)
        for other, size in ((new_trainer(seed=99), 64), (new_trainer(seed=99, pack=2), 32)):
            other.fit(size)
            made = {name: value.clone() for name, value in other.networks["disGA"].state_dict().items()}
            start_from(other, self.path, size)
            self.assertEqual(other.fresh_step, 0)
            self.assert_same(made, other.networks["disGA"].state_dict())
            self.assert_same(trained.averages["genA2B"].average.state_dict(),
                             other.networks["genA2B"].state_dict())

    def test_a_model_directory_and_another_runs_discriminators_are_a_start(self):
        trained = train(new_trainer(), 2)
        exported = public_networks(state_of(trained), discriminators=True)
        write_atomically({name: exported[name] for name in DISCRIMINATORS}, self.path)
        model = self.path.parent / "model"
        model.mkdir()
        for direction in ("A2B", "B2A"):
            save_file({key: value.half() for key, value in exported[f"gen{direction}"].items()},
                      model / f"{direction}.safetensors")
        started = new_trainer(seed=99)
        start_from(started, model, 32, self.path)
        self.assertIsNone(started.fresh_step)
        self.assert_same(trained.networks["disLB"].state_dict(), started.networks["disLB"].state_dict())
        for key, value in started.networks["genB2A"].state_dict().items():
            self.assert_same(exported["genB2A"][key].half().float(), value, key)
        with self.assertRaisesRegex(SystemExit, "no discriminators for images of 32 pixels.*--pack"):
            start_from(new_trainer(pack=2), model, 32, self.path)


if __name__ == "__main__":
    unittest.main()
