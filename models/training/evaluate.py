"""Measures generators on held-out images.

    python evaluate.py CHECKPOINT --data FOLDER [--image-size 64] [--json] [--sheet FILE.png]
    python evaluate.py CHECKPOINT --a FOLDER --b FOLDER [--image-size 64] [--json]

The second way has the figures that `ugatit evaluate` tells, and for want of training images the floor of one random half of
the target domain's images to the other.

Printed, for A to B and, where there is a generator for it, B to A (the CHECKPOINT is a file or folder in the public
format or a model directory; CPU, under two minutes at 128 pixels):

- sliced Wasserstein distance × 1000 by pyramid level: of the translated test images to the real ones of the
  target domain; its floor, a random half of the target domain's training images to its test images; its
  ceiling, the untranslated test images; the ratio to the floor (aim: at most 1.5 at every level), and between
  which ratios samples of the training images lie, as many images as were translated: what chance does;
- cycle (of pairs) and identity L1 in the range -1...1, per colour value;
- CAM accuracy: how often the auxiliary classifiers of U-GAT-IT tell source from target images (logit above 0);
- rank correlation of skin and hair colour between an image and its translation (aim: at least 0.6).
"""

import argparse
import json
from pathlib import Path

import torch

from ugatit.checkpoint import by_direction, generator_of, read_checkpoint
from ugatit.colours import colour_agreement
from ugatit.generator import Generator
from ugatit.losses import classified
from ugatit.normalization import NORMALIZATIONS
from ugatit.pictures import BICUBIC, BILINEAR, normalised, picture_files, planar, read_picture
from ugatit.sheet import contact_sheet
from ugatit.wasserstein import wasserstein_by_level

SHEET_ROWS = 24
SAMPLES = 5


def load_images(folder, size, keep=None, resampling=BILINEAR):
    """All images of a folder (N, 3, size, size), or a random share `keep`, the same each time."""
    files = picture_files(folder)
    if keep:
        order = torch.randperm(len(files), generator=torch.Generator().manual_seed(0))
        files = [files[index] for index in order[:round(keep * len(files))]]
    return torch.stack([normalised(planar(read_picture(path, size, size, resampling))) for path in files])


def resampling_of(generator):
    """The filter that the generator's public code resizes by."""
    return BILINEAR if isinstance(generator, Generator) else BICUBIC


def translate(generator, images, batch=10):
    """Translated images."""
    return torch.cat([generator.translate(part)[0] for part in images.split(batch)])


def cam_accuracy(generator, source, target, batch=10):
    """How often the auxiliary classifiers are right."""
    right = [(generator(part)[1] > 0) == belongs for images, belongs in ((source, True), (target, False))
             for part in images.split(batch)]
    return torch.cat(right).float().mean().item()


def cam_loss(generator, source, target, batch=10):
    """Cross entropy of the auxiliary classifiers, of both domains added."""
    return sum(classified(torch.cat([generator(part)[1] for part in images.split(batch)]), belongs).item()
               for images, belongs in ((source, 1.0), (target, 0.0)))


def halves(images):
    """Two halves, at random, the same each time."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    return images[order[:len(images) // 2]], images[order[len(images) // 2:]]


def measure(forth, back, source, target, target_training=None):
    """The figures of one direction, by name, and the translations; `back` is None where there is none.  Without training
    images the floor is made of the target images themselves."""
    translated = translate(forth, source)
    distances = wasserstein_by_level(translated, target)
    floor = wasserstein_by_level(*(halves(target) if target_training is None else (target_training, target)))
    ceiling = wasserstein_by_level(source, target)
    figures = {
        "swd": {str(level): {"translated": distances[level], "floor": floor[level], "ceiling": ceiling[level],
                             "ratio": distances[level] / floor[level]} for level in distances},
        "identity_l1": (translate(forth, target) - target).abs().mean().item(),
    }
    if target_training is not None:
        samples = [wasserstein_by_level(part, target) for part in target_training.split(len(source))[:SAMPLES]]
        for level, figure in figures["swd"].items():
            figure["sample_ratios"] = sorted(sample[int(level)] / figure["floor"] for sample in samples)
    if back is not None:
        figures["cycle_l1"] = (translate(back, translated) - source).abs().mean().item()
    if isinstance(forth, Generator) and forth.shape.cam:
        figures["cam_accuracy"] = cam_accuracy(forth, source, target)
        figures["cam_loss"] = cam_loss(forth, source, target)
    return figures, translated


def folders(data, part):
    """Domain -> folder, of a data set with trainA, trainB, testA, testB."""
    return {domain: data / f"{part}{domain}" for domain in "AB"}


@torch.no_grad()
def evaluate(generators, test, size, training=None):
    """Direction -> its figures, of generators by direction.  `test` and `training` are folders by domain."""
    resampling = resampling_of(generators["A2B"])
    test = {domain: load_images(folder, size, resampling=resampling) for domain, folder in test.items()}
    figures = {}
    for direction, forth in generators.items():
        source, target = direction[0], direction[2]
        training_images = training and load_images(training[target], size, keep=0.5, resampling=resampling)
        figures[direction], translated = measure(
            forth, generators.get(f"{target}2{source}"), test[source], test[target], training_images)
        selfies, toons = (test["A"], translated) if source == "A" else (translated, test["B"])
        figures[direction]["colour_correlation"] = colour_agreement(selfies, toons)
    return figures


def report(figures):
    """The figures as text."""
    for direction, values in figures.items():
        print(direction)
        for level, distance in values["swd"].items():
            samples = distance.get("sample_ratios", [])
            print(f"  SWD x1000 at {level:>3} px: {distance['translated']:6.1f} ="
                  f" {distance['ratio']:.2f} x floor  (floor {distance['floor']:.1f},"
                  f" ceiling {distance['ceiling']:.1f}"
                  + (f", as many real images {samples[0]:.2f} to {samples[-1]:.2f})" if samples else ")"))
        told = [f"identity L1 {values['identity_l1']:.3f}"]
        if "cycle_l1" in values:
            told.insert(0, f"cycle L1 {values['cycle_l1']:.3f}")
        if "cam_accuracy" in values:
            told.append(f"CAM accuracy {values['cam_accuracy']:.1%}")
        print("  " + ", ".join(told))
        print("  rank correlation of colour: "
              + ", ".join(f"{region} {value:.2f}" for region, value in values["colour_correlation"].items()))


@torch.no_grad()
def write_sheet(generators, data, size, path):
    resampling = resampling_of(generators["A2B"])
    images = [load_images(data / f"test{domain}", size, resampling=resampling)[:SHEET_ROWS] for domain in "AB"]
    contact_sheet(generators, *images).save(path)


def main():
    parser = argparse.ArgumentParser(description="Measure generators on held-out images.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--data", type=Path, help="folder with trainA, trainB, testA, testB")
    parser.add_argument("--a", type=Path, help="folder of domain A, where there are no training images")
    parser.add_argument("--b", type=Path, help="folder of domain B")
    parser.add_argument("--image-size", type=int, default=256)
    parser.add_argument("--normalization", choices=NORMALIZATIONS,
                        help="what a U-GAT-IT generator of --normalization in, ln or gn was trained with: its weights"
                        " do not tell")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sheet", type=Path, help="also write a contact sheet of the first 24 test images")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    if (options.data is None) != (options.a is not None and options.b is not None):
        parser.error("either --data, or --a and --b")
    if options.sheet and not options.data:
        parser.error("--sheet is made of --data")
    if options.threads:
        torch.set_num_threads(options.threads)

    generators = {direction: generator_of(weights, options.image_size, options.normalization)
                  for direction, weights in by_direction(read_checkpoint(options.checkpoint)).items()}
    if options.data:
        test, training = folders(options.data, "test"), folders(options.data, "train")
    else:
        test, training = {"A": options.a, "B": options.b}, None
    figures = evaluate(generators, test, options.image_size, training)
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        report(figures)
    if options.sheet:
        write_sheet(generators, options.data, options.image_size, options.sheet)


if __name__ == "__main__":
    main()
