"""Sliced Wasserstein distance between sets of images, level by level of a Laplacian pyramid (Karras et al.,
ICLR 2018, section 5). It compares how often local patches look like what, from fine to coarse, and needs no
pretrained network.
"""

import torch
from torch.nn import functional

PATCH = 7
PATCHES_PER_IMAGE = 128
DIRECTIONS = 512
COARSEST = 16


def blurred(images, gain=1.0):
    """Convolves with the binomial 5×5 filter, borders mirrored."""
    row = torch.tensor([1.0, 4, 6, 4, 1], device=images.device) / 16
    kernel = (torch.outer(row, row) * gain).expand(images.shape[1], 1, 5, 5)
    return functional.conv2d(functional.pad(images, (2,) * 4, mode="reflect"), kernel, groups=images.shape[1])


def enlarged(images):
    """Twice the size: zeros between the pixels, then the filter, whose gain of 4 makes up for them."""
    zeros = images.new_zeros(*images.shape[:2], 2 * images.shape[2], 2 * images.shape[3])
    zeros[:, :, ::2, ::2] = images
    return blurred(zeros, gain=4)


def laplacian_pyramid(images):
    """Levels from the images' own size, halved down to 16 pixels; what each adds to the next coarser one. The
    last holds the coarse images themselves."""
    levels = []
    while images.shape[-1] >= 2 * COARSEST:
        coarser = blurred(images)[:, :, ::2, ::2]
        levels.append(images - enlarged(coarser))
        images = coarser
    return levels + [images]


def descriptors(level, count, random):
    """`count` random 7×7 patches (count, 147) of a level (N, 3, H, W), spread evenly over the images, each
    channel normalised to mean 0 and deviation 1 over all patches."""
    patches = level.unfold(2, PATCH, 1).unfold(3, PATCH, 1)
    rows = torch.randint(patches.shape[2], (count,), generator=random)
    columns = torch.randint(patches.shape[3], (count,), generator=random)
    chosen = patches[torch.arange(count) % len(level), :, rows, columns]
    deviation, mean = torch.std_mean(chosen, dim=(0, 2, 3), keepdim=True, correction=0)
    return ((chosen - mean) / deviation).flatten(1)


def sliced_distance(first, second, random):
    """Mean over random directions of the Wasserstein-1 distance of the projections of two equally large
    sets."""
    directions = functional.normalize(torch.randn(first.shape[1], DIRECTIONS, generator=random), dim=0)
    return ((first @ directions).sort(dim=0)[0] - (second @ directions).sort(dim=0)[0]).abs().mean().item()


def wasserstein_by_level(first, second, seed=0):
    """Size of the level -> distance × 1000, as published tables have it, of image sets (N, 3, H, W)."""
    random = torch.Generator().manual_seed(seed)
    count = PATCHES_PER_IMAGE * min(len(first), len(second))
    return {level_a.shape[-1]: 1000 * sliced_distance(descriptors(level_a, count, random),
                                                      descriptors(level_b, count, random), random)
            for level_a, level_b in zip(laplacian_pyramid(first), laplacian_pyramid(second))}
