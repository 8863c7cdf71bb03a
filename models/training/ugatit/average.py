"""Exponential moving average of a generator's weights."""

import copy

import torch


class WeightAverage:
    """Keeps `average`, a copy of `module` that follows it slowly: GAN weights circle around where they should
    be, and their average lies nearer to it than any of them (Yazıcı et al., ICLR 2019).

    `decay` 0.999 averages over about 1,000 steps. `count` is the number of updates seen: while it is small
    the average is taken over fewer, else random first weights would linger.
    """

    def __init__(self, module, decay):
        self.average = copy.deepcopy(module).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, module, count):
        decay = min(self.decay, (1 + count) / (10 + count))
        for average, parameter in zip(self.average.parameters(), module.parameters()):
            average.lerp_(parameter, 1 - decay)
