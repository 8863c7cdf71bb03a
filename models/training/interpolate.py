"""Writes a checkpoint between two: the generators' weights, averaged.

    python interpolate.py FIRST SECOND CHECKPOINT [--share 0.5]

For a SECOND that was trained on from FIRST. The way between them is then short, and the generators on it trade
what one does well for what the other does (Wortsman et al., CVPR 2022): no training, and a measurement tells
how far to go. Those of two separate trainings have nothing in common, and their average is of no use.
"""

import argparse
from pathlib import Path

import torch

from ugatit.state import fits, read_checkpoint, write_atomically
from ugatit.trainer import GENERATORS


def interpolated(first, second, share):
    """The generators of two public checkpoints, `share` (0...1) of them the second's."""
    mixed = {}
    for name in GENERATORS:
        if not fits(first[name], second[name]):
            raise SystemExit(f"the two {name} are of different shapes: nothing lies between them")
        mixed[name] = {key: torch.lerp(value, second[name][key], share) for key, value in first[name].items()}
    return mixed


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
    write_atomically(interpolated(first, second, options.share), options.checkpoint)


if __name__ == "__main__":
    main()
