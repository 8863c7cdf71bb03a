import unittest

from switches import NoSwitch, with_switches


class SwitchTests(unittest.TestCase):
    def check(self, line: str, mutated: str, expected: str) -> None:
        self.assertEqual(with_switches(line, [(7, mutated)]), expected)

    def test_a_statement_is_chosen_as_a_whole_or_left_out(self):
        self.check("count -= 1", "count += 1", "if isMutant(7) { count += 1 } else { count -= 1 }")
        self.check("count -= 1  // gone", "", "if isMutant(7) {  } else { count -= 1 }")

    def test_of_a_condition_the_clause_that_differs_is_chosen(self):
        self.check("if let a, b < c {", "if let a, b <= c {", "if let a, (isMutant(7) ? b <= c : b < c) {")

    def test_what_binds_less_than_its_neighbour_is_taken_with_it(self):
        self.check("while a == 1 || b {", "while a == 1 && c || b {", "while (isMutant(7) ? a == 1 && c : a == 1) || b {")
        self.check("return f(x ?? y <= z),", "return f(x ?? y < z),", "return f((isMutant(7) ? x ?? y < z : x ?? y <= z)),")

    def test_a_body_within_its_line_keeps_its_type(self):
        self.check("var a: Int { b + c }", "var a: Int { b }", "var a: Int { (isMutant(7) ? b : b + c) }")

    def test_arguments_that_change_places_are_chosen_one_by_one(self):
        self.check("f(a: x, b: y),", "f(a: y, b: x),", "f(a: (isMutant(7) ? y : x), b: (isMutant(7) ? x : y)),")

    def test_text_in_quotes_is_not_taken_apart(self):
        self.check('let a = "x, y"', 'let a = "x, z"', 'let a = (isMutant(7) ? "x, z" : "x, y")')

    def test_several_mutants_of_a_line_share_it(self):
        self.assertEqual(
            with_switches("guard a < b, c < d else {", [(1, "guard a > b, c < d else {"), (2, "guard a < b, c > d else {"),
                                                       (3, "guard a == b, c < d else {")]),
            "guard (isMutant(1) ? a > b : isMutant(3) ? a == b : a < b), (isMutant(2) ? c > d : c < d) else {")

    def test_a_line_whose_difference_is_no_expression_is_refused(self):
        with self.assertRaises(NoSwitch):
            with_switches("let a = b", [(7, "let c = b")])
