import unittest

from gradients import squared_norms
from .test_step import batches, seeded_trainer


class GradientTests(unittest.TestCase):
    def test_norms_are_those_of_the_weighted_losses_part_by_part(self):
        trainer, heavier = seeded_trainer(), seeded_trainer(weights={"cam": 3000.0})
        norms, heavier_norms = (squared_norms(each, batches()) for each in (trainer, heavier))
        encoder, decoder = norms["genA2B", "DownBlock"], norms["genA2B", "UpBlock2"]
        self.assertEqual(decoder["cam"], 0, "the classifiers see nothing of the decoder")
        for loss in ("adversarial", "cycle", "identity"):
            self.assertGreater(decoder[loss], 0, loss)
            self.assertAlmostEqual(heavier_norms["genA2B", "DownBlock"][loss] / encoder[loss], 1, places=4)
        self.assertAlmostEqual(heavier_norms["genA2B", "DownBlock"]["cam"] / encoder["cam"], 9, places=4)


if __name__ == "__main__":
    unittest.main()
