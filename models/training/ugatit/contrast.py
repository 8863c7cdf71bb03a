"""PatchNCE: that a patch of a translation is to be nearer to the same patch of the photograph than to others
(Park et al., ECCV 2020, section 3.2)."""

import torch
from torch.nn import functional

TEMPERATURE = 0.07
ITSELF = -10.0  # in place of a patch's likeness to its own key among the other keys: next to nothing


def contrast(queries, keys):
    """Mean cross entropy of telling each query (N, P, C) its key among all P keys (N, P, C) of its group, vectors of
    length 1. No gradient goes into the keys.

    A group is an image, in CUT; DCLGAN and SimDCL take the whole batch as one, (1, N·P, C).
    """
    likeness = queries.float() @ keys.detach().float().transpose(1, 2)
    own = likeness.diagonal(dim1=1, dim2=2)[..., None]
    itself = torch.eye(likeness.shape[1], dtype=torch.bool, device=likeness.device)
    logits = torch.cat([own, likeness.masked_fill(itself, ITSELF)], 2).flatten(0, 1) / TEMPERATURE
    return functional.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long, device=logits.device))


def whole_batch(vectors):
    """Vectors (N, P, C) of all images as those of one group."""
    return vectors.flatten(0, 1)[None]
