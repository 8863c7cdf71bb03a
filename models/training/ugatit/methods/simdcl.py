"""SimDCL (Han et al., CVPR Workshops 2021): DCLGAN against generators that draw the same picture always."""

from ..losses import absolute
from ..resnet.initialisation import normal
from ..resnet.projector import Mapper
from .dclgan import DCLGAN, contrasted_taps

MAPPERS = {"real A": "F3", "fake B": "F4", "real B": "F5", "fake A": "F6"}


class SimDCL(DCLGAN):
    """A seventh part of the loss: what mappers make of the vectors of a real and of a translated image of one domain
    is to be alike.

    Code and article differ, and this is the code: the contrast is not multiplied by DCLGAN's 2 (its option is read
    and not used); the distance of two images' vectors is their mean (`L1Loss('sum')`, whose first argument has not
    been the reduction for years); the vectors of translations are taken at places of their own. The projectors learn
    as the generators do here, unlike DCLGAN's. A mapper sees one image: batches of one only.
    """

    name = "simdcl"
    losses = {"adversarial": 1.0, "contrast": 1.0, "identity": 1.0, "similarity": 10.0}
    projector_pace = 1.0
    projector_betas = None

    @classmethod
    def mistake_of_phase(cls, phase):
        return None if phase.batch == 1 else "--phases: simdcl's mappers see one image, so batches are of one"

    def make_projectors(self):
        # The mappers begin as CycleGAN's networks do, whatever the others do.
        return super().make_projectors() | {name: normal(Mapper(len(self.taps))) for name in MAPPERS.values()}

    def positions(self, maps):
        # As many of each map, for the mappers. Of maps below 16×16 (images below 64 pixels) these are all that the
        # smallest has; public code fails there.
        smallest = min(found.shape[2] * found.shape[3] for found in maps)
        return [places[:smallest] for places in super().positions(maps)]

    def method_losses(self, batch, made):
        contrast, vectors = 0, {}
        for domain, source in (("B", "A"), ("A", "B")):
            (encoder, projector), (other_encoder, other_projector) = self.encoders[domain], self.encoders[source]
            keys = self.features(encoder, batch.real(source))
            queries = self.features(other_encoder, made[domain].fake)
            positions = self.positions(keys)
            vectors[f"real {source}"] = self.projected(projector, keys, positions)
            vectors[f"fake {domain}"] = self.projected(other_projector, queries, self.positions(queries))
            contrast = contrast + contrasted_taps(self.projected(other_projector, queries, positions),
                                                  vectors[f"real {source}"])
        alike = {image: self.callables[MAPPERS[image]](vectors[image]) for image in vectors}
        return {"adversarial": sum(self.deception_losses(made).values()) / 2,
                "contrast": contrast / 2,
                "identity": self.identity_loss(batch, made) / 2,
                "similarity": absolute(alike["real A"], alike["fake A"]) + absolute(alike["fake B"], alike["real B"])}
