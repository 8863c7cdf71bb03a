"""The four losses of the paper (section 2.3), with the public code's way of summing them, and one for toons;
`colours.py` has one for heads, `coarse.py` one for all of them together."""

from dataclasses import dataclass

import torch
from torch.nn import functional


@dataclass(frozen=True)
class LossWeights:
    adversarial: float = 1
    cycle: float = 10
    identity: float = 10
    cam: float = 1000
    colour: float = 0
    flatness: float = 0
    coarse: float = 0


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


def discriminator_loss(discriminators, real, fake, augment, pack):
    """What the global and local discriminator of one domain pay for mistaking `real` for fake images and the
    other way round, on their patches of logits and on their CAM logits.

    Real and fake images go through in one batch: the power iteration of the spectral norm then advances once
    instead of twice, which changes nothing else, as no layer mixes the images of a batch.
    """
    images = torch.cat([packed(part, pack) for part in augment(torch.cat([real, fake])).chunk(2)])
    loss = 0
    for discriminator in discriminators:
        logits, cam_logits, _ = discriminator(images)
        for judged in (logits, cam_logits):
            judged_real, judged_fake = judged.chunk(2)
            loss = loss + least_squares(judged_real, 1) + least_squares(judged_fake, 0)
    return loss


def deception_loss(discriminators, fake, augment, pack):
    """What a generator pays for images that the discriminators of its target domain tell from real ones."""
    images = packed(augment(fake), pack)
    loss = 0
    for discriminator in discriminators:
        logits, cam_logits, _ = discriminator(images)
        loss = loss + least_squares(logits, 1) + least_squares(cam_logits, 1)
    return loss
