"""Class activation mapping, shared by generators and discriminators (section 2.1 of the paper)."""

import torch
from torch.nn import functional


def class_attention(x, gap_fc, gmp_fc):
    """Weighs the feature maps `x` (N, C, H, W) by what two auxiliary classifiers find in them.

    Returns the maps (N, 2C, H, W), average-pooled classifier's first, and the logits (N, 2) `[gap, gmp]`.

    The maps are weighed by the classifier's *stored* weight, its logits use the *effective* one. They differ
    where the classifier is spectrally normalised (discriminators): the stored one is then `weight_orig`.
    The public code takes the layer's first parameter, which has this effect; trained checkpoints rely on it.
    """
    gap_logit = gap_fc(functional.adaptive_avg_pool2d(x, 1).flatten(1))
    gmp_logit = gmp_fc(functional.adaptive_max_pool2d(x, 1).flatten(1))
    gap_weight = next(gap_fc.parameters())[:, :, None, None]
    gmp_weight = next(gmp_fc.parameters())[:, :, None, None]
    return torch.cat([x * gap_weight, x * gmp_weight], 1), torch.cat([gap_logit, gmp_logit], 1)
