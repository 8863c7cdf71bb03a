"""Writes a checkpoint in the public format from a training state.

    python export.py OUT/state.pt CHECKPOINT [--discriminators]

`train.py` keeps `generators.pt` up to date beside its state; this is for the checkpoint that travels: with
the discriminators, another machine's run goes on from it (`train.py --start-from`).
"""

import argparse
from pathlib import Path

import torch

from ugatit.state import public_checkpoint, write_atomically


def main():
    parser = argparse.ArgumentParser(description="Write a public checkpoint from a training state.")
    parser.add_argument("state", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--discriminators", action="store_true", help="put the discriminators in as well")
    options = parser.parse_args()
    state = torch.load(options.state, map_location="cpu", mmap=True, weights_only=True)
    write_atomically(public_checkpoint(state, options.discriminators), options.checkpoint)


if __name__ == "__main__":
    main()
