"""Cold start and memory of the program with the networks of the paper.

    python Tests/Peers/bench_process.py .build/release/ugatit [--parts start memory steady] [--json FILE]

- start: from the start of `ugatit translate` to its end with a picture written, 256 x 256, files in the page cache;
- memory: the most that `ugatit serve` has resident after 20 translations one by one, a model of one direction;
- steady: resident memory over 2,000 translations (steady_memory.py).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from peers.machine import circumstances
from peers.network import REPOSITORY
from peers.server import Server
from steady_memory import PHOTOGRAPH, resident_memory, text

# Variant, precision of the weights' file, precision of the network.
SERVED = [("light", "f32", "f32"), ("light", "bf16", "bf16"), ("full", "bf16", "bf16")]


def models(variant: str, stored: str, options: argparse.Namespace) -> Path:
    """A folder with one model of random weights, A2B only, as `ugatit import` makes it; kept for the next time."""
    folder = options.work / f"{variant}-{stored}"
    if not (folder / variant / "config.json").exists():
        with tempfile.NamedTemporaryFile(suffix=".pt", dir=options.work) as checkpoint:
            # In a process of its own, so that PyTorch's memory goes with it.
            subprocess.run([sys.executable, "-m", "peers.checkpoint", variant, checkpoint.name], check=True,
                           cwd=Path(__file__).parent)
            subprocess.run([options.ugatit, "import", checkpoint.name, "--name", variant, "--models", folder,
                            "--precision", stored, "--replace"], check=True, stdout=subprocess.DEVNULL)
    return folder


def cold_start(variant: str, stored: str, precision: str, options: argparse.Namespace) -> dict:
    folder = models(variant, stored, options)
    seconds = []
    with tempfile.TemporaryDirectory() as out:
        command = [options.ugatit, "translate", PHOTOGRAPH, "-o", os.path.join(out, "out.png"), "--models", folder,
                   "--precision", precision, "--threads", str(options.threads)]
        # The first run brings the files into the page cache.
        for _ in range(8):
            start = time.perf_counter()
            subprocess.run(command, check=True)
            seconds.append(time.perf_counter() - start)
    del seconds[0]
    print(f"cold start, {variant} {precision}: min {min(seconds):.3f}  median {statistics.median(seconds):.3f}  "
          f"max {max(seconds):.3f} s", flush=True)
    return {"variant": variant, "stored": stored, "precision": precision, "seconds": seconds, "min": min(seconds),
            "median": statistics.median(seconds), "max": max(seconds)}


def peak_memory(variant: str, stored: str, precision: str, options: argparse.Namespace) -> dict:
    photograph = PHOTOGRAPH.read_bytes()
    with Server(options.ugatit, models(variant, stored, options), "--precision", precision, "--max-batch", "1",
                "--threads", str(options.threads)) as server:
        for _ in range(20):
            server.translate(photograph)
        peak, resident = server.memory("VmHWM"), server.memory("VmRSS")
    print(f"serving {variant} {precision}: peak {peak / 2**20:.0f} MiB, then {resident / 2**20:.0f} MiB", flush=True)
    return {"variant": variant, "stored": stored, "precision": precision, "peak_bytes": peak,
            "resident_bytes": resident}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ugatit", type=Path, help="the program")
    parser.add_argument("--parts", nargs="+", default=["start", "memory", "steady"],
                        choices=["start", "memory", "steady"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", type=Path, default=REPOSITORY / ".build" / "peers", help="where models are kept")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    options.ugatit, options.work = options.ugatit.resolve(), options.work.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    report = {"kind": "process", **circumstances(), "threads": options.threads}
    if "start" in options.parts:
        report["cold_start"] = [cold_start(*served, options) for served in SERVED]
    if "memory" in options.parts:
        report["memory"] = [peak_memory(*served, options) for served in SERVED]
    if "steady" in options.parts:
        report["steady"] = resident_memory(options.ugatit, 2000)
        print(text(report["steady"]))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
