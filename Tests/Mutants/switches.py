"""Puts mutants of a line into the line, so that a program that is built once can be each of them.

A statement becomes `if isMutant(7) { … } else { … }`; of any other line the smallest expression that has all of the
difference becomes `(isMutant(7) ? … : …)`.  Swift's compiler then says whether both make sense.
"""

import re

# Behind these an expression may begin, before those one may end.
OPENERS = ("(", "[", "{ ", ", ", ": ", " = ", "return ", "throw ", "if ", "while ", "guard ", "where ", "in ", "try ",
           "await ", " ? ", "&& ", "|| ", "+= ", "-= ")
CLOSERS = (")", "]", " }", ",", " : ", " {", " else ", " where ", " in ", " ? ", " &&", " ||")

BRACKETS = {")": "(", "]": "[", "}": "{"}

# What a colon stands behind that is followed by a type.
TYPED = re.compile(r"(.*\b(var|let) \w+: )")

# A line that begins with one of these is part of something larger, or declares what others need.
DECLARATIONS = ("let ", "var ", "static ", "private ", "fileprivate ", "public ", "func ", "mutating ", "init", "deinit")
NO_STATEMENTS = (*DECLARATIONS, "case ", "default:", "guard let ", "}", ".", "&&", "||", "+ ", "- ", "?", ":", "(", "[",
                 "defer ")


class NoSwitch(Exception):
    """A mutant for which there is no switch in its line."""


def with_switches(line: str, mutants: list[tuple[int, str]]) -> str:
    """The line, without indentation, as each of its mutants by number, and as itself."""
    line, mutants = uncommented(line), [(number, uncommented(text)) for number, text in mutants]
    if is_statement(line) and all(text == "" or is_statement(text) for _, text in mutants):
        branches = "".join(f"if isMutant({number}) {{ {text} }} else " for number, text in mutants)
        return branches + f"{{ {line} }}"
    switched = line
    apart = [(number, part) for number, text in mutants for part in by_elements(line, text)]
    for start, end, group in reversed(grouped(line, apart)):
        choices = "".join(
            f"isMutant({number}) ? {operand(text[start:len(text) - (len(line) - end)])} : " for number, text in group)
        switched = f"{switched[:start]}({choices}{operand(line[start:end])}){switched[end:]}"
    return switched


def uncommented(line: str) -> str:
    return line.split("  // ")[0]


def by_elements(line: str, text: str) -> list[str]:
    """The line with one difference at a time, where arguments or conditions, of which there are as many, differ."""
    mine, others = line.split(", "), text.split(", ")
    if len(mine) != len(others):
        return [text]
    return [", ".join([*mine[:place], other, *mine[place + 1:]])
            for place, other in enumerate(others) if other != mine[place]]


def operand(part: str) -> str:
    """What may stand between `?` and `:`; assignments bind less than these."""
    return f"({part})" if any(sign in part for sign in (" += ", " -= ", " *= ")) else part


def is_statement(line: str) -> bool:
    """Whether the line is whole by itself and nothing that comes after it needs a name from it."""
    if line.startswith(NO_STATEMENTS) or line.endswith((",", "{", " in", "=", "(", "[")):
        return False
    if line.startswith(("guard ", "if ")) and " let " in line and not line.endswith("}"):
        return False
    label = line.split(" ")[0]
    return depths(line)[-1] == 0 and not (label.endswith(":") and label[:-1].isidentifier())


def grouped(line: str, mutants: list[tuple[int, str]]) -> list[tuple[int, int, list[tuple[int, str]]]]:
    """Mutants by the expression of the line that they change, in the order of the line."""
    groups: list[tuple[int, int, list[tuple[int, str]]]] = []
    for number, text in mutants:
        group = [(number, text)]
        start, end = expression(line, group)
        while met := next((other for other in groups if other[0] < end and start < other[1]), None):
            groups.remove(met)
            group = met[2] + group
            start, end = expression(line, group)
        groups.append((start, end, group))
    return sorted(groups, key=lambda group: group[0])


def expression(line: str, group: list[tuple[int, str]]) -> tuple[int, int]:
    """Where the smallest expression lies that has all that is changed."""
    quoted = inside_strings(line)
    starts = [place for place in range(len(line)) if not quoted[place] and opens(line, place)]
    ends = [place for place in range(1, len(line) + 1) if not quoted[place] and closes(line, place)]
    candidates = sorted(
        ((start, end) for start in starts for end in ends if start < end), key=lambda pair: pair[1] - pair[0])
    for start, end in candidates:
        before, behind = line[:start], line[end:]
        texts = [text for _, text in group if agrees(text, before, behind)]
        parts = [line[start:end], *(text[start:len(text) - len(behind)] for text in texts)]
        if len(texts) == len(group) and all(is_expression(part, before, behind) for part in parts):
            return start, end
    raise NoSwitch(f"no expression of the line has all of the difference: {line}")


def agrees(text: str, before: str, behind: str) -> bool:
    """Whether a line begins and ends so, with something between."""
    return text.startswith(before) and text.endswith(behind) and len(text) > len(before) + len(behind)


def opens(line: str, place: int) -> bool:
    typed = TYPED.match(line)
    return place == 0 or line[:place].endswith(OPENERS) and not (typed and typed.end() == place)


def closes(line: str, place: int) -> bool:
    return place == len(line) or line[place:].startswith(CLOSERS)


def is_expression(part: str, before: str, behind: str) -> bool:
    """Whether a part of a line can stand in parentheses and mean the same between what stands beside it."""
    if part.strip() != part or part == "":
        return False
    if part.startswith((*DECLARATIONS, "try ", "await ", "return ", "throw ", "if ", "while ", "guard ", "case ", "for ")):
        return False
    depth = depths(part)
    if depth[-1] != 0 or min(depth) < 0:
        return False
    quoted = inside_strings(part)
    top = "".join(character for place, character in enumerate(part) if depth[place] == 0 and not quoted[place])
    beside = (before.endswith("&& ") or behind.startswith(" &&"), before.endswith("|| ") or behind.startswith(" ||"))
    if beside[0] and ("||" in top or " ? " in top) or beside[1] and " ? " in top:
        return False
    return not any(word in top for word in (",", " = ", "let ", " else", " where ")) and not is_label(top)


def is_label(text: str) -> bool:
    head, colon, _ = text.partition(": ")
    return bool(colon) and head.isidentifier()


def depths(line: str) -> list[int]:
    """How many brackets are open behind each character, and at the end; -1 from where they do not match."""
    quoted = inside_strings(line)
    opened: list[str] = []
    result = []
    for place, character in enumerate(line):
        if not quoted[place]:
            if character in BRACKETS.values():
                opened.append(character)
            elif character in BRACKETS:
                if not opened or opened.pop() != BRACKETS[character]:
                    return result + [-1] * (len(line) - place + 1)
        result.append(len(opened))
    return result + [len(opened)]


def inside_strings(line: str) -> list[bool]:
    """For each place between two characters whether it lies inside of quotes."""
    result, inside, escaped = [], False, False
    for character in line:
        result.append(inside)
        if character == '"' and not escaped:
            inside = not inside
        escaped = character == "\\" and not escaped
    return result + [inside]
