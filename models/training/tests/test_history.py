import unittest

import torch

from ugatit.history import History

from .test_step import batches, seeded_trainer


def step(number):
    return torch.full((2, 3, 4, 4), float(number)), torch.full((2, 3, 4, 4), -float(number))


class HistoryTests(unittest.TestCase):
    def test_it_keeps_the_images_of_a_step_together_and_no_more_steps_than_it_may(self):
        torch.manual_seed(1)
        history = History(3)
        for number in range(20):
            history.add(step(number))
            self.assertEqual(len(history.steps), min(number + 1, 3))
            in_a, in_b = history.draw()
            self.assertTrue(torch.equal(in_a, -in_b))
            self.assertEqual(len(in_a.unique()), 1)
        self.assertIn(19, [int(in_a[0, 0, 0, 0]) for in_a, _ in history.steps], "the last one is kept")

    def test_it_holds_nothing_of_the_tensor_that_a_view_was_of(self):
        history = History(1)
        images = torch.zeros(4, 3, 8, 8)
        history.add((images[:2], images[2:]))
        self.assertEqual(history.draw()[0].untyped_storage().nbytes(), 2 * 3 * 8 * 8 * 4)

    def test_discriminators_learn_from_earlier_translations(self):
        """A step of the discriminators alone takes what the history holds, not what the generators make."""
        first, second = (seeded_trainer(history=1) for _ in range(2))
        for trainer, seed in ((first, 3), (second, 4)):
            torch.manual_seed(seed)
            trainer.history.add(tuple(torch.rand(2, 3, 32, 32) for _ in "AB"))
        for trainer in (first, second):
            trainer.discriminator_step(batches(), 1e-3)
        weights = [trainer.networks["disGA"].state_dict()["model.1.weight_orig"] for trainer in (first, second)]
        self.assertFalse(torch.equal(*weights))

    def test_a_training_step_adds_its_translations(self):
        trainer = seeded_trainer(history=5)
        with torch.no_grad():
            made = trainer.translations(batches())
        trainer.train_step(batches(), 0, 0)
        (in_a, in_b), = trainer.history.steps
        torch.testing.assert_close(in_a, made["A"].fake)
        torch.testing.assert_close(in_b, made["B"].fake)


if __name__ == "__main__":
    unittest.main()
