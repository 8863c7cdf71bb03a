"""Makes the checkpoints whose weights are clean and whose surroundings are not, and those whose bytes lie otherwise.

    python make_surroundings.py        (torch, numpy)

Every file has genA2B.weight, the numbers 0, 0.5, ... 5.5 as [3, 4]; SurroundingsTests knows what stands beside it.
"""

import argparse
import collections
import datetime
import io
import os
import pathlib
import random
import struct
import zipfile

import numpy
import torch

HERE = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(HERE, name)


def weight():
    return torch.arange(12, dtype=torch.float32).reshape(3, 4) / 2


class Tagged(torch.Tensor):
    """A class of its own: its numbers need not mean what they say."""


class Options(dict):
    """A dictionary of the training script's own."""


def surroundings():
    parameter = torch.nn.Parameter(weight()[:1].clone())
    parameter.learning_rate = 0.1
    tensor = weight()[:2].clone()
    tensor.origin = "resumed"
    options = Options(batch=4)
    options.mode = "train"
    return {
        "args": argparse.Namespace(dataset="selfie2anime", light=True, betas=(0.5, 0.999)),
        "best": numpy.float64(0.25),
        "losses": [numpy.float32(index) for index in range(5)],
        "curve": numpy.arange(6.0),
        "times": collections.defaultdict(list, {"epoch": [1.5, 2.5]}),
        "weights_of": collections.defaultdict(dict, {"first": {"w": torch.ones(2)}}),
        "seen": {1, 2, 3},
        "frozen": frozenset(["a"]),
        "phase": 1 + 2j,
        "blob": b"\x00\xff\x10",
        "array": bytearray(b"\x00\xff"),
        "date": datetime.datetime(2019, 7, 25, 12, 30),
        "folder": pathlib.PurePosixPath("results/selfie2anime"),
        "python_rng": random.Random(7).getstate()[:2],
        "numpy_rng": numpy.random.RandomState(7).get_state()[:1],
        "rng": torch.zeros(16, dtype=torch.uint8),
        "options": options,
        "counter": collections.Counter("aab"),
        "sparse": torch.eye(3).to_sparse(),
        "quantized": torch.quantize_per_tensor(torch.ones(4), 0.1, 0, torch.qint8),
        "complex": torch.ones(2, dtype=torch.complex64),
        "conjugated": torch.ones(2, dtype=torch.complex64).conj(),
        "parameter": parameter,
        "attributed": tensor,
        "tagged": torch.ones(3).as_subclass(Tagged),
        "none": None,
        "genA2B": collections.OrderedDict(weight=weight()),
    }


def types():
    """One network in four types, of which a rho is F64."""
    numbers = weight()
    return {
        "genA2B": collections.OrderedDict(
            weight=numbers, rho=numbers.double() / 3, half=numbers.half(), brain=numbers.bfloat16(),
            columns=numbers.double().t(), steps=torch.tensor(7),
        )
    }


def big_endian():
    """The zip format as a big-endian machine writes it: the elements swapped, and a member that says so."""
    buffer = io.BytesIO()
    torch.save(types(), buffer)
    widths = {"0": 4, "1": 8, "2": 2, "3": 2, "4": 8, "5": 8}
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path("big_endian.pt"), "w") as copy:
        for member in source.namelist():
            data, (folder, _, key) = source.read(member), member.rpartition("/")
            if member.endswith("/byteorder"):
                data = b"big"
            if folder.endswith("/data"):
                data = numpy.frombuffer(data, dtype=f"u{widths[key]}").byteswap().tobytes()
            copy.writestr(member, data)


def legacy_big_endian():
    """The legacy format of a big-endian machine: its elements are little-endian all the same."""
    buffer = io.BytesIO()
    torch.save({"genA2B": {"weight": weight()}}, buffer, _use_new_zipfile_serialization=False)
    true, false = b"little_endianq\x02\x88", b"little_endianq\x02\x89"
    assert buffer.getvalue().count(true) == 1
    with open(path("legacy_big_endian.pt"), "wb") as file:
        file.write(buffer.getvalue().replace(true, false))


def python2():
    """Bytes that are no text in a string, as pickles of Python 2 have them: numpy's scalars, for one."""
    storage = b"(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" + b"0X\3\0\0\0cpuK\x0ctQ"
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\0K\3K\4\x86K\4K\1\x86\x89ccollections\nOrderedDict\n)RtR"
    scalar = b"cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(U\2f8K\0K\1tR(K\3U\1<NNNJ\xff\xff\xff\xff"
    scalar += b"J\xff\xff\xff\xffK\0tbU\x08\x9a\x99\x99\x99\x99\x99\xb9\x3ftR"
    pickled = b"\x80\2}(X\4\0\0\0bestU" + b"\1\xffX\5\0\0\0other" + scalar
    pickled += b"X\6\0\0\0genA2B}X\6\0\0\0weight" + tensor + b"su."
    with zipfile.ZipFile(path("python2.pt"), "w") as file:
        file.writestr("archive/data.pkl", pickled)
        file.writestr("archive/data/0", struct.pack("<12f", *weight().flatten().tolist()))


def main():
    torch.save(surroundings(), path("surroundings.pt"))
    torch.save(surroundings(), path("legacy_surroundings.pt"), _use_new_zipfile_serialization=False)
    torch.save(types(), path("types.pt"))
    big_endian()
    legacy_big_endian()
    python2()
    for name in ("surroundings", "legacy_surroundings", "types", "big_endian", "legacy_big_endian", "python2"):
        os.chmod(path(name + ".pt"), 0o644)


main()
