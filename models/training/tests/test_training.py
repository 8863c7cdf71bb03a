"""The optional part: the commands themselves. UGATIT_SMOKE=1 trains for about two minutes on two CPU cores;
UGATIT=path of the binary, with UGATIT_CHECKPOINT and UGATIT_PICTURES, compares it with PyTorch.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import numpy
import torch
from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent.parent


def draw_data(root):
    """Two domains that a generator can tell and translate soon: discs on dark, squares on light ground."""
    random = numpy.random.default_rng(1)
    for split in ("trainA", "trainB", "testA", "testB"):
        (root / split).mkdir(parents=True)
        for index in range(24):
            ground = random.integers(0, 60, 3) + (180 if split.endswith("B") else 0)
            picture = Image.new("RGB", (64, 64), tuple(ground.tolist()))
            x, y = random.integers(8, 32, 2).tolist()
            shape = ImageDraw.Draw(picture)
            draw = shape.rectangle if split.endswith("B") else shape.ellipse
            draw((x, y, x + 24, y + 24), fill=tuple(random.integers(0, 256, 3).tolist()))
            picture.save(root / split / f"{index}.png")


@unittest.skipUnless(os.environ.get("UGATIT_SMOKE"), "set UGATIT_SMOKE=1")
class SmokeTests(unittest.TestCase):
    def test_training_learns_stops_on_sigterm_and_resumes(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            draw_data(root / "data")
            command = [sys.executable, str(FOLDER / "train.py"), str(root / "run"),
                       "--data", str(root / "data"), "--channels", "8", "--blocks", "1",
                       "--phases", "32:300x4", "64:60x2", "--rate", "1e-3", "--warm-up", "5",
                       "--pack", "2", "--gain", "8", "--discriminator-steps", "2", "--history", "50",
                       "--discriminator-rate", "2e-3", "--colour-weight", "0.5", "--flatness-weight", "1",
                       "--coarse-weight", "1", "--whole",
                       "--log-every", "20", "--sheet-every", "60", "--threads", "1"]
            first = subprocess.Popen(command)
            while not (root / "run" / "log.jsonl").exists():  # its first line: training goes on
                self.assertIsNone(first.poll(), "ended early")
                time.sleep(0.2)
            first.send_signal(signal.SIGTERM)
            self.assertEqual(first.wait(), 0)
            stopped = torch.load(root / "run" / "state.pt", weights_only=True)["step"]
            self.assertTrue(20 <= stopped < 360, stopped)
            subprocess.run(command, check=True)

            lines = [json.loads(line) for line in (root / "run" / "log.jsonl").read_text().splitlines()]
            self.assertEqual([lines[-1]["step"], lines[-1]["size"]], [360, 64])
            self.assertLess(lines[-1]["cycle"], 0.7 * lines[0]["cycle"])
            self.assertEqual(len(list((root / "run" / "sheets").iterdir())), 6)
            figures = subprocess.run(
                [sys.executable, str(FOLDER / "evaluate.py"), str(root / "run" / "generators.pt"), "--json",
                 "--data", str(root / "data"), "--image-size", "64"], check=True, stdout=subprocess.PIPE)
            self.assertGreater(json.loads(figures.stdout)["A2B"]["cam_accuracy"], 0.9)


@unittest.skipUnless(os.environ.get("UGATIT"), "set UGATIT, UGATIT_CHECKPOINT, UGATIT_PICTURES")
class ServiceTests(unittest.TestCase):
    def test_swift_gives_the_picture_that_pytorch_gives(self):
        subprocess.run([sys.executable, str(FOLDER / "compare.py"), os.environ["UGATIT"],
                        os.environ["UGATIT_CHECKPOINT"], os.environ["UGATIT_PICTURES"], "--image-size", "128",
                        "--limit", "10"], check=True)
