"""What the losses of all methods are made of; `contrast.py` has the contrastive one, `colours.py` one for heads,
`coarse.py` one for all translations together."""

import torch
from torch.nn import functional

# Losses that any method can have besides its own: 0 in all of them as published.
EXTRA_LOSSES = {"colour": 0.0, "flatness": 0.0, "coarse": 0.0}


class LeastSquares:
    """LSGAN (Mao et al., ICCV 2017): mean squared distance of the logits from 1 (real) or 0 (fake)."""

    @staticmethod
    def real(logits):
        return (logits.float() - 1).square().mean()

    @staticmethod
    def fake(logits):
        return logits.float().square().mean()


class Hinge:
    """What logits lack to 1 (real) and exceed -1 by (fake).

    DCLGAN's generators are to reach 1 as well, and no more: most hinge GANs maximise their logits without end.
    """

    @staticmethod
    def real(logits):
        return (1 - logits.float()).relu().mean()

    @staticmethod
    def fake(logits):
        return (1 + logits.float()).relu().mean()


def classified(logits, target):
    """Binary cross entropy of the generators' auxiliary classifiers; the target is 1 for the source
    domain."""
    logits = logits.float()
    return functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def absolute(image, expected):
    return (image.float() - expected.float()).abs().mean()


FAINT = 0.02


def roughness(images):
    """How many neighbours differ, down and across: a difference d counts d / (d + 0.02), so faint ones count
    nearly as much as outlines do, and to make them fainter pays most (a smooth count, as L0 gradient
    minimisation has it: Xu et al. 2011). Toons are flat but for their outlines; noise of a few steps of 255
    on flat places is too faint for discriminators to mind, and total variation takes as much from outlines.
    """
    steps = [images.float().diff(dim=axis).abs() for axis in (2, 3)]
    return sum((step / (step + FAINT)).mean() for step in steps)


def packed(images, pack):
    """Each image of a batch with the `pack - 1` that follow it, round about, as further channels:
    (N, pack * C, H, W) from (N, C, H, W).

    A discriminator of single images can only say which of them the generator draws too often. All
    translations then move elsewhere together, and are chased back. One of several images sees that they are
    alike (PacGAN, Lin et al. 2018).
    """
    return torch.cat([images.roll(-place, 0) for place in range(pack)], 1)


def discriminator_loss(gan, judge, real, fake, augment, pack):
    """What the discriminators of a domain pay for mistaking `real` for fake images and the other way round, summed
    over the logits that `judge` tells of images.

    Real and fake images go through in one batch: the power iteration of a spectral norm then advances once
    instead of twice, which changes nothing else, as no layer mixes the images of a batch.
    """
    images = torch.cat([packed(part, pack) for part in augment(torch.cat([real, fake])).chunk(2)])
    loss = 0
    for judged in judge(images):
        judged_real, judged_fake = judged.chunk(2)
        loss = loss + gan.real(judged_real) + gan.fake(judged_fake)
    return loss


def deception_loss(gan, judge, fake, augment, pack):
    """What a generator pays for images that the discriminators of its target domain tell from real ones."""
    return sum(gan.real(judged) for judged in judge(packed(augment(fake), pack)))
