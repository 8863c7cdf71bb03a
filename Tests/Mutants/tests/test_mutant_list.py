import tempfile
import unittest
from pathlib import Path

from mutant_list import ListError, read, switched_sources


class MutantListTests(unittest.TestCase):
    def test_a_line_has_file_line_replacement_and_perhaps_a_reason(self):
        first, second = read("# Of places.\n\nA/B.swift: x: y => x: z  # equivalent: y is z\nA/B.swift: f() =>\n")
        self.assertEqual((first.module, first.line, first.replacement, first.reason), ("A", "x: y", "x: z", "equivalent: y is z"))
        self.assertEqual((second.line, second.replacement, second.reason), ("f()", "", ""))

    def test_what_is_no_mutant_is_named_by_its_line(self):
        for text in ["\nf() => g()", "A/B.swift: f()", "A/B.swift: f() => f()", "A.swift: f() =>\nA.swift: f() =>"]:
            with self.assertRaisesRegex(ListError, "line [12]: "):
                read(text)

    def test_a_line_that_is_not_there_or_there_twice_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "A" / "B.swift"
            path.parent.mkdir()
            path.write_text("func f() {\n  a()\n  b()\n  b()\n}\n")
            with self.assertRaisesRegex(ListError, "(?s)b\\(\\): found 2 times.*c\\(\\): found 0 times"):
                switched_sources(read("A/B.swift: b() =>\nA/B.swift: c() =>"), Path(folder))
            self.assertEqual(
                switched_sources(read("A/B.swift: a() =>"), Path(folder)),
                {"A/B.swift": "func f() {\n  if isMutant(1) {  } else { a() }\n  b()\n  b()\n}\n"})
