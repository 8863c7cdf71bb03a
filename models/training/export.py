"""Writes a checkpoint in the public format from a training state.

    python export.py OUT/state.pt CHECKPOINT [--discriminators]

`train.py` keeps the generators up to date beside its state; this is for the checkpoint that travels: with
the discriminators, another machine's run goes on from it (`train.py --start-from`). CHECKPOINT is a file for
U-GAT-IT, and a folder with a file for each network for the other methods, as public code has them.
"""

import argparse
from pathlib import Path

import torch

from ugatit.checkpoint import write_checkpoint
from ugatit.state import public_networks


def main():
    parser = argparse.ArgumentParser(description="Write a public checkpoint from a training state.")
    parser.add_argument("state", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--discriminators", action="store_true",
                        help="put the discriminators in as well, and what else learnt")
    options = parser.parse_args()
    state = torch.load(options.state, map_location="cpu", mmap=True, weights_only=True)
    write_checkpoint(public_networks(state, options.discriminators), options.checkpoint)


if __name__ == "__main__":
    main()
