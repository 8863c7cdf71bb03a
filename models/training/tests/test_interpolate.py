import unittest

import torch

from interpolate import interpolated
from ugatit.generator import Generator, GeneratorShape

GENERATORS = ("genA2B", "genB2A")


def checkpoint(seed, channels=8):
    torch.manual_seed(seed)
    return {name: Generator(GeneratorShape("light", channels, 1, 32, 32)).state_dict() for name in GENERATORS}


class InterpolateTests(unittest.TestCase):
    def test_the_share_is_the_second_ones(self):
        first, second = checkpoint(1), checkpoint(2)
        mixed = interpolated(first, second, 0.25)
        self.assertEqual(set(mixed), set(GENERATORS))
        for name in GENERATORS:
            for key, value in mixed[name].items():
                torch.testing.assert_close(value, 0.75 * first[name][key] + 0.25 * second[name][key])

    def test_generators_of_other_shapes_are_refused(self):
        with self.assertRaisesRegex(SystemExit, "generators A2B are of different shapes"):
            interpolated(checkpoint(1), checkpoint(2, channels=16), 0.5)


if __name__ == "__main__":
    unittest.main()
