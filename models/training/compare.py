"""Compares `ugatit` with PyTorch on real weights and pictures.

    python compare.py .build/release/ugatit CHECKPOINT FOLDER [--image-size 64] [--direction A2B] [--limit 20]

Imports the checkpoint in F32 into a temporary model directory, translates the folder's pictures with both,
and prints how far the pixels lie apart. Exit code 1 where fewer than 99.9 % of all pixels are within 1 of 255
in each channel. The two resize filters may round differently by 1 of 255, and both round the result: hence no
equality.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import torch

from ugatit.checkpoint import by_direction, generator_of, read_checkpoint
from ugatit.pictures import normalised, picture_files, pixels, planar, read_picture

SHARE = 0.999


def by_ugatit(options, pictures, folder):
    """Translates copies of `pictures` in one call; returns the answers as arrays (H, W, 3)."""
    sources, answers, models = folder / "in", folder / "out", folder / "models"
    sources.mkdir()
    for picture in pictures:
        shutil.copy(picture, sources)
    subprocess.run([options.ugatit, "import", options.checkpoint, "--name", "compared", "--models", models,
                    "--precision", "f32", "--image-size", str(options.image_size)], check=True)
    subprocess.run([options.ugatit, "translate", sources, "-o", answers, "--models", models,
                    "--model", "compared", "--direction", options.direction, "--precision", "f32"],
                   check=True)
    return [numpy.array(read_picture(answers / f"{picture.stem}.png")) for picture in pictures]


@torch.no_grad()
def by_torch(options, pictures):
    weights = by_direction(read_checkpoint(options.checkpoint))[options.direction]
    generator = generator_of(weights, options.image_size)
    shape = generator.shape
    images = [normalised(planar(read_picture(path, shape.width, shape.height))) for path in pictures]
    return [pixels(generator(image[None])[0][0]).permute(1, 2, 0).numpy() for image in images]


def main():
    parser = argparse.ArgumentParser(description="Compare ugatit with PyTorch.")
    parser.add_argument("ugatit", type=Path, help="the binary")
    parser.add_argument("checkpoint", type=Path, help="in the public format")
    parser.add_argument("pictures", type=Path, help="folder of PNG and JPEG files")
    parser.add_argument("--image-size", type=int, default=256, help="what a light generator was trained at")
    parser.add_argument("--direction", choices=("A2B", "B2A"), default="A2B")
    parser.add_argument("--limit", type=int, help="take the first so many pictures")
    options = parser.parse_args()

    pictures = picture_files(options.pictures)[:options.limit]
    with tempfile.TemporaryDirectory() as folder:
        answers = by_ugatit(options, pictures, Path(folder))
    within = total = worst = 0
    for path, ours, theirs in zip(pictures, answers, by_torch(options, pictures)):
        if ours.shape != theirs.shape:
            sys.exit(f"{path.name}: ugatit answers {ours.shape[1]}x{ours.shape[0]} pixels,"
                     f" PyTorch {theirs.shape[1]}x{theirs.shape[0]}")
        difference = abs(ours.astype(int) - theirs).max(axis=2)
        print(f"{path.name}: at most {difference.max()} of 255 apart,"
              f" {(difference > 1).mean():.4%} of the pixels more than 1")
        worst, total = max(worst, difference.max()), total + difference.size
        within += (difference <= 1).sum()
    print(f"{len(pictures)} pictures: at most {worst} of 255 apart,"
          f" {within / total:.4%} of the pixels within 1")
    sys.exit(0 if within >= SHARE * total else 1)


if __name__ == "__main__":
    main()
