"""The commands, from pictures on disk to checkpoints, for two steps of each method."""

import contextlib
import io
import json
import signal
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from PIL import Image

import evaluate
import export
import interpolate
import train
from ugatit.dataset import labels_of
from ugatit.methods import METHODS
from ugatit.options import arguments

from .test_training import draw_data

COLUMNS = {"ugatit": 8, "cyclegan": 6, "cut": 2, "fastcut": 2, "dclgan": 6, "simdcl": 6, "cycada": 6}


class CommandTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        draw_data(cls.root / "data")
        cls.table = cls.root / "data" / "labels_a.tsv"
        rows = [f"trainA/{index}.png\t{index % 10}" for index in range(24)]
        cls.table.write_text("\n".join(["file\tlabel", *rows]) + "\n")
        for number in (signal.SIGTERM, signal.SIGINT):
            cls.addClassCleanup(signal.signal, number, signal.getsignal(number))

    def train(self, run, *words):
        options = arguments([str(self.root / run), "--data", str(self.root / "data"), "--channels", "2",
                             "--blocks", "5", "--device", "cpu", "--log-every", "1", "--sheet-every", "2", *words])
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            train.run(options)
        return self.root / run

    def command(self, module, *words):
        said = io.StringIO()
        with mock.patch("sys.argv", ["command", *map(str, words)]), contextlib.redirect_stdout(said):
            module.main()
        return said.getvalue()

    def test_each_method_trains_resumes_and_is_measured(self):
        for name, method in METHODS.items():
            size = "64" if name == "simdcl" else "32"
            words = "--method", name, "--phases", f"{size}:2x{1 if name == 'simdcl' else 2}"
            run = self.train(name, *words)
            self.train(name, *words)  # it is there already, and done
            lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
            self.assertEqual([line["step"] for line in lines], [1, 2], name)
            self.assertEqual(method.losses.keys() - lines[0].keys(), {"identity"} if name == "cycada" else set())
            tile = (128 if name == "simdcl" else 96) + 2
            with Image.open(run / "sheets" / "0000002.png") as sheet:
                self.assertEqual(sheet.width // tile, COLUMNS[name], name)
            checkpoint = run / "generators.pt" if name == "ugatit" else run
            figures = json.loads(self.command(evaluate, checkpoint, "--data", self.root / "data", "--json",
                                              "--image-size", "32", "--sheet", run / "sheet.png"))
            self.assertEqual(set(figures), {"A2B"} if len(method.generators) == 1 else {"A2B", "B2A"}, name)
            self.assertEqual("cycle_l1" in figures["A2B"], len(method.generators) == 2)
            self.assertEqual("cam_accuracy" in figures["A2B"], name == "ugatit")

    def test_checkpoints_are_carried_and_averaged(self):
        run = self.train("carried", "--method", "dclgan", "--phases", "32:1x2")
        self.command(export, run / "state.pt", self.root / "checkpoint", "--discriminators")
        again = self.train("again", "--method", "dclgan", "--phases", "32:1x2", "--start-from",
                           str(self.root / "checkpoint"))
        self.command(interpolate, run, again, self.root / "between")
        self.assertEqual({file.name for file in (self.root / "between").iterdir()},
                         {"latest_net_G_A.pth", "latest_net_G_B.pth"})

    def test_a_table_without_some_labels_is_refused(self):
        table = self.root / "short.tsv"
        for text, reason in (("file\tlabel\n", "no label from 0 to 9 for .*0.png .and 1 more"),
                             ("file\tlabel\ntrainA/0.png\t10\n", "no label from 0 to 9"),
                             ("name\tlabel\nx\t1\n", "in columns file and label"),
                             ("file\tlabel\ntrainA/0.png\tcat\n", "in columns file and label")):
            table.write_text(text)
            with self.assertRaisesRegex(SystemExit, reason):
                labels_of([self.root / "trainA" / "0.png", self.root / "trainA" / "1.png"], table)
        with self.assertRaisesRegex(SystemExit, "missing.tsv is to name the class"):
            labels_of([], self.root / "missing.tsv")


if __name__ == "__main__":
    unittest.main()
