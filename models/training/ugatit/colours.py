"""Whether translated heads keep the colours of skin and hair.

Both domains frame heads alike, so boxes (top, left, bottom, right, as shares of the side) find the regions:
nose and cheeks, and the middle of the top of the head (of bald heads and hats it finds those, in both). The
median over a box is the region's colour: eyes, mouth, outlines and stray strands are the smaller part of it.
"""

import torch

from .pictures import normalised

SELFIE_REGIONS = {"skin": (0.46, 0.36, 0.58, 0.64), "hair": (0.08, 0.38, 0.20, 0.62)}
TOON_REGIONS = {"skin": (0.50, 0.36, 0.66, 0.64), "hair": (0.10, 0.40, 0.20, 0.60)}


def region_colours(images, region):
    """Median red, green and blue (N, 3) of a box of each image."""
    return pixels_in(images, region).median(dim=2).values


def pixels_in(images, region):
    """The pixels (N, 3, count) of a box."""
    height, width = images.shape[-2:]
    top, left, bottom, right = region
    box = images[:, :, round(top * height):round(bottom * height), round(left * width):round(right * width)]
    return box.flatten(2)


def ranks(values):
    """Ranks from 0 of a vector; equal values share the mean of theirs."""
    below = (values[None, :] < values[:, None]).sum(dim=1)
    equal = (values[None, :] == values[:, None]).sum(dim=1)
    return below + (equal - 1) / 2


def rank_correlation(first, second):
    """Spearman's, of two vectors; 0 where one of them is constant."""
    a, b = (ranks(values) - (len(values) - 1) / 2 for values in (first, second))
    norm = (a.square().sum() * b.square().sum()).sqrt()
    return (a @ b / norm).item() if norm > 0 else 0.0


def colour_agreement(selfies, toons):
    """Region -> rank correlation between `selfies` and the `toons` that belong to them, mean over red, green
    and blue."""
    agreement = {}
    for region in SELFIE_REGIONS:
        a = region_colours(selfies, SELFIE_REGIONS[region])
        b = region_colours(toons, TOON_REGIONS[region])
        agreement[region] = sum(rank_correlation(a[:, channel], b[:, channel]) for channel in range(3)) / 3
    return agreement


class ColourLoss:
    """How far the colours of skin and hair are from those of the image that was translated, when each is
    measured against its own domain.

    None of the losses of the paper asks that a light head becomes a light head: a cycle can be closed from
    what is left of the person elsewhere. A toon's colours are not a photograph's either, so the mean colour
    of a region counts in deviations from the mean over its domain's training images.
    """

    def __init__(self, selfies, toons):
        """From the training images of either domain, as bytes (N, 3, H, W)."""
        self.scales = {
            region: (torch.std_mean(normalised(pixels_in(selfies, SELFIE_REGIONS[region])).mean(dim=2), dim=0),
                     torch.std_mean(normalised(pixels_in(toons, TOON_REGIONS[region])).mean(dim=2), dim=0))
            for region in SELFIE_REGIONS}

    def __call__(self, selfies, toons):
        """Mean distance between `selfies` and the `toons` that belong to them (N, 3, H, W) in -1...1, summed
        over the regions."""
        loss = 0
        for region, (selfie_scale, toon_scale) in self.scales.items():
            loss = loss + (self.standing(selfies, SELFIE_REGIONS[region], *selfie_scale)
                           - self.standing(toons, TOON_REGIONS[region], *toon_scale)).abs().mean()
        return loss

    @staticmethod
    def standing(images, region, deviation, mean):
        """Mean colours (N, 3) of the region, in deviations from the domain's mean."""
        return (pixels_in(images.float(), region).mean(dim=2) - mean) / deviation
