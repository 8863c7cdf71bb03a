import contextlib
import io
import unittest

from ugatit.methods import METHODS
from ugatit.methods.fastcut import FastCUT
from ugatit.options import arguments, recipe_of
from ugatit.schedule import Phase, Schedule


class OptionTests(unittest.TestCase):
    def told(self, *words):
        """What is said of options that do not go together."""
        said = io.StringIO()
        with contextlib.redirect_stderr(said), self.assertRaises(SystemExit, msg=words):
            arguments(["run", "--data", "data", *words])
        return said.getvalue().splitlines()[-1]

    def test_what_a_method_does_not_have_is_refused(self):
        for words, reason in ((("--method", "cut", "--cycle-weight", "3"), "cut has no such loss, but adversarial"),
                              (("--method", "dclgan", "--hold", "A2B"), "do not learn apart"),
                              (("--method", "cut", "--no-cam"), "U-GAT-IT's networks"),
                              (("--method", "cyclegan", "--normalization", "ln"), "U-GAT-IT's networks"),
                              (("--no-cam", "--cam-weight", "5"), "leaves out"),
                              (("--method", "fastcut", "--cycle-noise", "1"), "goes back"),
                              (("--method", "cut", "--blocks", "4"), "five at least"),
                              (("--method", "simdcl", "--phases", "64:9x2"), "batches are of one"),
                              (("--method", "cycada", "--phases", "64:9x2"), "32 to 44 pixels"),
                              (("--method", "cycada", "--phases", "32:9x1"), "two at least"),
                              (("--method", "cycada", "--whole"), "always"),
                              (("--method", "cyclegan", "--phases", "64:9x2", "--pack", "2"), "--pool 0"),
                              (("--phases", "64:9x2", "128:9x2", "--variant", "full"), "one image size"),
                              (("--history", "3"), "--discriminator-steps")):
            self.assertIn(reason, self.told(*words))

    def test_defaults_are_the_methods(self):
        expected = {"ugatit": (4, 0), "cyclegan": (9, 50), "cut": (9, 0), "fastcut": (9, 0), "dclgan": (9, 0),
                    "simdcl": (9, 0), "cycada": (9, 50)}
        for name, method in METHODS.items():
            options = arguments(["run", "--data", "data", "--method", name])
            recipe = recipe_of(options, [method.published_phase(10)])
            self.assertEqual((recipe.shape.blocks, recipe.pool), expected[name], name)
            self.assertEqual(method.all_weights(recipe) | dict.fromkeys(method.losses, 0),
                             dict.fromkeys([*method.losses, "colour", "flatness", "coarse"], 0))
        self.assertEqual([METHODS[name].published_phase(1900) for name in ("ugatit", "cyclegan", "cut", "fastcut")],
                         [Phase(256, 1_000_000, 1), Phase(256, 380_000, 1), Phase(256, 760_000, 1),
                          Phase(256, 380_000, 1)])
        self.assertEqual(METHODS["cycada"].published_phase(1901), Phase(32, 200 * 20, 100))

    def test_weights_that_are_given_take_the_place_of_the_methods(self):
        options = arguments(["run", "--data", "data", "--method", "cyclegan", "--identity-weight", "0",
                             "--flatness-weight", "2"])
        weights = METHODS["cyclegan"].all_weights(recipe_of(options, [Phase(64, 1, 1)]))
        self.assertEqual(weights, {"adversarial": 1, "cycle": 10, "identity": 0, "colour": 0, "flatness": 2,
                                   "coarse": 0})

    def test_fastcuts_rate_falls_in_the_last_quarter(self):
        schedule = Schedule([Phase(64, 200, 1)], 1.0, constant_share=FastCUT.constant_share)
        self.assertEqual([schedule.discriminator_rate(step) for step in (149, 150, 175)], [1, 1, 0.5])


if __name__ == "__main__":
    unittest.main()
