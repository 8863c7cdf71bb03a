"""Measures a pair of generators on held-out images.

    python evaluate.py CHECKPOINT --data FOLDER [--image-size 64] [--json] [--sheet FILE.png]

Printed, for A to B and B to A (the CHECKPOINT is in the public format or a model directory; CPU, under
two minutes at 128 pixels):

- sliced Wasserstein distance × 1000 by pyramid level: of the translated test images to the real ones of the
  target domain; its floor, a random half of the target domain's training images to its test images; its
  ceiling, the untranslated test images; the ratio to the floor (aim: at most 1.5 at every level), and between
  which ratios samples of the training images lie, as many images as were translated: what chance does;
- cycle and identity L1 in the range -1...1, per colour value;
- CAM accuracy: how often the auxiliary classifiers tell source from target images (logit above 0);
- rank correlation of skin and hair colour between an image and its translation (aim: at least 0.6).
"""

import argparse
import json
from pathlib import Path

import torch

from ugatit.colours import colour_agreement
from ugatit.generator import Generator, GeneratorShape
from ugatit.pictures import normalised, picture_files, planar, read_picture
from ugatit.sheet import contact_sheet
from ugatit.state import read_checkpoint
from ugatit.wasserstein import wasserstein_by_level

SHEET_ROWS = 24
SAMPLES = 5


def load_images(folder, size, keep=None):
    """All images of a folder (N, 3, size, size), or a random share `keep`, the same each time."""
    files = picture_files(folder)
    if keep:
        order = torch.randperm(len(files), generator=torch.Generator().manual_seed(0))
        files = [files[index] for index in order[:round(keep * len(files))]]
    return torch.stack([normalised(planar(read_picture(path, size, size))) for path in files])


def load_generator(checkpoint, name, size):
    generator = Generator(GeneratorShape.of_weights(checkpoint[name], size)).eval()
    generator.load_state_dict(checkpoint[name])
    return generator


def translate(generator, images, batch=10):
    """Translated images and CAM logits (N, 2)."""
    parts = [generator(part)[:2] for part in images.split(batch)]
    return torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts])


def measure(forth, back, source, target, target_training):
    """The figures of one direction, by name, and the translations."""
    translated, source_logits = translate(forth, source)
    same, target_logits = translate(forth, target)
    distances = wasserstein_by_level(translated, target)
    floor = wasserstein_by_level(target_training, target)
    ceiling = wasserstein_by_level(source, target)
    samples = [wasserstein_by_level(part, target) for part in target_training.split(len(source))[:SAMPLES]]
    return {
        "swd": {str(level): {"translated": distances[level], "floor": floor[level], "ceiling": ceiling[level],
                             "ratio": distances[level] / floor[level],
                             "sample_ratios": sorted(sample[level] / floor[level] for sample in samples)}
                for level in distances},
        "cycle_l1": (translate(back, translated)[0] - source).abs().mean().item(),
        "identity_l1": (same - target).abs().mean().item(),
        "cam_accuracy": torch.cat([source_logits > 0, target_logits <= 0]).float().mean().item(),
    }, translated


@torch.no_grad()
def evaluate(checkpoint, data, size):
    a2b, b2a = (load_generator(checkpoint, name, size) for name in ("genA2B", "genB2A"))
    test = {domain: load_images(data / f"test{domain}", size) for domain in "AB"}
    forth, toons = measure(a2b, b2a, test["A"], test["B"], load_images(data / "trainB", size, keep=0.5))
    back, selfies = measure(b2a, a2b, test["B"], test["A"], load_images(data / "trainA", size, keep=0.5))
    forth["colour_correlation"] = colour_agreement(test["A"], toons)
    back["colour_correlation"] = colour_agreement(selfies, test["B"])
    return {"A2B": forth, "B2A": back}


def report(figures):
    """The figures as text."""
    for direction, values in figures.items():
        print(direction)
        for level, distance in values["swd"].items():
            lowest, highest = distance["sample_ratios"][0], distance["sample_ratios"][-1]
            print(f"  SWD x1000 at {level:>3} px: {distance['translated']:6.1f} ="
                  f" {distance['ratio']:.2f} x floor  (floor {distance['floor']:.1f},"
                  f" ceiling {distance['ceiling']:.1f}, as many real images {lowest:.2f} to {highest:.2f})")
        print(f"  cycle L1 {values['cycle_l1']:.3f}, identity L1 {values['identity_l1']:.3f},"
              f" CAM accuracy {values['cam_accuracy']:.1%}")
        print("  rank correlation of colour: "
              + ", ".join(f"{region} {value:.2f}" for region, value in values["colour_correlation"].items()))


@torch.no_grad()
def write_sheet(checkpoint, data, size, path):
    generators = [load_generator(checkpoint, name, size) for name in ("genA2B", "genB2A")]
    images = [load_images(data / f"test{domain}", size)[:SHEET_ROWS] for domain in "AB"]
    contact_sheet(generators, *images).save(path)


def main():
    parser = argparse.ArgumentParser(description="Measure a pair of generators on held-out images.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="folder with trainA, trainB, testA, testB")
    parser.add_argument("--image-size", type=int, default=256)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sheet", type=Path, help="also write a contact sheet of the first 24 test images")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)

    checkpoint = read_checkpoint(options.checkpoint)
    figures = evaluate(checkpoint, options.data, options.image_size)
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        report(figures)
    if options.sheet:
        write_sheet(checkpoint, options.data, options.image_size, options.sheet)


if __name__ == "__main__":
    main()
