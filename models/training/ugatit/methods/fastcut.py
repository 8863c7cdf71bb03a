"""FastCUT (Park et al., ECCV 2020)."""

import torch

from ..batch import Translation
from .cut import CUT


class FastCUT(CUT):
    """CUT without its identity part, which costs a pass, and with ten times the contrast in return. Half of all
    steps translate mirror images; their features are mirrored back and compared with those of the photographs as
    they are, so that the generator treats both alike.
    """

    name = "fastcut"
    losses = {"adversarial": 1.0, "contrast": 10.0}
    epochs = 200
    constant_share = 0.75  # 150 epochs of 200

    def translation(self, domain, source, target):
        mirrored = bool(torch.rand(()) < 0.5)
        return Translation(self.translated("G", source.flip(3) if mirrored else source), mirrored=mirrored)

    def contrast_loss(self, batch, made):
        return self.contrasted(batch.a, made.fake, made.mirrored)
