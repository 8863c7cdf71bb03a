"""What the figures were measured on, and with what."""

import datetime
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from .network import REPOSITORY

Turn = TypeVar("Turn")

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


class Disturbance:
    """The share of the cores' time that other processes took in the turns so far."""

    def __init__(self) -> None:
        self.foreign = 0.0
        self.available = 0.0

    def watch(self, process: int, turn: Callable[[], Turn]) -> Turn:
        """What the turn of a process gives."""
        start = time.monotonic(), busy_seconds(), process_seconds(process)
        result = turn()
        end = time.monotonic(), busy_seconds(), process_seconds(process)
        elapsed, busy, own = (after - before for before, after in zip(start, end))
        self.foreign += max(0.0, busy - own)
        self.available += elapsed * (os.cpu_count() or 1)
        return result

    @property
    def share(self) -> float:
        return self.foreign / self.available if self.available else 0.0


def busy_seconds() -> float:
    """Seconds that all cores together worked: user, nice, system, irq, softirq and steal of proc_stat(5)."""
    with open("/proc/stat") as file:
        fields = [int(field) for field in file.readline().split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def process_seconds(process: int) -> float:
    """Seconds that a process worked; after its name, which may hold blanks: fields 14 and 15 of proc_pid_stat(5)."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
