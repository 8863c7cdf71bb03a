import unittest

import torch

from ugatit.coarse import SIDE, CoarseLoss, coarse

from .test_step import UNWEIGHED, batches, seeded_trainer


def plain(values):
    """Images (N, 3, 32, 32) of one grey each."""
    return values[:, None, None, None].expand(-1, 3, 32, 32)


class CoarseTests(unittest.TestCase):
    def test_a_translation_is_pulled_to_its_rank_among_the_real_images(self):
        """All translations are dark; the one in their middle is to become as light as real images are in
        the middle, though there are real ones like it."""
        torch.manual_seed(1)
        reals, translations = plain(torch.linspace(-1, 1, 500)), plain(torch.linspace(-1, 0, 300))
        loss, deviation = CoarseLoss(coarse(reals)), reals.std()
        middle = plain(torch.tensor([-0.5])).clone().requires_grad_()
        distance = loss(middle, coarse(translations))
        # Along a random direction of 147 axes a plain image moves by the sum of the direction's coordinates,
        # whose mean square is 1; 256 directions are averaged, so the deviation is some 9 %.
        self.assertAlmostEqual(distance.item() / (0.5 / deviation) ** 2, 1, delta=0.3)
        distance.backward()
        self.assertLess(middle.grad.sum(), 0, "lighter costs less")

    def test_translations_that_are_distributed_like_the_real_images_cost_next_to_nothing(self):
        torch.manual_seed(2)
        reals = plain(torch.rand(600) * 2 - 1)
        like, dark = torch.rand(300) * 2 - 1, torch.rand(300) - 1
        loss = CoarseLoss(coarse(reals))
        near, far = (loss(plain(values[:8]), coarse(plain(values))) for values in (like, dark))
        self.assertLess(near, 0.05)
        self.assertGreater(far, 5 * near)

    def test_places_matter(self):
        """Dark above and light below is not what light above and dark below is, though windows of both are
        alike."""
        torch.manual_seed(3)
        below = torch.rand(200, 3, 32, 32) * 0.5
        below[:, :, 16:] -= 1
        loss = CoarseLoss(coarse(below))
        right, wrong = (loss(images[:8], coarse(images)) for images in (below, below.flip(2)))
        self.assertGreater(wrong, 5 * right)

    def test_each_generator_is_asked_for_the_domain_it_translates_into(self):
        trainer = seeded_trainer(history=5, weights=UNWEIGHED | {"coarse": 1.0})
        batch = batches()
        trainer.coarse = {"A": CoarseLoss(coarse(batch.a)), "B": CoarseLoss(coarse(batch.b))}
        with torch.no_grad():
            made = trainer.translations(batch)
        self.assertGreater(trainer.train_step(batch, 0, 0)["coarse"], 0)
        torch.testing.assert_close(trainer.population("A"), coarse(made["A"].fake))
        torch.testing.assert_close(trainer.population("B"), coarse(made["B"].fake))
        self.assertEqual(trainer.population("A").shape, (2, 3, SIDE, SIDE))
        for name in ("genA2B", "genB2A"):
            self.assertGreater(trainer.networks[name].UpBlock2[-2].weight.grad.norm(), 0, name)


if __name__ == "__main__":
    unittest.main()
