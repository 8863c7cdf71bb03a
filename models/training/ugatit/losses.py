"""The four losses of the paper (section 2.3), with the public code's way of summing them."""

from dataclasses import dataclass

import torch
from torch.nn import functional


@dataclass(frozen=True)
class LossWeights:
    adversarial: float = 1
    cycle: float = 10
    identity: float = 10
    cam: float = 1000


def least_squares(logits, target):
    """LSGAN: mean squared distance of the logits from 0 (fake) or 1 (real)."""
    return (logits.float() - target).square().mean()


def classified(logits, target):
    """Binary cross entropy of the generators' auxiliary classifiers; the target is 1 for the source
    domain."""
    logits = logits.float()
    return functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def absolute(image, expected):
    return (image.float() - expected.float()).abs().mean()


def discriminator_loss(discriminators, real, fake, augment):
    """What the global and local discriminator of one domain pay for mistaking `real` for fake images and the
    other way round, on their patches of logits and on their CAM logits.

    Real and fake images go through in one batch: the power iteration of the spectral norm then advances once
    instead of twice, which changes nothing else, as no layer mixes the images of a batch.
    """
    images = augment(torch.cat([real, fake]))
    loss = 0
    for discriminator in discriminators:
        logits, cam_logits, _ = discriminator(images)
        for judged in (logits, cam_logits):
            judged_real, judged_fake = judged.chunk(2)
            loss = loss + least_squares(judged_real, 1) + least_squares(judged_fake, 0)
    return loss


def deception_loss(discriminators, fake, augment):
    """What a generator pays for images that the discriminators of its target domain tell from real ones."""
    images = augment(fake)
    loss = 0
    for discriminator in discriminators:
        logits, cam_logits, _ = discriminator(images)
        loss = loss + least_squares(logits, 1) + least_squares(cam_logits, 1)
    return loss
