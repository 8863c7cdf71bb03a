"""What size, batch and learning rate each step has."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """A stretch of `steps` steps with images of `size` pixels, `batch` of each domain at a time."""

    size: int
    steps: int
    batch: int

    @classmethod
    def parse(cls, text):
        """Reads SIZE:STEPSxBATCH, such as 64:20000x8."""
        size, _, rest = text.partition(":")
        steps, _, batch = rest.partition("x")
        try:
            phase = cls(int(size), int(steps), int(batch or 1))
        except ValueError:
            raise ValueError(f"{text!r} is not SIZE:STEPSxBATCH, such as 64:20000x8") from None
        if phase.size % 4 or phase.size < 32 or phase.steps < 1 or phase.batch < 1:
            raise ValueError(f"{text!r}: the size is a multiple of 4 from 32 on, the rest is positive")
        return phase


class Schedule:
    """Phases one after another. The learning rate is `rate` in the first `constant_share` of all steps and falls
    linearly to zero in the others, as in the public code (the ResNet family's falls from epoch to epoch);
    discriminators may have one of their own. `warm_up` steps from `fresh_step` on, the generators' rate rises from
    zero: discriminators that know nothing yet would otherwise undo what the generators have learnt."""

    def __init__(self, phases, rate, warm_up=0, discriminator_rate=None, constant_share=0.5):
        self.phases, self.rate, self.warm_up, self.constant_share = phases, rate, warm_up, constant_share
        self.highest_discriminator_rate = rate if discriminator_rate is None else discriminator_rate
        self.steps = sum(phase.steps for phase in phases)

    def phase(self, step):
        """The phase that `step` falls into, and its number within the phase."""
        for phase in self.phases:
            if step < phase.steps:
                return phase, step
            step -= phase.steps
        raise IndexError("the schedule has ended")

    def decay(self, step):
        """What the rates are multiplied by."""
        constant = int(self.steps * self.constant_share)
        return 1 if step < constant else (self.steps - step) / (self.steps - constant)

    def discriminator_rate(self, step):
        return self.highest_discriminator_rate * self.decay(step)

    def generator_rate(self, step, fresh_step):
        """`fresh_step` is the step at which the present discriminators were made, None if they were
        loaded."""
        rate = self.rate * self.decay(step)
        if fresh_step is None or step - fresh_step >= self.warm_up:
            return rate
        return rate * (step - fresh_step + 1) / (self.warm_up + 1)
