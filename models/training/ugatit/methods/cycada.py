"""The image step of CyCADA (Hoffman et al., ICML 2018), which carries labelled images of A into B."""

import math

from torch.nn import functional

from ..resnet.classifier import Classifier
from ..schedule import Phase
from .cyclegan import CycleGAN

CLASSIFIER_RATE = 1e-3


class CyCADA(CycleGAN):
    """CycleGAN on small images, in large batches, with equal weights and no identity, and a classifier beside it
    that learns from A's images and their labels, while translations are to keep their class.

    As in the public code, and not said in the paper: the generator into B pays twice for being found out; a
    translation from A is to have its label, one from B the class that the classifier gives the image itself; both
    count only where the classifier's loss in the step before was at most 1; the classifier's rate does not fall. The
    generators have dropout, which the public test script leaves on; here what is exported is made without.
    """

    name = "cycada"
    losses = {"adversarial": 1.0, "cycle": 1.0, "identity": 0.0, "semantic": 1.0}
    holds = False
    augmented = False
    labelled = True
    dropout = True
    sure = 1.0  # the largest loss of a classifier that is worth listening to

    def __init__(self, recipe, device="cpu"):
        super().__init__(recipe, device)
        self.add_networks("classifier", {"CLS": self.initialised(Classifier())})
        self.remembered["classifier_loss"] = math.inf

    @classmethod
    def published_phase(cls, images):
        return Phase(32, cls.epochs * -(-images // 100), 100)

    @classmethod
    def mistake_of_phase(cls, phase):
        if phase.size > 44:
            return "--phases: cycada's classifier is for images of 32 to 44 pixels"
        if phase.batch == 1:
            return "--phases: cycada's classifier is normalised by batch, so one has two at least"
        return None

    def freeze_discriminators(self, frozen):
        super().freeze_discriminators(frozen)
        self.networks["CLS"].requires_grad_(not frozen)

    def method_losses(self, batch, made):
        return super().method_losses(batch, made) | {"semantic": self.semantic_loss(batch, made)}

    def adversarial_loss(self, deceiving):
        return 2 * deceiving["B"] + deceiving["A"]

    def semantic_loss(self, batch, made):
        if self.remembered["classifier_loss"] > self.sure:
            return made["B"].fake.new_zeros(())
        # Pass by pass: the classifier's batch normalisations would mix the images of one batch.
        classify = self.callables["CLS"]
        own_classes = classify(batch.b).argmax(dim=1)
        return (functional.cross_entropy(classify(made["B"].fake), batch.labels)
                + functional.cross_entropy(classify(made["A"].fake), own_classes))

    def train_step(self, batch, generator_rate, discriminator_rate):
        losses = super().train_step(batch, generator_rate, discriminator_rate)
        batch = self.moved(batch)
        loss = functional.cross_entropy(self.callables["CLS"](batch.a), batch.labels)
        self.update(loss, {"classifier": CLASSIFIER_RATE})
        self.remembered["classifier_loss"] = loss.item()
        return losses | {"classifier": loss.detach()}
