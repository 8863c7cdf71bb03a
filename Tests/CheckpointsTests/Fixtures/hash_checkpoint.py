"""Prints the SHA-256 of every weight of a checkpoint, as PyTorch reads it, converted to F32.

    python hash_checkpoint.py CHECKPOINT > HASHES
    UGATIT_CHECKPOINT=CHECKPOINT UGATIT_CHECKPOINT_HASHES=HASHES swift test --filter RealCheckpointTests
"""

import hashlib
import sys

import torch


def flattened(value, name=""):
    if isinstance(value, torch.Tensor):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from flattened(item, f"{name}.{key}" if name else str(key))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from flattened(item, f"{name}.{index}")


for name, tensor in flattened(torch.load(sys.argv[1], map_location="cpu", mmap=None)):
    if tensor.dtype in (torch.float32, torch.float16, torch.bfloat16):
        numbers = tensor.detach().float().contiguous().numpy()
        print(hashlib.sha256(numbers.tobytes()).hexdigest(), name)
