import unittest

import torch

from ugatit.colours import rank_correlation
from ugatit.transport import Transport
from ugatit.wasserstein import sliced_distance


class TransportTests(unittest.TestCase):
    def test_as_many_points_arrive_as_the_target_has(self):
        # A quarter of the target is at 5: the largest quarter of the source goes there.
        source = torch.linspace(0, 1, 40)[torch.randperm(40, generator=torch.Generator().manual_seed(1))][:, None]
        target = torch.tensor([2.0, 2, 2, 5] * 25)[:, None]
        carried = Transport(source, target)(source)
        torch.testing.assert_close(carried, torch.where(source > 0.75, 5.0, 2.0))

    def test_a_distribution_becomes_that_of_the_target(self):
        # Photographs' colours, one cloud, to toons', a palette of four.
        random = torch.Generator().manual_seed(2)
        mixing = torch.tensor([[1.0, 0.8, 0.6], [0, 0.6, 0.5], [0, 0, 0.6]])
        source = torch.randn(400, 3, generator=random) @ mixing
        palette = torch.tensor([[0.0, 0, 0], [0.9, 0.9, 0.9], [1, 0.8, 0.2], [0.7, 0.3, 0.1]])
        target = palette[torch.randint(4, (500,), generator=random)]
        carried = Transport(source, target)(source)
        before = sliced_distance(source, target[:400], random)
        self.assertLess(sliced_distance(carried, target[:400], random), 0.05 * before)
        self.assertLess(torch.cdist(carried, palette).min(dim=1)[0].median(), 0.02)
        for channel in range(3):
            self.assertGreater(rank_correlation(source[:, channel], carried[:, channel]), 0.7)

    def test_other_points_follow_the_nearest_and_pass_no_gradient(self):
        source = torch.tensor([[0.0, 0], [1, 2], [2, 4], [3, 7]])
        transport = Transport(source, 10 * source)
        points = (source + 0.1).requires_grad_()
        carried = transport(points)
        self.assertFalse(carried.requires_grad)
        torch.testing.assert_close(carried, 10 * source)
