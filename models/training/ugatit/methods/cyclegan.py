"""CycleGAN (Zhu et al., ICCV 2017)."""

from ..resnet.initialisation import normal
from ..batch import Translation
from .cyclic import Cyclic
from .resnet import ResnetTrainer


class CycleGAN(Cyclic, ResnetTrainer):
    """The paper writes the losses of the GAN with logarithms; the code, and this, has least squares. Discriminators
    learn after the generators, from the translations made before, half of them of up to 50 earlier images.

    Names are the public code's: `D_A` is the discriminator that belongs to `G_A`, so it judges images of B.
    """

    name = "cyclegan"
    generators = {"B": "G_A", "A": "G_B"}
    judges = {"A": ("D_B",), "B": ("D_A",)}
    losses = {"adversarial": 1.0, "cycle": 10.0, "identity": 5.0}  # identity: 0.5 of the cycle's
    epochs = 200
    pool = 50
    holds = True
    discriminators_first = False
    initialised = staticmethod(normal)

    def translation(self, domain, source, target):
        if self.weights["identity"]:
            return super().translation(domain, source, target)
        return Translation(self.translated(self.generators[domain], source))

    def method_losses(self, batch, made):
        losses = {"adversarial": self.adversarial_loss(self.deception_losses(made)),
                  "cycle": self.cycle_loss(batch, made)}
        if self.weights["identity"]:
            losses["identity"] = self.identity_loss(batch, made)
        return losses

    def adversarial_loss(self, deceiving):
        """From what the generators into the domains pay for being found out."""
        return sum(deceiving.values())
