import unittest

from peers.case import Case, Contender
from peers.table import CaseResult, Row
from report import page, table

MACHINE = {"cpu": "A", "family": "6", "model": "1", "cores": 2, "memory_gib": 8.0, "flags": ["avx2"], "kernel": "6"}


class ReportTests(unittest.TestCase):
    def test_a_table_aligns_numbers_to_the_right(self):
        self.assertEqual(table(["", "s"], [["a", 1]]), "|  | s |\n| --- | --: |\n| a | 1 |\n")

    def test_a_case_shows_the_figures_of_its_rows(self):
        rows = [Row(Contender(engine, "f32", 1, 2), engine, "1.0", 100.04, [[seconds]])
                for engine, seconds in (("ugatit", 0.1), ("slow", 0.4))]
        report = {"kind": "peers", "machine": MACHINE, "commit": "c0ffee", "date": "2026-01-01 00:00 UTC",
                  "command": "python x", "cases": [CaseResult(Case("light", "f32", 1, 2), rows).report()]}
        text = page([report])
        self.assertIn("| slow 1.0 | 0.4000 | 0.4000 | 0.4000 | 100.0 | 0.25 |", text)
        self.assertIn("Commit c0ffee, 2026-01-01 00:00 UTC", text)
        self.assertNotIn("## Operators", text)

    def test_photographs_are_told_beside_pillow(self):
        seconds = {"min": 0.01, "median": 0.0123, "max": 0.02}
        row = {"name": "JPEG", "file_bytes": 1, "peak_bytes": 1_040_000, "ratio": 0.151, "disturbance": 0.02,
               "ugatit": seconds, "pillow": {**seconds, "median": 0.0815}}
        text = page([{"kind": "photographs", "machine": MACHINE, "commit": "c", "date": "d", "command": "python x",
                      "pillow": "13.0.0", "libjpeg": "3.1", "zlib": "1.3", "photographs": [row]}])
        self.assertIn("| JPEG | 12.3 | 81.5 | 0.15 | 1.0 | 2 % |", text)

    def test_heatmaps_have_a_table_of_their_own(self):
        seconds = {"min": 0.04, "median": 0.0456, "max": 0.05}
        common = {"variant": "light", "precision": "f32", "batch": 1, "threads": 2, "isa": "avx2", "gflops": 300,
                  "fraction_of_peak": 0.5, "peak_rss_bytes": 1 << 20, "seconds_per_image": seconds}
        text = page([common | {"output": "picture"}, common | {"output": "heatmap", "of_picture": 0.517}])
        self.assertEqual(text.count("| light f32, batch 1, 2 threads, avx2 |"), 2)
        self.assertIn("| 0.0400 | 0.0456 | 0.0500 | 0.52 |", text)

    def test_sizes_are_relative_to_the_best_and_leave_gaps_open(self):
        shapes = [{"channels": c, "image_size": s, "picoseconds_done": t, "picoseconds_written": t, "peak_gflops": p}
                  for c, s, t, p in ((16, 128, 3.0, 100), (64, 128, 1.0, 200), (64, 256, 4.0, 100))]
        text = page([{"isa": "avx2", "threads": 2, "precision": "f32", "shapes": shapes, "worst_done": 2.0,
                      "worst_written": 2.0}])
        self.assertIn("| ngf 16 | 1.50 |  |", text)
        self.assertIn("| ngf 64 | 1.00 | 2.00 |", text)


if __name__ == "__main__":
    unittest.main()
