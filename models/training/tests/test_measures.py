import unittest
from unittest import mock

import torch

from ugatit.colours import (SELFIE_REGIONS, TOON_REGIONS, colour_agreement, colour_losses, rank_correlation,
                            ranks)
from ugatit.pictures import normalised, pixels
from ugatit.wasserstein import blurred, enlarged, laplacian_pyramid, sliced_distance, wasserstein_by_level


class WassersteinTests(unittest.TestCase):
    def test_a_pyramid_adds_up_to_its_image(self):
        torch.manual_seed(1)
        image = torch.rand(2, 3, 64, 64)
        levels = laplacian_pyramid(image)
        self.assertEqual([level.shape[-1] for level in levels], [64, 32, 16])
        whole = levels[-1]
        for level in reversed(levels[:-1]):
            whole = enlarged(whole) + level
        torch.testing.assert_close(whole, image)

    def test_a_shift_costs_its_length_along_each_direction(self):
        # Moving a set by one unit along each of 147 axes moves its projections by the sum of the direction's
        # coordinates, whose mean absolute value over the sphere is sqrt(2 / pi) in high dimensions.
        random = torch.Generator().manual_seed(2)
        points = torch.randn(500, 147, generator=random)
        self.assertAlmostEqual(sliced_distance(points, points + 1, random), (2 / torch.pi) ** 0.5, delta=0.06)
        self.assertEqual(sliced_distance(points, points.flip(0), random), 0)

    def test_blurring_shows_at_the_finest_level_most(self):
        torch.manual_seed(3)
        images = torch.rand(40, 3, 64, 64)
        like = wasserstein_by_level(images[:20], images[20:])
        unlike = wasserstein_by_level(images[:20], blurred(blurred(images[20:])))
        self.assertGreater(unlike[64], 2 * like[64])
        self.assertLess(unlike[16], 1.2 * like[16])


def heads(regions, colours):
    """Noise (N, 3, 64, 64) with the colours (N, 3, 1, 1) of each region in its box."""
    images = torch.rand(len(colours["skin"]), 3, 64, 64)
    for region, (top, left, bottom, right) in regions.items():
        images[:, :, round(64 * top):round(64 * bottom), round(64 * left):round(64 * right)] = colours[region]
    return images


class ColourTests(unittest.TestCase):
    def test_ranks_share_ties(self):
        self.assertEqual(ranks(torch.tensor([3.0, 1, 3, 2])).tolist(), [2.5, 0, 2.5, 1])

    def test_rank_correlation_is_spearmans(self):
        first = torch.tensor([1.0, 2, 3, 4, 5])
        self.assertAlmostEqual(rank_correlation(first, first ** 3), 1, places=6)
        self.assertAlmostEqual(rank_correlation(first, -first), -1, places=6)
        # 1 - 6 * (0 + 1 + 1 + 0 + 0) / (5 * 24) = 0.9
        self.assertAlmostEqual(rank_correlation(first, torch.tensor([1.0, 3, 2, 4, 5])), 0.9, places=6)
        self.assertEqual(rank_correlation(first, torch.ones(5)), 0)

    def test_agreement_looks_at_the_regions_only(self):
        torch.manual_seed(4)
        colours = {region: torch.rand(30, 3, 1, 1) for region in ("skin", "hair")}
        agreement = colour_agreement(heads(SELFIE_REGIONS, colours),
                                     heads(TOON_REGIONS, colours | {"hair": 1 - colours["hair"]}))
        self.assertAlmostEqual(agreement["skin"], 1, places=5)
        self.assertAlmostEqual(agreement["hair"], -1, places=5)

    def test_a_data_sets_images_never_become_floats_as_a_whole(self):
        """2,000 toons of 512 pixels, which --whole keeps for training at 256, would take 6 GB."""
        images = torch.randint(256, (20, 3, 64, 64), dtype=torch.uint8)
        sizes = []
        with mock.patch("ugatit.colours.normalised", lambda pixels: sizes.append(pixels.numel()) or normalised(pixels)):
            colour_losses(images, images)
        self.assertEqual(set(sizes), {20 * 3})

    def test_the_loss_asks_for_the_same_standing_in_the_other_domain(self):
        torch.manual_seed(5)
        colours = {region: torch.rand(30, 3, 1, 1) for region in ("skin", "hair")}
        # Toons are half as colourful here, and lighter.
        toon_colours = {region: 0.5 * values + 0.4 for region, values in colours.items()}
        selfies, toons = heads(SELFIE_REGIONS, colours), heads(TOON_REGIONS, toon_colours)
        losses = colour_losses(pixels(selfies), pixels(toons))
        self.assertAlmostEqual(losses["B"](selfies[:4], toons[:4]).item(), 0, delta=0.03)
        self.assertAlmostEqual(losses["A"](toons[:4], selfies[:4]).item(), 0, delta=0.03)

        darker = heads(TOON_REGIONS, toon_colours | {"hair": toon_colours["hair"] - 0.3})
        # All of them by more than half a deviation, so linear: a quarter less than the distance.
        expected = (0.3 / toon_colours["hair"].std(dim=0)).mean() - 0.25
        self.assertAlmostEqual(losses["B"](selfies, darker).item(), expected.item(), delta=0.03)
