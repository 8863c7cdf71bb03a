import unittest

from mutant_list import read
from results import faults, page
from workshop import Verdict


class ResultTests(unittest.TestCase):
    mutants = read("A/A.swift: a() =>\nA/A.swift: b() => c()  # equivalent: c is b\nB/B.swift: d() =>")

    def verdicts(self, *outcomes: str) -> dict[str, Verdict]:
        return {mutant.name: Verdict(outcome, 1, "") for mutant, outcome in zip(self.mutants, outcomes, strict=True)}

    def test_survivors_need_a_reason_and_the_killed_none(self):
        found = faults(self.mutants, self.verdicts("survived", "killed", "hung"))
        self.assertEqual([fault.split(":")[0] for fault in found],
                         ["survived", "killed", "hung", "1 of 3 are killed; 95 of 100 have to be"])

    def test_a_row_for_each_module_and_a_line_for_each_that_lives(self):
        text = page(self.mutants, self.verdicts("killed", "survived", "killed"))
        self.assertIn("| A | 2 | 1 | 1 | 0 | 50 |\n| B | 1 | 1 | 0 | 0 | 100 |\n| all | 3 | 2 | 1 | 0 | 66 |\n", text)
        self.assertIn("- A/A.swift: `b()` to `c()`: equivalent: c is b.\n", text)
