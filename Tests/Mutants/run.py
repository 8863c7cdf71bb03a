#!/usr/bin/env python3
"""Asks the tests whether they notice mutations of the sources, one at a time.

    Tests/Mutants/run.py                    all of Tests/Mutants/mutants.txt
    Tests/Mutants/run.py Batching Retry     those whose line of the list has one of these words

Verdicts are kept in .build-mutants/verdicts.json, from which an interrupted run goes on; mutants that survived or hung
are tried again each time, those that were killed when --fresh says so.  Ends with 1 when fewer than 95 of 100 are
killed, one hung, or one survived that has no reason in the list.  Needs Python alone, beside what tests need.
"""

import argparse
import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path

from mutant_list import ListError, Mutant, read, switched_sources
from results import faults, page
from workshop import BuildError, Verdict, Workshop

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
SCRATCH = PROJECT / ".build-mutants"


def limit(baseline: float) -> float:
    """Seconds after which a mutant hangs: tests that wait in vain fail after two minutes."""
    return 4 * baseline + 150


def main() -> int:
    arguments = parsed()
    try:
        mutants = read((HERE / "mutants.txt").read_text())
        switched = switched_sources(mutants, PROJECT / "Sources")
        workshop = Workshop(PROJECT, SCRATCH)
        workshop.prepare(switched, {mutant.module for mutant in mutants})
        print(f"{len(mutants)} mutants; building", flush=True)
        workshop.build()
    except (ListError, BuildError) as error:
        print(error, file=sys.stderr)
        return 1
    verdicts = {} if arguments.fresh else kept(mutants)
    numbered = list(enumerate(mutants, start=1))
    chosen = [(number, mutant) for number, mutant in numbered if is_meant(mutant, arguments.words)]
    due = [(number, mutant) for number, mutant in chosen
           if mutant.name not in verdicts or verdicts[mutant.name].outcome != "killed"]
    limits = {}
    for module in sorted({mutant.module for _, mutant in due}):
        baseline = workshop.test(module, 0, 600)
        if baseline.outcome != "survived":
            print(f"{module}'s tests fail without a mutation: {baseline.witness or 'they hang'}", file=sys.stderr)
            return 1
        limits[module] = limit(baseline.seconds)
    judge(due, arguments.parallel, lambda number, mutant: workshop.test(mutant.module, number, limits[mutant.module]),
          verdicts)
    chosen_mutants = [mutant for _, mutant in chosen]
    if not arguments.words:
        (HERE / "RESULTS.md").write_text(page(mutants, verdicts))
    found = faults(chosen_mutants, verdicts)
    print("\n".join(found) or f"{len(chosen)} mutants: all is well")
    return 1 if found else 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("words", nargs="*", help="only mutants whose line has one of these")
    parser.add_argument("--parallel", type=int, default=1, help="mutants that are tried at once")
    parser.add_argument("--fresh", action="store_true", help="forget earlier verdicts")
    return parser.parse_args()


def is_meant(mutant: Mutant, words: list[str]) -> bool:
    return not words or any(word in mutant.name for word in words)


def kept(mutants: list[Mutant]) -> dict[str, Verdict]:
    path = SCRATCH / "verdicts.json"
    stored = json.loads(path.read_text()) if path.is_file() else {}
    return {mutant.name: Verdict(**stored[mutant.name]) for mutant in mutants if mutant.name in stored}


def judge(
    due: list[tuple[int, Mutant]], parallel: int, test: Callable[[int, Mutant], Verdict],
    verdicts: dict[str, Verdict],
) -> None:
    """Adds the verdict on each, and writes all down after each."""
    with ThreadPoolExecutor(parallel) as pool:
        waiting = {pool.submit(test, number, mutant): mutant for number, mutant in due}
        for done, future in enumerate(as_completed(waiting), start=1):
            mutant, verdict = waiting[future], future.result()
            verdicts[mutant.name] = verdict
            (SCRATCH / "verdicts.json").write_text(
                json.dumps({name: asdict(verdict) for name, verdict in verdicts.items()}, indent=1))
            print(f"{done}/{len(due)} {verdict.outcome} {verdict.seconds:.0f} s {mutant.name} {verdict.witness}",
                  flush=True)


if __name__ == "__main__":
    sys.exit(main())
