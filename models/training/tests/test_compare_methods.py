import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from PIL import Image

import compare_methods

from .test_training import draw_data


class CompareMethodsTests(unittest.TestCase):
    def test_it_trains_what_is_missing_and_writes_the_page(self):
        variants = {"U-GAT-IT, LN, no CAM": ["--normalization", "ln", "--no-cam"], "CUT": ["--method", "cut"]}
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(compare_methods, "VARIANTS", variants):
            root = Path(folder)
            draw_data(root / "data")
            words = ["command", str(root / "work"), "--data", str(root / "data"), "--images", "50", "--image-size",
                     "32", "--channels", "2", "--threads", "1"]
            trained = []
            train = compare_methods.train

            def counted(run, *rest):
                trained.append(run.name)
                with contextlib.redirect_stdout(io.StringIO()):
                    train(run, *rest)

            for _ in range(2):
                with mock.patch("sys.argv", words), mock.patch.object(compare_methods, "train", counted):
                    compare_methods.main()
            self.assertEqual(trained, ["u-gat-it-ln-no-cam", "cut"], "the second time nothing is left to train")
            page = (root / "work" / "COMPARISON.md").read_text()
            self.assertIn("| 32 px | 16 px | skin | hair | s/step |", page)
            figures = json.loads((root / "work" / "cut" / "figures.json").read_text())
            self.assertIn(f"| CUT | {figures['A2B']['swd']['32']['ratio']:.2f} |", page)
            with Image.open(root / "work" / "comparison.jpg") as sheet:
                self.assertEqual(sheet.size, (3 * 98, 14 + 12 * 98))

    def test_a_training_that_was_stopped_ends_the_command(self):
        with tempfile.TemporaryDirectory() as folder:
            run = Path(folder)
            compare_methods.torch.save({"step": 7}, run / "state.pt")
            options = mock.Mock(data=run, channels=2, image_size=32, images=50, bf16=False, threads=None)
            ended = mock.Mock()
            ended.wait.return_value = 0
            with mock.patch("subprocess.Popen", return_value=ended), mock.patch("signal.signal"), \
                    self.assertRaisesRegex(SystemExit, "stopped after 7 of 50 steps"):
                compare_methods.train(run, [], options)


if __name__ == "__main__":
    unittest.main()
