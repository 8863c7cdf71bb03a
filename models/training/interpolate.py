"""Writes a checkpoint between two: the generators' weights, averaged.

    python interpolate.py FIRST SECOND CHECKPOINT [--share 0.5]

For a SECOND that was trained on from FIRST. The way between them is then short, and the generators on it trade
what one does well for what the other does (Wortsman et al., CVPR 2022): no training, and a measurement tells
how far to go. Those of two separate trainings have nothing in common, and their average is of no use.
"""

import argparse
from pathlib import Path

import torch

from ugatit.checkpoint import by_direction, fits, named, read_checkpoint, write_checkpoint


def interpolated(first, second, share):
    """The generators of two public checkpoints, `share` (0...1) of them the second's."""
    first, second, mixed = by_direction(first), by_direction(second), {}
    for direction, weights in first.items():
        other = second.get(direction, {})
        if not fits(weights, other):
            raise SystemExit(f"the two generators {direction} are of different shapes: nothing lies between them")
        mixed[direction] = {key: torch.lerp(value, other[key], share) for key, value in weights.items()}
    return named(mixed)


def main():
    parser = argparse.ArgumentParser(description="Average two checkpoints of one training.")
    parser.add_argument("first", type=Path, help="checkpoint in the public format, or model directory")
    parser.add_argument("second", type=Path, help="the same")
    parser.add_argument("checkpoint", type=Path, help="what to write")
    parser.add_argument("--share", type=float, default=0.5, help="of the second; 0 is the first, 1 the second")
    options = parser.parse_args()
    if not 0 <= options.share <= 1:
        parser.error("--share is between 0 and 1")
    first, second = read_checkpoint(options.first), read_checkpoint(options.second)
    write_checkpoint(interpolated(first, second, options.share), options.checkpoint)


if __name__ == "__main__":
    main()
