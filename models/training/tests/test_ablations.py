"""The generators that the paper compares its own with."""

import unittest

import torch

from ugatit.checkpoint import generator_of
from ugatit.generator import Generator, GeneratorShape
from ugatit.seeded import seed_weights, seeded_tensor

from . import reference

STYLE = {"FC.0.weight", "FC.2.weight", "gamma.weight", "beta.weight"}
CAM = {"gap_fc.weight", "gmp_fc.weight", "conv1x1.weight", "conv1x1.bias"}


def generator(normalization="adalin", cam=True, channels=12):
    network = Generator(GeneratorShape("light", channels, 2, 32, 32, normalization, cam))
    seed_weights(network, 3)
    return network


class AblationTests(unittest.TestCase):
    def test_numbers_are_the_second_implementation(self):
        image = seeded_tensor("input", (2, 3, 32, 32), 1).double()
        for normalization in ("adalin", "adain", "in", "ln", "gn"):
            for cam in (True, False):
                network = generator(normalization, cam).double()
                translated, logits, heatmap = network(image)
                expected, expected_logits = reference.generate(network.state_dict(), image, 2,
                                                               normalization=normalization)
                torch.testing.assert_close(translated, expected, msg=f"{normalization} {cam}")
                self.assertEqual((logits is None, heatmap is None), (not cam, not cam))
                if cam:
                    torch.testing.assert_close(logits, expected_logits)

    def test_tensors_are_those_of_the_contract(self):
        method = set(generator().state_dict())
        rhos = {name for name in method if name.endswith(".rho")}
        norms = {f"UpBlock1_{block}.norm{number}.{part}" for block in (1, 2) for number in (1, 2)
                 for part in ("gamma", "beta")}
        self.assertEqual(set(generator("adain").state_dict()), method - rhos)
        for normalization in ("in", "ln", "gn"):
            found = generator(normalization).state_dict()
            self.assertEqual(set(found), (method - rhos - STYLE) | norms, normalization)
            self.assertEqual(found["UpBlock1_1.norm1.gamma"].shape, (1, 48, 1, 1))
        self.assertEqual(set(generator(cam=False).state_dict()), method - CAM)
        self.assertEqual(set(generator("ln", cam=False).state_dict()), (method - rhos - STYLE - CAM) | norms)

    def test_weights_tell_what_they_can_of_their_shape(self):
        for normalization in ("adalin", "adain"):
            for cam in (True, False):
                network = generator(normalization, cam)
                self.assertEqual(generator_of(network.state_dict(), 32).shape, network.shape)
        network = generator("ln")
        self.assertEqual(generator_of(network.state_dict(), 32, "ln").shape, network.shape)
        with self.assertRaisesRegex(SystemExit, "do not tell in, ln and gn apart"):
            generator_of(network.state_dict(), 32)
        with self.assertRaisesRegex(SystemExit, "normalised by adain, not gn"):
            generator_of(generator("adain").state_dict(), 32, "gn")

    def test_bf16_stays_near(self):
        image = seeded_tensor("input", (1, 3, 32, 32), 1)
        for normalization in ("adain", "in", "ln", "gn"):
            network = generator(normalization)
            with torch.autocast("cpu", dtype=torch.bfloat16), torch.no_grad():
                coarse = network(image)[0]
            self.assertEqual(coarse.dtype, torch.float32)
            self.assertLess((coarse - network(image)[0]).abs().mean(), 0.05, normalization)


if __name__ == "__main__":
    unittest.main()
