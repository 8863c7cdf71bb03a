"""Writes the random network as a public checkpoint: python -m peers.checkpoint VARIANT FILE"""

import sys

import torch

from .network import Network

if __name__ == "__main__":
    variant, path = sys.argv[1:]
    torch.save({"genA2B": Network(variant).generator().state_dict()}, path)
