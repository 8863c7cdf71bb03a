"""Whether translations, seen from far away, are distributed as the images of their domain are."""

import torch
from torch.nn import functional

SIDE, WINDOW = 16, 7
WINDOWS, DIRECTIONS, REALS = 16, 16, 600
PART = 50  # images at a time: all of them at 256 pixels would take gigabytes as F32


def coarse(images):
    """Images (N, 3, H, W), H and W multiples of 16, averaged down to 16×16."""
    return functional.adaptive_avg_pool2d(images.float(), SIDE)


class CoarseLoss:
    """How far translations of 16×16 pixels would have to move for all of them to be distributed as the real
    images are: the sliced Wasserstein distance as a loss (Deshpande et al., CVPR 2018).

    A discriminator sees one image at a time, or two (`--pack`). That half of all heads have black hair where
    two fifths should, or that most lack shoulders, shows in hundreds only; these are the translations of
    earlier steps here. Windows of 7×7 pixels are compared with the same place of the real images, as necks
    are to be where necks are.
    """

    def __init__(self, reals):
        """From real images of the domain, made coarse (N, 3, 16, 16)."""
        self.deviations, self.means = torch.std_mean(reals, dim=(0, 2, 3), keepdim=True)
        self.reals = self.standardised(reals)

    def standardised(self, images):
        return (images - self.means.to(images.device)) / self.deviations.to(images.device)

    def __call__(self, translations, population):
        """Mean squared distance, in standard deviations of the domain, over random windows and random
        directions, of the translations (N, 3, H, W in -1...1) to where they would stand among the real
        images by their rank in the population (M, 3, 16, 16): earlier translations, made `coarse`."""
        device = translations.device
        fresh, population = (self.standardised(images) for images in (coarse(translations), population))
        reals = self.reals[torch.randperm(len(self.reals))[:REALS]].to(device)
        distances = []
        for top, left in torch.randint(SIDE - WINDOW + 1, (WINDOWS, 2)).tolist():
            directions = functional.normalize(torch.randn(3 * WINDOW * WINDOW, DIRECTIONS), dim=0).to(device)
            points, others, goals = (
                images[:, :, top:top + WINDOW, left:left + WINDOW].flatten(1) @ directions
                for images in (fresh, population, reals))
            below = (others[None] < points.detach()[:, None]).sum(dim=1)
            quantiles = ((below + 0.5) / (len(others) + 1) * len(goals)).long()
            distances.append((points - goals.sort(dim=0)[0].gather(0, quantiles)).square().mean())
        return torch.stack(distances).mean()


def coarse_losses(domains):
    """Domain that is translated into -> its CoarseLoss, from two views of each training image, augmented as
    those are that are translated."""
    losses = {}
    for domain in domains:
        count = min(PART, len(domain.images))
        views = [coarse(domain.batch(step, count)) for step in range(2 * len(domain.images) // count)]
        losses[domain.name] = CoarseLoss(torch.cat(views))
    return losses
