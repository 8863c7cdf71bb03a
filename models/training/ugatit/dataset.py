"""Unpaired training images of one domain."""

import csv

import torch
from torch.nn import functional

from .pictures import BILINEAR, normalised, picture_files, planar, read_picture


def files_without(folder, sources, left_out):
    """The pictures of `folder` but those that the tab-separated table `sources` (columns `file`, relative to
    the table's own folder, and `dataset`) says come from the data set `left_out`."""
    with open(sources, newline="") as table:
        unwanted = {sources.parent / row["file"] for row in csv.DictReader(table, delimiter="\t")
                    if row["dataset"] == left_out}
    if not unwanted:
        raise SystemExit(f"{sources} names no picture of the data set {left_out}")
    return [path for path in picture_files(folder) if path not in unwanted]


def labels_of(files, table):
    """The classes of pictures by the tab-separated table (columns `file`, relative to the table's own folder, and
    `label`, a number from 0 to 9)."""
    try:
        with open(table, newline="") as rows:
            labels = {table.parent / row["file"]: int(row["label"]) for row in csv.DictReader(rows, delimiter="\t")}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SystemExit(f"{table} is to name the class of each picture of A, in columns file and label: {error!r}") \
            from None
    missing = [path for path in files if labels.get(path) not in range(10)]
    if missing:
        raise SystemExit(f"{table} has no label from 0 to 9 for {missing[0]} (and {len(missing) - 1} more)")
    return torch.tensor([labels[path] for path in files])


class Domain:
    """One domain's images at one size, held in memory as bytes; batches are a pure function of `seed`, `name`
    and step, so a resumed run sees what an uninterrupted one would have seen.

    Augmentation is the paper's: images are enlarged by 30/256, cropped at random to `size`, and mirrored half
    of the time (appendix B.2). So a generator never sees whole images, which are what it is given once it
    serves, with heads that are smaller by a tenth. With `whole`, crops have that share of an image at least,
    and up to all of it. With `augmented` false images are shown as they are.

    `labels`, where given, are the classes of the files.
    """

    def __init__(self, name, files, size, seed, whole=False, resampling=BILINEAR, augmented=True, labels=None):
        self.name, self.size, self.seed, self.whole = name, size, seed, whole
        self.resampling, self.augmented, self.labels = resampling, augmented, labels
        enlarged = size + size * 30 // 256 if augmented else size
        # Crops of an image of just the size would be blurred once more by resizing.
        stored = 2 * size if whole else enlarged
        self.smallest = stored * size // enlarged
        self.images = torch.stack([planar(read_picture(path, stored, stored, resampling)) for path in files])

    def generator(self, *key):
        """Random numbers that depend on the seed, the domain and `key` only."""
        mixed = self.seed
        for value in (*self.name.encode(), *key):
            mixed = (mixed * 6364136223846793005 + value + 1442695040888963407) % 2**63
        return torch.Generator().manual_seed(mixed)

    def indices(self, step, batch):
        """Each epoch is a shuffle of its own; a batch may span two epochs."""
        count = len(self.images)
        positions = range(step * batch, (step + 1) * batch)
        shuffles = {epoch: torch.randperm(count, generator=self.generator(0, epoch))
                    for epoch in {position // count for position in positions}}
        return [int(shuffles[position // count][position % count]) for position in positions]

    def batch(self, step, batch):
        """Augmented images (batch, 3, size, size) in -1...1."""
        random = self.generator(1, step)
        crops = []
        for index in self.indices(step, batch):
            image = self.images[index]
            side = self.smallest
            if self.whole:
                side += int(torch.randint(image.shape[-1] - side + 1, (), generator=random))
            top, left, mirrored = torch.randint(0, 2**31, (3,), generator=random).tolist()
            spare = image.shape[-1] - side
            top, left = top % (spare + 1), left % (spare + 1)
            crop = resized(image[:, top:top + side, left:left + side], self.size, self.resampling)
            crops.append(crop.flip(-1) if self.augmented and mirrored % 2 else crop)
        return normalised(torch.stack(crops))

    def batch_labels(self, step, batch):
        """The classes (batch) of that step's images, None where there are none."""
        return None if self.labels is None else self.labels[self.indices(step, batch)]


def resized(image, size, resampling):
    """Bytes (3, H, W) stretched to size × size by the filter of `read_picture`."""
    if image.shape[-1] == size:
        return image
    mode = "bilinear" if resampling == BILINEAR else "bicubic"
    enlarged = functional.interpolate(image[None].float(), (size, size), mode=mode, antialias=True)[0]
    return enlarged.round().clamp(0, 255)
