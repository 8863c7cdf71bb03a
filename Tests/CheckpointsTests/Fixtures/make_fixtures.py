"""Makes the checkpoints that CheckpointsTests read, and what they hold as safetensors.

    python make_fixtures.py        (torch, numpy, safetensors)

For every NAME.pt that is to be read, NAME.expected.safetensors has its weights, dense and in F32, as
PyTorch itself loads them.
"""

import collections
import io
import os
import pickle
import struct
import zipfile

import torch
from safetensors.torch import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
WEIGHTS = (torch.float32, torch.float16, torch.bfloat16, torch.float64)


def path(name):
    return os.path.join(HERE, name)


def flattened(value, name=""):
    if isinstance(value, torch.Tensor):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from flattened(item, f"{name}.{key}" if name else str(key))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from flattened(item, f"{name}.{index}")


def expect(name, loaded):
    weights = {k: v.detach().float().clone().contiguous() for k, v in flattened(loaded) if v.dtype in WEIGHTS}
    save_file(weights, path(name + ".expected.safetensors"))


def save(name, value, **options):
    torch.save(value, path(name + ".pt"), **options)
    expect(name, torch.load(path(name + ".pt"), weights_only=False))


class Block(torch.nn.Module):
    """Its state dictionary has attributes (_metadata), a buffer, and an integer counter."""

    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 4, 3)
        self.norm = torch.nn.BatchNorm2d(4)


def everything():
    generator = torch.Generator().manual_seed(7)

    def numbers(*shape):
        return torch.randn(*shape, generator=generator)

    base = numbers(6, 8)
    module = Block()
    for parameter in module.parameters():
        parameter.data = numbers(*parameter.shape)
    views = collections.OrderedDict(
        whole=base,
        transposed=base.t(),
        offset=base[2:5],
        stepped=base[::2, 1::3],
        column=base[:, 3],
        permuted=numbers(2, 3, 4).permute(2, 0, 1),
        channels_last=numbers(2, 3, 4, 5).to(memory_format=torch.channels_last),
        expanded=numbers(1, 5).expand(4, 5),
        expanded_scalar=torch.tensor(2.5).expand(2, 3),
        diagonal=base.diagonal(),
        scalar=torch.tensor(-1.25),
        empty=torch.zeros(0, 3),
        single=base[1:2, 1:2],
    )
    halves = numbers(5, 7).half()
    types = {
        "f16": halves,
        "f16_transposed": halves.t(),
        "f16_edges": torch.tensor([0.0, -0.0, 6e-8, 6.1e-5, 65504.0, -65504.0]).half(),
        "bf16": numbers(3, 3).bfloat16(),
        "bf16_column": numbers(3, 3).bfloat16()[:, 1],
        "f64": numbers(3).double(),
        "i64": torch.arange(3),
        "u8": torch.arange(3, dtype=torch.uint8),
        "bool": torch.tensor([True, False]),
        "parameter": torch.nn.Parameter(numbers(2, 2)),
        "frozen": torch.nn.Parameter(numbers(2), requires_grad=False),
    }
    return {
        "genA2B": views,
        "genB2A": module.state_dict(),
        "types": types,
        "optimizer": {
            "state": {0: {"step": torch.tensor(3.0), "exp_avg": numbers(2)}},
            "param_groups": [{"lr": 1e-4, "betas": (0.5, 0.999), "params": [0, 1], "foreach": None}],
        },
        "history": [numbers(2), {"nested": numbers(1)}],
        "iteration": 1 << 40,
        "huge": 1 << 70,
        "negative": -5,
        "name": "selfie2toon",
        "light": True,
        "dtype": torch.float32,
        "device": torch.device("cpu"),
        "layout": torch.strided,
        "size": torch.Size([3, 4]),
    }


def small(seed=3):
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(3, 4, generator=generator)
    return {
        "genA2B": collections.OrderedDict([("a.weight", weight), ("a.rows", weight[1:]), ("b", weight[0].half())]),
        "step": 5,
        "notes": [1.5, None, "text"],
    }


class Evil:
    def __reduce__(self):
        return (os.system, ("touch " + "/tmp/ugatit-unpickler-was-here",))


def evil():
    return {"genA2B": {"weight": torch.zeros(2)}, "payload": Evil()}


def repacked(name, compression):
    """The same members in an ordinary zip file, without zip64 and alignment."""
    with zipfile.ZipFile(path("protocol2.pt")) as source, zipfile.ZipFile(path(name), "w", compression) as copy:
        for member in source.namelist():
            copy.writestr(member, source.read(member))
        copy.comment = b"made by hand PK\x05\x06"


def zip64():
    """The same members, with every size and position where zip64 puts them, as in files above 4 GB."""
    ones = 0xFFFFFFFF
    directory = b""
    with zipfile.ZipFile(path("protocol2.pt")) as source, open(path("zip64.pt"), "wb") as copy:
        members = source.namelist()
        for member in members:
            data, name, position = source.read(member), member.encode(), copy.tell()
            crc = source.getinfo(member).CRC
            extra = struct.pack("<HHQQ", 1, 16, len(data), len(data))
            copy.write(struct.pack("<4s5H3L2H", b"PK\3\4", 45, 0, 0, 0, 0x21, crc, ones, ones, len(name), len(extra)))
            copy.write(name + extra + data)
            extra = struct.pack("<HHLHHQQQ", 0x7075, 4, 0, 1, 24, len(data), len(data), position)
            directory += struct.pack("<4s6H3L5H2L", b"PK\1\2", 45, 45, 0, 0, 0, 0x21, crc, ones, ones,
                                     len(name), len(extra), 0, 0, 0, 0, ones) + name + extra
        start = copy.tell()
        copy.write(directory)
        end = copy.tell()
        copy.write(struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, len(members), len(members),
                               len(directory), start))
        copy.write(struct.pack("<4sLQL", b"PK\6\7", 0, end, 1))
        copy.write(struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, ones, ones, 0))
    with zipfile.ZipFile(path("zip64.pt")) as check:
        assert check.testzip() is None and check.namelist() == members


def legacy_views():
    """PyTorch before 0.4 wrote a storage that is a view of another with its offset; made here by hand."""
    numbers = torch.arange(12, dtype=torch.float32)
    buffer = io.BytesIO()
    for value in (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True}):
        pickle.dump(value, buffer, protocol=2)

    class View:
        def __init__(self, offset, count):
            self.view = ("42:" + str(offset), offset, count)

    class Rebuilt:
        def __init__(self, offset, count, shape, strides, start=0):
            self.arguments = (View(offset, count), start, shape, strides)

        def __reduce__(self):
            return (torch._utils._rebuild_tensor, self.arguments)

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            if isinstance(value, View):
                return ("storage", torch.FloatStorage, "42", "cpu", 12, value.view)
            return None

    state = {"first": Rebuilt(0, 6, (2, 3), (3, 1)), "second": Rebuilt(4, 8, (2, 2), (1, 3), 1)}
    Pickler(buffer, protocol=2).dump(state)
    pickle.dump(["42"], buffer, protocol=2)
    buffer.write(struct.pack("<q", 12) + numbers.numpy().tobytes())
    with open(path("legacy_views.pt"), "wb") as file:
        file.write(buffer.getvalue())
    first = numbers[:6].reshape(2, 3)
    second = torch.as_strided(numbers, (2, 2), (1, 3), 5)
    expect("legacy_views", {"first": first, "second": second})


def safetensors_files():
    save_file(
        {
            "ramp": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 2,
            "half": torch.tensor([1.0, -2.0, 0.5, 65504.0]).half(),
            "brain": torch.tensor([1.0, -3.0, 2.0**100]).bfloat16(),
            "count": torch.tensor([1, 2, 3]),
            "scalar": torch.tensor(7.0),
            "empty": torch.zeros(0, 4),
            'quote " and snowman \u2603': torch.ones(1),
        },
        path("mixed.safetensors"),
        metadata={"format": "pt", "made by": "make_fixtures.py"},
    )


def main():
    save("zip", everything())
    save("legacy", everything(), _use_new_zipfile_serialization=False)
    for protocol in (2, 3, 4, 5):
        save(f"protocol{protocol}", small(), pickle_protocol=protocol)
        save(
            f"legacy_protocol{protocol}",
            small(),
            pickle_protocol=protocol,
            _use_new_zipfile_serialization=False,
        )
    torch.save(evil(), path("evil.pt"))
    torch.save(evil(), path("legacy_evil.pt"), _use_new_zipfile_serialization=False)
    torch.save(Block(), path("module.pt"))
    repacked("zip32.pt", zipfile.ZIP_STORED)
    repacked("deflated.pt", zipfile.ZIP_DEFLATED)
    zip64()
    legacy_views()
    safetensors_files()
    for file in os.listdir(HERE):
        os.chmod(path(file), 0o644)


main()
