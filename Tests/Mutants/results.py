"""What the verdicts come to."""

from mutant_list import Mutant
from workshop import Verdict

# Killed ones of a hundred, at least.
REQUIRED = 95

HEAD = """\
# Mutants

Made by `make mutants`, which makes 1 change to 1 line and asks the tests of that line's module whether they notice.

| module | mutants | killed | survived | hung | killed of 100 |
|---|--:|--:|--:|--:|--:|
"""


def faults(mutants: list[Mutant], verdicts: dict[str, Verdict]) -> list[str]:
    """What is to be done: by better tests, or by a reason in the list."""
    result = []
    for mutant in mutants:
        outcome = verdicts[mutant.name].outcome
        if outcome == "hung":
            result.append(f"hung: {mutant.name}: a test waits without a bound")
        elif outcome == "survived" and not mutant.reason:
            result.append(f"survived: {mutant.name}: no test notices, and the list has no reason")
        elif outcome == "killed" and mutant.reason:
            result.append(f"killed: {mutant.name}: a test notices, so its reason to live is none")
    killed = sum(verdicts[mutant.name].outcome == "killed" for mutant in mutants)
    if 100 * killed < REQUIRED * len(mutants):
        result.append(f"{killed} of {len(mutants)} are killed; {REQUIRED} of 100 have to be")
    return result


def page(mutants: list[Mutant], verdicts: dict[str, Verdict]) -> str:
    text = HEAD
    modules = list(dict.fromkeys(mutant.module for mutant in mutants))
    for module in modules:
        text += row(module, [verdicts[mutant.name].outcome for mutant in mutants if mutant.module == module])
    text += row("all", [verdicts[mutant.name].outcome for mutant in mutants])
    survivors = [mutant for mutant in mutants if verdicts[mutant.name].outcome != "killed"]
    if survivors:
        text += "\nThose that live, and why:\n\n"
    for mutant in survivors:
        change = f"`{mutant.line}` to `{mutant.replacement}`" if mutant.replacement else f"`{mutant.line}` left out"
        text += f"- {mutant.file}: {change}: {mutant.reason or 'no reason yet'}.\n"
    return text


def row(name: str, outcomes: list[str]) -> str:
    counts = [outcomes.count(outcome) for outcome in ("killed", "survived", "hung")]
    share = 100 * counts[0] // len(outcomes)
    return f"| {name} | {len(outcomes)} | {counts[0]} | {counts[1]} | {counts[2]} | {share} |\n"
