"""Differentiable augmentation of what the discriminators see (Zhao et al., NeurIPS 2020).

With a few hundred images a discriminator soon knows them by heart and its judgement of the generator's means
nothing. Augmenting real and fake images alike, with gradients flowing through, delays that without the
generator learning the augmentation.
"""

import torch
from torch.nn import functional


def uniform(x, low, high):
    """One number per image, (N, 1, 1, 1)."""
    return torch.empty(x.shape[0], 1, 1, 1, device=x.device).uniform_(low, high)


def colour(x):
    x = x + uniform(x, -0.5, 0.5)
    mean = x.mean(dim=1, keepdim=True)
    x = (x - mean) * uniform(x, 0, 2) + mean
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    return (x - mean) * uniform(x, 0.5, 1.5) + mean


def translation(x, share=0.125):
    """Shifts by up to `share` of the side, grey (0, as the method has it) coming in."""
    reach = round(x.shape[-1] * share)
    padded = functional.pad(x, (reach,) * 4)
    height, width = x.shape[-2:]
    tops, lefts = torch.randint(0, 2 * reach + 1, (2, x.shape[0])).tolist()
    return torch.stack([padded[index, :, top:top + height, left:left + width]
                        for index, (top, left) in enumerate(zip(tops, lefts))])


def cutout(x, share=0.5):
    """Blanks a square of `share` of the side, its centre anywhere."""
    height, width = x.shape[-2:]
    centre_y, centre_x = uniform(x, 0, height), uniform(x, 0, width)
    rows = torch.arange(height, device=x.device)[:, None] + 0.5
    columns = torch.arange(width, device=x.device)[None, :] + 0.5
    inside = ((rows - centre_y).abs() < share * height / 2) & ((columns - centre_x).abs() < share * width / 2)
    return x * ~inside


AUGMENTATIONS = {"colour": colour, "translation": translation, "cutout": cutout}


class DiffAugment:
    """Applies the named augmentations in their order; none of them is the identity."""

    def __init__(self, names):
        self.steps = [AUGMENTATIONS[name] for name in names]

    def __call__(self, images):
        images = images.float()
        for step in self.steps:
            images = step(images)
        return images
