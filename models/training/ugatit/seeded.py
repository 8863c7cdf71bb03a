"""Weights and inputs from a seed, the same bits in every language.

A tensor's values are drawn in row-major order from a generator of its own, so that neither the order of the
tensors nor their number matters:

- state = FNV-1a-64 of the tensor's name in UTF-8 (offset basis 14695981039346656037, prime 1099511628211),
  XOR the seed (an unsigned 64-bit number);
- each draw is one of SplitMix64 (Steele et al. 2014), all modulo 2^64: state += 0x9E3779B97F4A7C15;
  z = state; z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9; z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  z = z ^ (z >> 31);
- u = Double(z >> 11) * 2^-53, in [0, 1);
- value = Float32(low + (high - low) * u), computed in double and rounded once, to nearest even.

Bounds low, high by the tensor's name (without a prefix such as "genA2B."), the first rule that fits:

| name                                             | low             | high            |
|--------------------------------------------------|-----------------|-----------------|
| ends with ".rho" (AdaLIN and ILN)                | 0               | 1               |
| ends with ".gamma" (ILN)                         | 0.5             | 1.5             |
| ends with ".beta" (ILN)                          | -0.5            | 0.5             |
| ends with ".bias"                                | -0.1            | 0.1             |
| ends with ".running_mean" (BatchNorm)            | -0.5            | 0.5             |
| ends with ".running_var", or ".weight" of one dimension (BatchNorm) | 0.5 | 1.5          |
| "FC.0.weight" "FC.2.weight" "gamma.weight" "beta.weight" | -sqrt(6/fan_in) | sqrt(6/fan_in) |
| every other weight                               | -sqrt(3/fan_in) | sqrt(3/fan_in)  |
| "input" (not a weight: images, N x 3 x H x W)    | -1              | 1               |

fan_in is the product of all dimensions but the first.
"""

import math

import numpy
import torch

GOLDEN = numpy.uint64(0x9E3779B97F4A7C15)


def fnv1a(name):
    value = 14695981039346656037
    for byte in name.encode():
        value = ((value ^ byte) * 1099511628211) % 2**64
    return value


def split_mix(state, count):
    """The first `count` draws of SplitMix64 from `state`, as uint64."""
    steps = numpy.arange(1, count + 1, dtype=numpy.uint64)
    z = numpy.uint64(state) + steps * GOLDEN
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return z ^ (z >> numpy.uint64(31))


def bounds(name, shape):
    if name == "input":
        return -1.0, 1.0
    if name.endswith(".rho"):
        return 0.0, 1.0
    if name.endswith(".gamma"):
        return 0.5, 1.5
    if name.endswith(".beta"):
        return -0.5, 0.5
    if name.endswith(".bias"):
        return -0.1, 0.1
    if name.endswith(".running_mean"):
        return -0.5, 0.5
    if name.endswith(".running_var") or len(shape) == 1 and name.endswith(".weight"):
        return 0.5, 1.5
    styling = name in ("FC.0.weight", "FC.2.weight", "gamma.weight", "beta.weight")
    limit = math.sqrt((6 if styling else 3) / math.prod(shape[1:]))
    return -limit, limit


def seeded_tensor(name, shape, seed):
    """An F32 tensor of `shape`, by the rule above."""
    low, high = bounds(name, shape)
    draws = split_mix(fnv1a(name) ^ seed, math.prod(shape))
    uniform = (draws >> numpy.uint64(11)).astype(numpy.float64) * 2.0**-53
    values = (low + (high - low) * uniform).astype(numpy.float32)
    return torch.from_numpy(values.reshape(shape))


@torch.no_grad()
def seed_weights(generator, seed):
    """Gives every parameter of a generator its value by the rule above."""
    for name, parameter in generator.named_parameters():
        parameter.copy_(seeded_tensor(name, tuple(parameter.shape), seed))
