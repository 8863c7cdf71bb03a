"""python -m unittest discover -s Tests/Peers -t Tests/Peers"""

import json
import math
import unittest

import numpy

from peers.case import Case, Contender
from peers.table import CaseResult, Row, psnr


def row(engine: str, rounds: list[list[float]], batch: int = 1, threads: int = 2) -> Row:
    return Row(Contender(engine, "f32", batch, threads), engine, "1.0", math.inf, rounds)


class CaseTests(unittest.TestCase):
    def test_ncnn_has_no_batches_and_onnx_runtime_no_bf16(self):
        engines = [contender.engine for contender in Case("light", "f32", 8, 2).contenders()]
        self.assertEqual(engines, ["ugatit", "ugatit", "pytorch", "onnx_runtime", "open_vino"])
        engines = [contender.engine for contender in Case("light", "bf16", 1, 2).contenders()]
        self.assertEqual(engines, ["ugatit", "ugatit", "pytorch", "open_vino", "ncnn_engine"])

    def test_ours_is_compared_with_its_own_batch_of_one_and_its_own_single_thread(self):
        batch = Case("light", "f32", 8, 2).contenders()
        self.assertEqual(batch[:2], [Contender("ugatit", "f32", 8, 2), Contender("ugatit", "f32", 1, 2)])
        single = Case("light", "f32", 1, 2).contenders()
        self.assertEqual(single[:2], [Contender("ugatit", "f32", 1, 2), Contender("ugatit", "f32", 1, 1)])
        self.assertEqual(len([c for c in Case("light", "f32", 1, 1).contenders() if c.engine == "ugatit"]), 1)


class TableTests(unittest.TestCase):
    def setUp(self):
        self.result = CaseResult(Case("light", "f32", 1, 2), [
            row("ugatit", [[0.2, 0.1], [0.3, 0.2]]), row("ugatit", [[0.4]], threads=1),
            row("slow", [[0.5, 0.8], [9.0, 0.8]])])

    def test_ratio_is_of_the_medians_of_all_samples(self):
        self.assertEqual([self.result.ratio(row) for row in self.result.rows], [1, 0.5, 0.25])

    def test_text_names_what_differs_from_the_case(self):
        lines = self.result.text().splitlines()
        self.assertTrue(lines[3].startswith("ugatit 1.0, 1 thread "))
        self.assertEqual(lines[4].split(), ["slow", "1.0", "0.5000", "0.8000", "9.0000", "inf", "0.25"])

    def test_report_is_json_with_every_sample(self):
        report = json.loads(json.dumps(self.result.report(), allow_nan=False))
        self.assertEqual(report["engines"][2]["rounds"], [[0.5, 0.8], [9.0, 0.8]])
        self.assertEqual(report["engines"][2]["max"], 9.0)


class PSNRTests(unittest.TestCase):
    def test_an_error_of_a_hundredth_of_the_range_is_forty_decibels(self):
        self.assertAlmostEqual(psnr(numpy.full(10, 0.02), numpy.zeros(10)), 40)

    def test_equal_pictures_are_infinitely_close(self):
        self.assertEqual(psnr(numpy.ones(3), numpy.ones(3)), math.inf)

    def test_a_nan_passes_no_bound(self):
        self.assertFalse(psnr(numpy.array([math.nan]), numpy.zeros(1)) >= 0)


if __name__ == "__main__":
    unittest.main()
