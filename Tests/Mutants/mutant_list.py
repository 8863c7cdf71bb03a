"""The list of mutants: `FILE: LINE => REPLACEMENT`, and behind ` # ` why it may live."""

from dataclasses import dataclass
from pathlib import Path

from switches import NoSwitch, with_switches


class ListError(Exception):
    """What is wrong with the list, a line for each fault."""


@dataclass(frozen=True)
class Mutant:
    file: str
    line: str
    replacement: str
    # Why no test can, or need, tell it from the original; empty where one has to.
    reason: str

    @property
    def module(self) -> str:
        return self.file.split("/")[0]

    @property
    def name(self) -> str:
        """The same as long as the mutation is, whatever stands before it in the list."""
        return f"{self.file}: {self.line} => {self.replacement}"


def read(text: str) -> list[Mutant]:
    """Raises `ListError` for lines that are no mutant, and for mutants that are there twice."""
    mutants: dict[str, Mutant] = {}
    faults = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        mutation, _, reason = line.partition(" # ")
        file, colon, change = mutation.partition(": ")
        original, arrow, replacement = change.partition(" =>")
        mutant = Mutant(file, original.strip(), replacement.strip(), reason.strip())
        if not colon or not arrow or mutant.line == mutant.replacement:
            faults.append(f"line {number}: it must be FILE: LINE => REPLACEMENT, of two lines that differ")
        elif mutant.name in mutants:
            faults.append(f"line {number}: the mutant is there already")
        else:
            mutants[mutant.name] = mutant
    if faults:
        raise ListError("\n".join(faults))
    return list(mutants.values())


def switched_sources(mutants: list[Mutant], sources: Path) -> dict[str, str]:
    """The files that have mutants, each with all of its own, numbered as they stand in the list from 1 on.

    Raises `ListError` naming every mutant whose line is not found exactly once.
    """
    files: dict[str, dict[str, list[tuple[int, str]]]] = {}
    for number, mutant in enumerate(mutants, start=1):
        files.setdefault(mutant.file, {}).setdefault(mutant.line, []).append((number, mutant.replacement))
    faults: list[str] = []
    result = {}
    for file, changes in files.items():
        path = sources / file
        lines = path.read_text().split("\n") if path.is_file() else []
        for original, replacements in changes.items():
            places = [place for place, line in enumerate(lines) if line.strip() == original]
            if len(places) != 1:
                faults.append(f"{file}: {original}: found {len(places)} times, and must be found once")
                continue
            line = lines[places[0]]
            indentation = line[:len(line) - len(line.lstrip())]
            try:
                lines[places[0]] = indentation + with_switches(original, replacements)
            except NoSwitch as fault:
                faults.append(f"{file}: {fault}")
        result[file] = "\n".join(lines)
    if faults:
        raise ListError("\n".join(faults))
    return result
