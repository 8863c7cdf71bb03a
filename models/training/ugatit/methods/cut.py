"""CUT (Park et al., ECCV 2020)."""

from ..contrast import contrast
from .contrastive import Contrastive


class CUT(Contrastive):
    """One direction. A patch of the translation is to be nearer to the patch of the photograph in its place than to
    other patches of that photograph, seen by the generator's own encoder; so are patches of images of B to what the
    generator makes of these.
    """

    name = "cut"
    generators = {"B": "G"}
    judges = {"B": ("D",)}
    losses = {"adversarial": 1.0, "contrast": 1.0}
    taps = (0, 4, 8, 12, 16)  # the padded image, the convolutions that are halved, the first and the fifth block
    projectors = ("F",)

    def method_losses(self, batch, made):
        return {"adversarial": sum(self.deception_losses(made).values()),
                "contrast": self.contrast_loss(batch, made["B"])}

    def contrast_loss(self, batch, made):
        # The mean of both, not the sum.
        return (self.contrasted(batch.a, made.fake) + self.contrasted(batch.b, made.same)) / 2

    def contrasted(self, images, translations, mirrored=False):
        """What patches of translations pay for likeness to patches of the images that are not in their place."""
        queries = self.features("G", translations)
        if mirrored:
            queries = [found.flip(3) for found in queries]
        with self.learning_nothing():
            keys = self.features("G", images)
            positions = self.positions(keys)
            keys = self.projected("F", keys, positions)
        # Other keys are those of the same image only.
        losses = [contrast(query, key) for query, key in zip(self.projected("F", queries, positions), keys)]
        return sum(losses) / len(losses)
