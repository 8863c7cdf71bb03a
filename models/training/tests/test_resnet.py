"""The networks of the ResNet family: the names, shapes and sizes of the public code's, and its numbers."""

import unittest

import torch

from ugatit.checkpoint import generator_of
from ugatit.resnet.classifier import Classifier
from ugatit.resnet.discriminator import PatchDiscriminator
from ugatit.resnet.generator import ResnetGenerator, ResnetShape
from ugatit.resnet.initialisation import normal, xavier
from ugatit.resnet.projector import Mapper, PatchProjector, random_positions
from ugatit.resnet.resampling import Downsample, Upsample

from . import family


def shapes(network):
    return {name: list(value.shape) for name, value in network.state_dict().items()}


def parameters(network):
    return sum(parameter.numel() for parameter in network.parameters())


class PublicNamesTests(unittest.TestCase):
    def assert_tensors(self, network, expected, count):
        found = shapes(network)
        self.assertEqual({name: found.get(name) for name in expected}, expected)
        self.assertEqual(len(found), count)

    def test_plain_generators(self):
        nine = ResnetGenerator(ResnetShape())
        self.assert_tensors(nine, {
            "model.1.weight": [64, 3, 7, 7], "model.1.bias": [64], "model.4.weight": [128, 64, 3, 3],
            "model.7.weight": [256, 128, 3, 3], "model.10.conv_block.1.weight": [256, 256, 3, 3],
            "model.10.conv_block.5.bias": [256], "model.18.conv_block.5.weight": [256, 256, 3, 3],
            "model.19.weight": [256, 128, 3, 3], "model.19.bias": [128], "model.22.weight": [128, 64, 3, 3],
            "model.26.weight": [3, 64, 7, 7], "model.26.bias": [3]}, 48)
        self.assertEqual(parameters(nine), 11_378_179)
        six = ResnetGenerator(ResnetShape(blocks=6))
        self.assertEqual([len(shapes(six)), parameters(six)], [36, 7_837_699])

    def test_dropout_moves_the_second_convolution_of_a_block(self):
        found = shapes(ResnetGenerator(ResnetShape(4, 1, dropout=True)))
        self.assertIn("model.10.conv_block.6.weight", found)
        self.assertNotIn("model.10.conv_block.5.weight", found)

    def test_antialiased_generators(self):
        nine = ResnetGenerator(ResnetShape(antialiased=True))
        self.assert_tensors(nine, {
            "model.7.filt": [128, 1, 3, 3], "model.8.weight": [256, 128, 3, 3], "model.11.filt": [256, 1, 3, 3],
            "model.12.conv_block.1.weight": [256, 256, 3, 3], "model.21.filt": [256, 1, 4, 4],
            "model.22.weight": [128, 256, 3, 3], "model.25.filt": [128, 1, 4, 4], "model.26.weight": [64, 128, 3, 3],
            "model.30.weight": [3, 64, 7, 7], "model.30.bias": [3]}, 52)
        self.assertEqual(parameters(nine), 11_378_179)

    def test_discriminators(self):
        plain, antialiased = PatchDiscriminator(), PatchDiscriminator(antialiased=True)
        self.assert_tensors(plain, {
            "model.0.weight": [64, 3, 4, 4], "model.2.bias": [128], "model.5.weight": [256, 128, 4, 4],
            "model.8.weight": [512, 256, 4, 4], "model.11.weight": [1, 512, 4, 4], "model.11.bias": [1]}, 10)
        self.assert_tensors(antialiased, {
            "model.2.filt": [64, 1, 3, 3], "model.3.weight": [128, 64, 4, 4], "model.6.filt": [128, 1, 3, 3],
            "model.7.weight": [256, 128, 4, 4], "model.10.filt": [256, 1, 3, 3], "model.11.weight": [512, 256, 4, 4],
            "model.14.weight": [1, 512, 4, 4]}, 13)
        for network in (plain, antialiased):
            self.assertEqual(parameters(network), 2_764_737)
            with torch.no_grad():
                self.assertEqual(network(torch.zeros(1, 3, 256, 256)).shape, (1, 1, 30, 30))

    def test_projectors_mappers_and_the_classifier(self):
        widths = ResnetGenerator(ResnetShape(blocks=5, antialiased=True)).widths((0, 4, 8, 12, 16))
        self.assertEqual(widths, [3, 128, 256, 256, 256])
        self.assert_tensors(PatchProjector(widths), {
            "mlp_0.0.weight": [256, 3], "mlp_0.0.bias": [256], "mlp_1.0.weight": [256, 128],
            "mlp_4.2.weight": [256, 256], "mlp_4.2.bias": [256]}, 20)
        self.assert_tensors(Mapper(4), {"model.0.weight": [64, 4, 3, 3], "model.4.weight": [64, 64],
                                        "model.6.bias": [64]}, 6)
        found = {name.rsplit(".", 1)[0] for name in shapes(Classifier())}
        self.assertEqual(found, {f"before_linear.{index}" for index in (0, 2, 3, 5, 6, 8, 9)}
                         | {"after_linear.0", "after_linear.1"})

    def test_a_generators_weights_tell_what_it_is(self):
        for shape in (ResnetShape(4, 2), ResnetShape(4, 3, dropout=True), ResnetShape(6, 5, antialiased=True)):
            self.assertEqual(generator_of(ResnetGenerator(shape).state_dict()).shape, shape)
        with self.assertRaisesRegex(SystemExit, "no generator of the ResNet family"):
            generator_of(PatchDiscriminator(4).state_dict())


class NumberTests(unittest.TestCase):
    def test_generators_are_the_second_implementation(self):
        torch.manual_seed(1)
        image = torch.rand(2, 3, 20, 24).double() * 2 - 1
        for shape in (ResnetShape(4, 2), ResnetShape(4, 5, antialiased=True), ResnetShape(4, 2, dropout=True)):
            network = ResnetGenerator(shape).double().eval()
            layers = family.generate(network.state_dict(), image, shape.blocks, shape.antialiased, shape.dropout)
            torch.testing.assert_close(network(image), layers["last"])
            taps = sorted(layers.keys() - {"last"})
            for tap, found in zip(taps, network.features(image, taps), strict=True):
                torch.testing.assert_close(found, layers[tap], msg=f"{shape} {tap}")

    def test_discriminators_are_the_second_implementation(self):
        torch.manual_seed(2)
        image = torch.rand(2, 6, 32, 32).double()
        for antialiased in (False, True):
            network = PatchDiscriminator(4, antialiased, pack=2).double()
            torch.testing.assert_close(network(image), family.judge(network.state_dict(), image, antialiased))

    def test_filters_are_those_of_the_contract_on_even_and_odd_sizes(self):
        torch.manual_seed(3)
        for size in (8, 9):
            image = torch.rand(1, 2, size, size)
            torch.testing.assert_close(Downsample(2)(image), family.halved(image))
            bilinear = torch.nn.functional.interpolate(image, scale_factor=2, mode="bilinear", align_corners=False)
            torch.testing.assert_close(Upsample(2)(image), bilinear)

    def test_positions_are_different_ones_and_at_most_256_of_them(self):
        small, large = random_positions([torch.zeros(2, 1, 8, 8), torch.zeros(2, 1, 20, 20)])
        self.assertEqual(sorted(small.tolist()), list(range(64)))
        self.assertEqual([len(large), len(set(large.tolist()))], [256, 256])
        self.assertGreater(large.max(), 256, "from all over the map")

    def test_first_weights(self):
        torch.manual_seed(4)
        shape = ResnetShape(16, 2)
        began, scaled = normal(ResnetGenerator(shape)), xavier(ResnetGenerator(shape))
        name = "model.10.conv_block.1.weight"
        self.assertAlmostEqual(began.state_dict()[name].std().item(), 0.02, delta=0.001)
        # Glorot: the square root of 2 over the sum of inputs and outputs, nine places each.
        self.assertAlmostEqual(scaled.state_dict()[name].std().item() / (0.02 * (2 / (2 * 64 * 9)) ** 0.5), 1,
                               delta=0.05)
        for network in (began, scaled):
            self.assertEqual(network.state_dict()["model.1.bias"].abs().max(), 0)


if __name__ == "__main__":
    unittest.main()
