import tempfile
import unittest
from pathlib import Path

import numpy
import torch
from PIL import Image

from ugatit.dataset import Domain, files_without
from ugatit.diffaugment import cutout, translation


class DomainTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "trainA").mkdir()
        for index in range(5):
            Image.new("RGB", (40, 40), (index * 50, 0, 0)).save(self.root / "trainA" / f"{index}.png")
        self.files = sorted((self.root / "trainA").iterdir())

    def test_each_epoch_shows_each_image_once_in_an_order_of_its_own(self):
        domain = Domain("A", self.files, 32, seed=1)
        order = [index for step in range(10) for index in domain.indices(step, 2)]
        epochs = [order[start:start + 5] for start in range(0, 20, 5)]
        for epoch in epochs:
            self.assertEqual(sorted(epoch), list(range(5)))
        self.assertGreater(len({tuple(epoch) for epoch in epochs}), 1)

    def test_a_batch_depends_on_seed_and_step_only(self):
        first, second = (Domain("A", self.files, 32, seed=1) for _ in range(2))
        first.batch(0, 2)
        self.assertTrue(torch.equal(first.batch(7, 2), second.batch(7, 2)))
        other = Domain("A", self.files, 32, seed=2)
        self.assertNotEqual([first.indices(step, 5) for step in range(4)],
                            [other.indices(step, 5) for step in range(4)])

    def test_crops_are_windows_of_the_enlarged_image_or_its_mirror_image(self):
        pixels = numpy.random.default_rng(3).integers(0, 256, (35, 35, 3), dtype=numpy.uint8)
        path = self.root / "noise.png"
        Image.fromarray(pixels).save(path)  # 32 + 32 * 30 // 256 = 35 pixels: stored as it is
        domain = Domain("A", [path], 32, seed=4)
        windows = {}
        for mirrored in (False, True):
            whole = pixels[:, ::-1] if mirrored else pixels
            for top in range(4):
                for left in range(4):
                    windows[whole[top:top + 32, left:left + 32].tobytes()] = (mirrored, top, left)
        seen = set()
        for step in range(100):
            crop = ((domain.batch(step, 1)[0] + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
            self.assertIn(crop.tobytes(), windows)
            seen.add(windows[crop.tobytes()])
        self.assertGreater(len(seen), 20)

    def test_crops_may_reach_from_nine_tenths_to_all_of_an_image(self):
        """A ramp from left to right: how much of it a crop shows is the difference of its edges."""
        ramp = numpy.tile(numpy.arange(64, dtype=numpy.uint8) * 4, (64, 1))
        path = self.root / "ramp.png"
        Image.fromarray(ramp).save(path)
        domain = Domain("A", [path], 32, seed=5, whole=True)
        shares = []
        for step in range(200):
            row = (domain.batch(step, 1)[0, 0, 16] + 1) * 127.5
            self.assertEqual(row.shape, (32,))
            shares.append(((row[-1] - row[0]).abs() / (4 * 62)).item())
        self.assertLess(max(shares), 1.01)
        self.assertGreater(max(shares), 0.99)
        self.assertAlmostEqual(min(shares), 32 / 35, delta=0.02)
        self.assertAlmostEqual(sum(shares) / len(shares), (1 + 32 / 35) / 2, delta=0.02)

    def test_a_data_set_of_the_table_can_be_left_out(self):
        table = self.root / "sources.tsv"
        table.write_text("file\tdataset\ntrainA/0.png\tX\ntrainA/1.png\tY\ntrainA/3.png\tX\n")
        kept = files_without(self.root / "trainA", table, "X")
        self.assertEqual([path.name for path in kept], ["1.png", "2.png", "4.png"])
        with self.assertRaisesRegex(SystemExit, "Z"):
            files_without(self.root / "trainA", table, "Z")


class AugmentationTests(unittest.TestCase):
    def test_translation_moves_without_changing_what_stays(self):
        torch.manual_seed(1)
        images = torch.zeros(20, 1, 32, 32)
        images[:, :, 16, 16] = 1
        moved = translation(images)
        places = moved.flatten(1).argmax(dim=1)
        self.assertTrue(bool((moved.flatten(1).sum(dim=1) == 1).all()))
        self.assertLessEqual((places // 32 - 16).abs().max().item(), 4)
        self.assertGreater(len(set(places.tolist())), 5)

    def test_cutout_blanks_at_most_a_square_of_half_the_side(self):
        torch.manual_seed(1)
        blanked = (cutout(torch.ones(50, 1, 32, 32)) == 0).sum(dim=(1, 2, 3))
        self.assertEqual(blanked.max().item(), 16 * 16)
        self.assertGreater(blanked.min().item(), 0)
