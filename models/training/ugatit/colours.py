"""Whether translated heads keep the colours of skin and hair.

Both domains frame heads alike, so boxes (top, left, bottom, right, as shares of the side) find the regions:
nose and cheeks, and the middle of the top of the head (of bald heads and hats it finds those, in both). The
median over a box is the region's colour: eyes, mouth, outlines and stray strands are the smaller part of it.
"""

from torch.nn import functional

from .pictures import normalised
from .transport import Transport

SELFIE_REGIONS = {"skin": (0.46, 0.36, 0.58, 0.64), "hair": (0.08, 0.38, 0.20, 0.62)}
TOON_REGIONS = {"skin": (0.50, 0.36, 0.66, 0.64), "hair": (0.10, 0.40, 0.20, 0.60)}
NEAR = 0.5  # standard deviations


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


def mean_colours(images, regions):
    """Region -> mean red, green and blue (N, 3) of its box. Only the boxes become floats: all of a data set's
    images at 256 pixels would take more than 10 GB as such."""
    return {name: pixels_in(images, box).float().mean(dim=2) for name, box in regions.items()}


class ColourLoss:
    """How far the colours of translated skin and hair are from those that they should have become.

    None of the losses of the paper asks that a light head becomes a light head: a cycle can be closed from
    what is left of the person elsewhere. Nor that blond is drawn as often as the target domain has it. Here
    each region's colours of the source domain are carried to those of the target domain by optimal transport
    (`transport.py`): alike stay alike, and all of the target's colours are met as often as they occur in it.
    """

    def __init__(self, sources, source_regions, targets, target_regions):
        """From the training images of the domain to translate from and of the one to translate to, as bytes
        (N, 3, H, W)."""
        self.source_regions, self.target_regions = source_regions, target_regions
        source, target = ({region: normalised(colours) for region, colours in mean_colours(*drawn).items()}
                          for drawn in ((sources, source_regions), (targets, target_regions)))
        self.transports = {region: Transport(source[region], target[region]) for region in source_regions}
        self.deviations = {region: target[region].std(dim=0) for region in target_regions}

    def __call__(self, images, translations):
        """Mean distance (N, 3, H, W in -1...1) in standard deviations of the target domain, summed over the
        regions; squared where it is near. The plain distance pulls as hard at a colour that is nearly right as
        at a wrong one, and what cannot be told from the photograph becomes the median of what it may be: black
        too often, where hair is dark."""
        source = mean_colours(images, self.source_regions)
        target = mean_colours(translations, self.target_regions)
        return sum(functional.smooth_l1_loss(*(colours / self.deviations[region].to(colours.device)
                                               for colours in (target[region], transport(source[region]))),
                                             beta=NEAR)
                   for region, transport in self.transports.items())


def colour_losses(selfies, toons):
    """Domain that is translated into -> its ColourLoss, from the training images as bytes."""
    return {"A": ColourLoss(toons, TOON_REGIONS, selfies, SELFIE_REGIONS),
            "B": ColourLoss(selfies, SELFIE_REGIONS, toons, TOON_REGIONS)}
