import subprocess
import sys
import time
import unittest
from pathlib import Path

from workshop import Verdict, Workshop, _end, _first_failure


class ScriptedWorkshop(Workshop):
    """One whose runs end as a test says."""

    def __init__(self, *outcomes: str) -> None:
        super().__init__(Path("project"), Path("scratch"))
        self.outcomes = list(outcomes)

    def _run(self, module: str, number: int, limit: float) -> Verdict:
        return Verdict(self.outcomes.pop(0), 1, "")


class WorkshopTests(unittest.TestCase):
    def test_a_mutant_is_killed_by_two_runs_that_fail(self):
        for outcomes, verdict in [(("killed", "killed"), "killed"), (("killed", "survived"), "survived"),
                                  (("survived",), "survived"), (("hung",), "hung")]:
            workshop = ScriptedWorkshop(*outcomes)
            self.assertEqual((workshop.test("A", 1, 1).outcome, workshop.outcomes), (verdict, []))

    def test_a_run_ends_with_its_first_failure_with_the_process_or_with_its_time(self):
        for script, expected in [("print('Test a recorded an issue', flush=True); input()", "Test a recorded an issue"),
                                 ("print('fine')", ""), ("print('half of', end='', flush=True); input()", None)]:
            process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       start_new_session=True)
            try:
                self.assertEqual(_first_failure(process, time.monotonic() + (1 if expected is None else 30)), expected)
            finally:
                _end(process)
                process.stdin.close()
                process.stdout.close()
