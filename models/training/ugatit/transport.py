"""Optimal transport between two sets of points, such as the hair colours of photographs and of toons."""

import torch

ROUNDS = 200


class Transport:
    """Carries points near those of `source` (N, D) to where the distribution of `target` (M, D) has as much
    on either side, whichever way one looks.

    In each round all points move along random orthogonal axes, on each of them to the quantile of the target
    that they are at in the source; the distribution converges to the target's (Pitié et al. 2007). Points of
    the source keep the places they end at, and others follow the nearest of the source.
    """

    def __init__(self, source, target):
        random = torch.Generator().manual_seed(0)
        self.source, self.scale = source, source.std(dim=0)
        moved, goal = ((points - points.mean(dim=0)) / points.std(dim=0) for points in (source, target))
        quantiles = ((torch.arange(len(source)) + 0.5) / len(source) * len(target)).long()
        for _ in range(ROUNDS):
            axes = torch.linalg.qr(torch.randn(source.shape[1], source.shape[1], generator=random))[0]
            places = moved @ axes
            wanted = (goal @ axes).sort(dim=0)[0][quantiles]
            moved = moved + (torch.zeros_like(places).scatter(0, places.argsort(dim=0), wanted) - places) @ axes.T
        self.carried = moved * target.std(dim=0) + target.mean(dim=0)

    def __call__(self, points):
        """Where points (N, D) of the source's distribution go; no gradient comes back."""
        source, scale, carried = (part.to(points.device) for part in (self.source, self.scale, self.carried))
        return carried[torch.cdist(points.detach() / scale, source / scale).argmin(dim=1)]
