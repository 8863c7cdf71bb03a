import unittest

import numpy
import torch

from ugatit.generator import Generator, GeneratorShape
from ugatit.seeded import bounds, fnv1a, seed_weights, seeded_tensor, split_mix


class SeededTests(unittest.TestCase):
    def test_hash_and_draws_are_the_published_ones(self):
        self.assertEqual([fnv1a(""), fnv1a("a"), fnv1a("foobar")],
                         [0xcbf29ce484222325, 0xaf63dc4c8601ec8c, 0x85944171f73967e8])
        self.assertEqual(split_mix(1234567, 3).tolist(),
                         [6457827717110365317, 3203168211198807973, 9817491932198370423])

    def test_draws_are_those_of_the_sequential_generator(self):
        state, expected = fnv1a("x") ^ 9, []
        for _ in range(100):
            state = (state + 0x9E3779B97F4A7C15) % 2**64
            z = state
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
            expected.append(z ^ (z >> 31))
        self.assertEqual(split_mix(fnv1a("x") ^ 9, 100).tolist(), expected)

    def test_values_fill_their_bounds(self):
        generator = Generator(GeneratorShape("light", 16, 1))
        seed_weights(generator, 5)
        for name, parameter in generator.named_parameters():
            low, high = bounds(name, tuple(parameter.shape))
            self.assertGreaterEqual(parameter.min().item(), numpy.float32(low))
            self.assertLessEqual(parameter.max().item(), numpy.float32(high))
            self.assertGreater((parameter.max() - parameter.min()).item(), 0.8 * (high - low), name)

    def test_a_tensor_depends_on_its_name_and_seed(self):
        shape = (2, 3, 4, 4)
        first = seeded_tensor("input", shape, 1)
        self.assertTrue(torch.equal(first, seeded_tensor("input", shape, 1)))
        self.assertFalse(torch.equal(first, seeded_tensor("input", shape, 2)))
        self.assertFalse(torch.equal(first, seeded_tensor("FC.0.weight", shape, 1)))
