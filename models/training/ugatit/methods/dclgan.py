"""DCLGAN (Han et al., CVPR Workshops 2021)."""

from ..contrast import contrast, whole_batch
from ..losses import Hinge
from .contrastive import Contrastive


class DCLGAN(Contrastive):
    """Both directions, each with an encoder of its own: patches of a translation are seen by the encoder of the
    generator that would take them back, those of the photograph by the one that translated them.

    The code differs from CUT's where its article says nothing: the GAN's loss is the hinge; the padded image is not
    among the taps; the other keys are those of the whole batch; and the projectors' optimiser is made without a
    rate, so that it has Adam's own, 1e-3 with (0.9, 0.999): five times the generators', which it is here whatever
    `--rate` is.
    """

    name = "dclgan"
    generators = {"B": "G_A", "A": "G_B"}
    judges = {"A": ("D_B",), "B": ("D_A",)}
    losses = {"adversarial": 1.0, "contrast": 2.0, "identity": 1.0}
    gan = Hinge
    taps = (4, 8, 12, 16)
    projectors = ("F1", "F2")
    projector_pace = 5.0
    projector_betas = (0.9, 0.999)
    encoders = {"B": ("G_A", "F1"), "A": ("G_B", "F2")}  # domain translated into -> who sees the photograph

    def method_losses(self, batch, made):
        # All parts are means over the two directions.
        return {"adversarial": sum(self.deception_losses(made).values()) / 2,
                "contrast": sum(self.contrasted(domain, batch.source(domain), made[domain].fake)
                                for domain in self.generators) / 2,
                "identity": self.identity_loss(batch, made) / 2}

    def contrasted(self, domain, images, translations):
        """What patches of translations into the domain pay for likeness to patches that are not in their place."""
        (encoder, projector), (other_encoder, other_projector) = (
            self.encoders[way] for way in (domain, "A" if domain == "B" else "B"))
        queries = self.features(other_encoder, translations)
        with self.learning_nothing():
            keys = self.features(encoder, images)
            positions = self.positions(keys)
            keys = self.projected(projector, keys, positions)
        queries = self.projected(other_projector, queries, positions)
        return contrasted_taps(queries, keys)


def contrasted_taps(queries, keys):
    """Mean over the taps."""
    losses = [contrast(whole_batch(query), whole_batch(key)) for query, key in zip(queries, keys)]
    return sum(losses) / len(losses)
