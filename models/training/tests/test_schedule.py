import unittest

from ugatit.schedule import Phase, Schedule
from ugatit.methods.ugatit import UGATIT
from ugatit.recipe import Recipe
from ugatit.generator import GeneratorShape


class ScheduleTests(unittest.TestCase):
    schedule = Schedule([Phase(64, 60, 8), Phase(128, 40, 4)], rate=1.0, warm_up=9)

    def test_phases_follow_one_another(self):
        self.assertEqual(self.schedule.phase(59), (Phase(64, 60, 8), 59))
        self.assertEqual(self.schedule.phase(60), (Phase(128, 40, 4), 0))
        with self.assertRaises(IndexError):
            self.schedule.phase(100)

    def test_the_rate_is_constant_for_half_of_the_steps_and_falls_linearly_after(self):
        rates = [self.schedule.discriminator_rate(step) for step in (0, 50, 75, 99)]
        self.assertEqual(rates, [1, 1, 0.5, 0.02])

    def test_discriminators_may_learn_faster(self):
        schedule = Schedule([Phase(64, 100, 8)], rate=1.0, discriminator_rate=3.0)
        self.assertEqual([schedule.discriminator_rate(step) for step in (0, 75)], [3, 1.5])
        self.assertEqual([schedule.generator_rate(step, None) for step in (0, 75)], [1, 0.5])

    def test_the_generators_warm_up_after_discriminators_were_made_anew(self):
        self.assertEqual(self.schedule.generator_rate(10, fresh_step=10), 0.1)
        self.assertEqual(self.schedule.generator_rate(18, fresh_step=10), 0.9)
        self.assertEqual(self.schedule.generator_rate(19, fresh_step=10), 1)
        self.assertEqual(self.schedule.generator_rate(0, fresh_step=None), 1)

    def test_phases_are_read_as_written(self):
        self.assertEqual(Phase.parse("64:20000x8"), Phase(64, 20000, 8))
        self.assertEqual(Phase.parse("256:10"), Phase(256, 10, 1))
        for text in ("64", "64:x8", "66:10x1", "16:10x1", "64:0x1"):
            with self.assertRaises(ValueError, msg=text):
                Phase.parse(text)

    def test_discriminators_have_the_papers_depth_at_256_pixels(self):
        trainer = UGATIT(Recipe(GeneratorShape(channels=4, blocks=1)))
        self.assertEqual([trainer.discriminator_layers(size) for size in (256, 128, 64, 32)],
                         [(7, 5), (6, 4), (5, 4), (4, 3)])
