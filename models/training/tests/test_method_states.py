"""Stopping and going on by the methods of the ResNet family, and what they export."""

import tempfile
import unittest
from pathlib import Path

import torch

from ugatit.checkpoint import by_direction, generator_of, read_checkpoint, write_checkpoint
from ugatit.checkpoint import write_atomically
from ugatit.methods import METHODS
from ugatit.recipe import Recipe
from ugatit.resnet.generator import ResnetShape
from ugatit.seeded import seeded_tensor
from ugatit.state import load_state, public_networks, saved_trainer, start_from, state_of
from ugatit.batch import Batch

from .test_resume import ResumeTests as Same

NAMES = {"cyclegan": {"G_A", "G_B"}, "cut": {"G"}, "fastcut": {"G"}, "dclgan": {"G_A", "G_B"},
         "simdcl": {"G_A", "G_B"}, "cycada": {"G_A", "G_B"}}


def new_trainer(name, seed=5, **options):
    torch.manual_seed(seed)
    method = METHODS[name]
    trainer = method(Recipe(ResnetShape(2, 5, method.antialiased, method.dropout), discriminator_channels=2,
                            history=2, **{"pool": method.pool and 2} | options))
    trainer.fit(32)
    return trainer


def train(trainer, steps):
    count = 1 if trainer.name == "simdcl" else 2
    for _ in range(steps):
        images = [seeded_tensor("input", (count, 3, 32, 32), seed + trainer.step) for seed in (100, 200)]
        batch = Batch(*images, torch.arange(count) if trainer.labelled else None)
        trainer.discriminator_step(batch, 1e-3)
        trainer.train_step(batch, 1e-3, 1e-3)
    return trainer


class MethodStateTests(unittest.TestCase):
    assert_same = Same.assert_same

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.path = self.folder / "state.pt"

    def test_a_resumed_run_ends_bit_for_bit_where_an_uninterrupted_one_does(self):
        for name in NAMES:
            trainer = train(new_trainer(name), 2)
            write_atomically(state_of(trainer), self.path)
            whole = state_of(train(trainer, 2))
            resumed = new_trainer(name, seed=99)
            load_state(resumed, self.path, 32)
            self.assert_same(whole, state_of(train(resumed, 2)), name)
            self.assert_same(state_of(saved_trainer(self.path, 32)), torch.load(self.path, weights_only=True), name)

    def test_a_state_of_another_method_or_recipe_is_refused(self):
        write_atomically(state_of(train(new_trainer("cyclegan"), 1)), self.path)
        with self.assertRaisesRegex(SystemExit, "trained by cyclegan, not by dclgan"):
            load_state(new_trainer("dclgan"), self.path, 32)
        with self.assertRaisesRegex(SystemExit, "pool 2 .now 0."):
            load_state(new_trainer("cyclegan", pool=0), self.path, 32)
        with self.assertRaisesRegex(SystemExit, "weights .*'cycle': 10.0.*'cycle': 3"):
            load_state(new_trainer("cyclegan", weights={"cycle": 3.0}), self.path, 32)

    def test_a_loss_that_the_method_does_not_have_is_refused(self):
        with self.assertRaisesRegex(ValueError, "cut has no loss cycle"):
            new_trainer("cut", weights={"cycle": 1.0})

    def test_each_network_is_exported_as_a_file_of_the_public_name(self):
        for name, generators in NAMES.items():
            trainer = train(new_trainer(name, average=0.5), 1)
            folder = self.folder / name
            write_checkpoint(public_networks(state_of(trainer)), folder)
            self.assertEqual({file.name for file in folder.iterdir()},
                             {f"latest_net_{generator}.pth" for generator in generators})
            found = by_direction(read_checkpoint(folder))
            image = seeded_tensor("input", (1, 3, 32, 32), 1)
            average = trainer.averages[trainer.generators["B"]].average
            self.assertTrue(torch.equal(generator_of(found["A2B"])(image), average(image)), name)
        alone = by_direction(read_checkpoint(self.folder / "cut" / "latest_net_G.pth"))
        self.assertEqual(set(alone), {"A2B"})

    def test_a_run_goes_on_from_an_exported_folder(self):
        for name in ("dclgan", "cycada"):
            trained = train(new_trainer(name), 1)
            write_checkpoint(public_networks(state_of(trained), discriminators=True), self.folder / name)
            started = new_trainer(name, seed=99)
            start_from(started, self.folder / name, 32)
            self.assertIsNone(started.fresh_step)
            for network in trained.networks.keys() - trained.averages.keys():
                self.assert_same(trained.networks[network].state_dict(), started.networks[network].state_dict(),
                                 f"{name} {network}")
        with self.assertRaisesRegex(SystemExit, "holds no G of this method"):
            start_from(new_trainer("cut"), self.folder / "dclgan", 32)


if __name__ == "__main__":
    unittest.main()
