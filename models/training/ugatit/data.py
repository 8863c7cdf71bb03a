"""The images of a run."""

import torch

from .colours import colour_losses
from .coarse import coarse_losses
from .dataset import Domain, files_without, labels_of
from .pictures import normalised, picture_files, planar, read_picture
from .batch import Batch

SHEET_ROWS = 8


class Files:
    """The pictures of both domains. `method` says how they are read."""

    def __init__(self, data, method, sources=None, leave_out=None):
        self.method = method
        self.training = {name: picture_files(data / f"train{name}") for name in "AB"}
        if leave_out:
            self.training["A"] = files_without(data / "trainA", sources, leave_out)
        self.held_out = {name: picture_files(data / f"test{name}") for name in "AB"}
        self.labels = labels_of(self.training["A"], data / "labels_a.tsv") if method.labelled else None

    @property
    def larger(self):
        """How many images the larger domain has."""
        return max(map(len, self.training.values()))


class Data:
    """Training images of both domains and a few held-out ones for the sheets, at one size."""

    def __init__(self, files, size, seed, whole):
        method, self.size = files.method, size
        self.domains = [Domain(name, paths, size, seed, whole, method.resampling, method.augmented,
                               files.labels if name == "A" else None)
                        for name, paths in files.training.items()]
        self.shown = [torch.stack([normalised(planar(read_picture(path, size, size, method.resampling)))
                                   for path in paths[:SHEET_ROWS]]) for paths in files.held_out.values()]

    def losses_for(self, trainer):
        """Sets the losses that compare with all of the data, where the trainer weighs them."""
        if trainer.weights["colour"]:
            trainer.colours = colour_losses(*(domain.images for domain in self.domains))
        if trainer.weights["coarse"]:
            trainer.coarse = coarse_losses(self.domains)

    def batches(self, step, size, count):
        """The `count` batches of a step."""
        a, b = self.domains
        return [Batch(a.batch(index, size), b.batch(index, size), a.batch_labels(index, size))
                for index in range(step * count, (step + 1) * count)]
