"""Whether translated heads keep the colours of skin and hair.

Both domains frame heads alike, so boxes (top, left, bottom, right, as shares of the side) find the regions:
nose and cheeks, and the middle of the top of the head (of bald heads and hats it finds those, in both). The
median over a box is the region's colour: eyes, mouth, outlines and stray strands are the smaller part of it.
"""

import torch

SELFIE_REGIONS = {"skin": (0.46, 0.36, 0.58, 0.64), "hair": (0.08, 0.38, 0.20, 0.62)}
TOON_REGIONS = {"skin": (0.50, 0.36, 0.66, 0.64), "hair": (0.10, 0.40, 0.20, 0.60)}


def region_colours(images, region):
    """Median red, green and blue (N, 3) of a box of each image."""
    height, width = images.shape[-2:]
    top, left, bottom, right = region
    box = images[:, :, round(top * height):round(bottom * height), round(left * width):round(right * width)]
    return box.flatten(2).median(dim=2).values


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
