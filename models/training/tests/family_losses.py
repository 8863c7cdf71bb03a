"""What the methods of the ResNet family pay, written a second time: plain functions over the weights of all networks,
as the public code's options have it by default.
"""

from . import family


def mean_square(values):
    return (values ** 2).mean()


def mean_distance(first, second):
    return (first - second).abs().mean()


class Reference:
    """A method's objectives; `judged_by` names the discriminator of each domain, `makers` the generators."""

    antialiased = True
    judged_by = {"A": "D_B", "B": "D_A"}
    makers = {"B": "G_A", "A": "G_B"}

    def __init__(self, weights, batch, blocks, positions):
        self.w, self.blocks, self.positions = weights, blocks, positions
        self.images = {"A": batch.a.double(), "B": batch.b.double()}
        self.labels = batch.labels

    def layers(self, generator, images):
        return family.generate(self.w[generator], images, self.blocks, self.antialiased, self.dropout)

    dropout = False

    def made(self, generator, images):
        return self.layers(generator, images)["last"]

    def fakes(self):
        return {domain: self.made(generator, self.images["A" if domain == "B" else "B"])
                for domain, generator in self.makers.items()}

    def judged(self, domain, images):
        return family.judge(self.w[self.judged_by[domain]], images, self.antialiased)

    def discriminators(self, fakes):
        """Half of: one for real, zero for fake."""
        return sum(mean_square(self.judged(domain, self.images[domain]) - 1)
                   + mean_square(self.judged(domain, fake.detach())) for domain, fake in fakes.items()) / 2

    def vectors(self, projector, layers):
        places = self.positions([layers[tap] for tap in self.taps])
        return family.projected(self.w[projector], layers, self.taps, places)


class CycleGAN(Reference):
    antialiased = False

    def generators(self, fakes, **_):
        a, b = self.images["A"], self.images["B"]
        return (mean_square(self.judged("B", fakes["B"]) - 1) + mean_square(self.judged("A", fakes["A"]) - 1)
                + 10 * mean_distance(self.made("G_B", fakes["B"]), a)
                + 10 * mean_distance(self.made("G_A", fakes["A"]), b)
                + 0.5 * (10 * mean_distance(self.made("G_A", b), b) + 10 * mean_distance(self.made("G_B", a), a)))


class CyCADA(Reference):
    antialiased = False
    dropout = True

    def generators(self, fakes, sure, **_):
        a, b = self.images["A"], self.images["B"]
        total = (2 * mean_square(self.judged("B", fakes["B"]) - 1) + mean_square(self.judged("A", fakes["A"]) - 1)
                 + mean_distance(self.made("G_B", fakes["B"]), a) + mean_distance(self.made("G_A", fakes["A"]), b))
        if sure:
            own = family.classified(self.w["CLS"], b).argmax(1)
            total = (total + family.cross_entropy(family.classified(self.w["CLS"], fakes["B"]), self.labels)
                     + family.cross_entropy(family.classified(self.w["CLS"], fakes["A"]), own))
        return total

    def classifier(self):
        return family.cross_entropy(family.classified(self.w["CLS"], self.images["A"]), self.labels)


class CUT(Reference):
    judged_by = {"B": "D"}
    makers = {"B": "G"}
    taps = (0, 4, 8, 12, 16)

    def contrasted(self, images, translations, mirrored=False):
        seen = self.layers("G", translations)
        if mirrored:
            seen = {tap: maps.flip(3) for tap, maps in seen.items()}
        return family.mean_contrast(self.vectors("F", seen), self.vectors("F", self.layers("G", images)), False)

    def generators(self, fakes, **_):
        a, b = self.images["A"], self.images["B"]
        return (mean_square(self.judged("B", fakes["B"]) - 1)
                + (self.contrasted(a, fakes["B"]) + self.contrasted(b, self.made("G", b))) / 2)


class FastCUT(CUT):
    mirrored = False

    def fakes(self):
        return {"B": self.made("G", self.images["A"].flip(3) if self.mirrored else self.images["A"])}

    def generators(self, fakes, **_):
        return (mean_square(self.judged("B", fakes["B"]) - 1)
                + 10 * self.contrasted(self.images["A"], fakes["B"], self.mirrored))


class DCLGAN(Reference):
    taps = (4, 8, 12, 16)
    contrast_weight = 2

    def discriminators(self, fakes):
        return sum((1 - self.judged(domain, self.images[domain])).clamp(min=0).mean()
                   + (1 + self.judged(domain, fake.detach())).clamp(min=0).mean()
                   for domain, fake in fakes.items()) / 2

    def generators(self, fakes, **_):
        a, b = self.images["A"], self.images["B"]
        deceiving = [(1 - self.judged(domain, fakes[domain])).clamp(min=0).mean() for domain in "BA"]
        first = family.mean_contrast(self.vectors("F2", self.layers("G_B", fakes["B"])),
                                     self.vectors("F1", self.layers("G_A", a)), True)
        second = family.mean_contrast(self.vectors("F1", self.layers("G_A", fakes["A"])),
                                      self.vectors("F2", self.layers("G_B", b)), True)
        return (sum(deceiving) / 2 + self.contrast_weight * (first + second) / 2
                + (mean_distance(self.made("G_A", b), b) + mean_distance(self.made("G_B", a), a)) / 2)


class SimDCL(DCLGAN):
    contrast_weight = 1

    def mapped(self, mapper, projector, generator, images):
        return family.mapped(self.w[mapper], self.vectors(projector, self.layers(generator, images)))

    def generators(self, fakes, **_):
        a, b = self.images["A"], self.images["B"]
        return (super().generators(fakes)
                + 10 * mean_distance(self.mapped("F3", "F1", "G_A", a), self.mapped("F6", "F1", "G_A", fakes["A"]))
                + 10 * mean_distance(self.mapped("F4", "F2", "G_B", fakes["B"]), self.mapped("F5", "F2", "G_B", b)))
