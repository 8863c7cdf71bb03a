"""What the figures were measured on, and with what."""

import datetime
import os
import platform
import subprocess
import sys

from .network import REPOSITORY

# Those that one of the engines has kernels for.
INTERESTING_FLAGS = ("sse4_2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512_vnni",
                     "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_int8", "asimd", "fphp", "bf16", "i8mm", "sve")


def cpu_field(*names: str) -> str:
    """The first of the fields that /proc/cpuinfo has; x86 and Arm name them differently."""
    with open("/proc/cpuinfo") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name.strip() in names:
                return value.strip()
    return ""


def circumstances() -> dict:
    """The machine, the sources and the date, for a report."""
    flags = set(cpu_field("flags", "Features").split())
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=REPOSITORY, capture_output=True, text=True)
    return {
        "machine": {
            "cpu": cpu_field("model name") or platform.machine(),
            "family": cpu_field("cpu family"),
            "model": cpu_field("model"),
            "cores": len(os.sched_getaffinity(0)),
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            "flags": [flag for flag in INTERESTING_FLAGS if flag in flags],
            "kernel": platform.release(),
        },
        "commit": commit.stdout.strip(),
        "python": platform.python_version(),
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "command": " ".join(["python", *(os.path.relpath(sys.argv[0], REPOSITORY), *sys.argv[1:])]),
    }
