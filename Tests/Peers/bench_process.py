"""Cold start and memory of the program with the networks of the paper.

    python Tests/Peers/bench_process.py .build/release/ugatit [--parts start memory http steady] [--json FILE]

- start: from the start of `ugatit translate` to its end with a picture written, 256 x 256, files in the page cache;
- memory: the most that `ugatit serve` has resident after 20 translations one by one, a model of one direction;
- http: the server's processor time for a form with a picture that cannot be decoded, which is reading it and answering,
  beside the time that a translation takes;
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

from peers.machine import circumstances, process_seconds
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


def http_share(variant: str, stored: str, precision: str, options: argparse.Namespace) -> dict:
    """Processor time, because a core that slept between two requests takes longer to wake than HTTP does."""
    photograph = PHOTOGRAPH.read_bytes()
    broken = b"\x89PNG\r\n\x1a\n" + photograph[8:]
    requests = 2000
    with Server(options.ugatit, models(variant, stored, options), "--precision", precision,
                "--threads", str(options.threads)) as server:
        seconds = []
        for _ in range(13):
            start = time.perf_counter()
            server.post_form(photograph, expected=200)
            seconds.append(time.perf_counter() - start)
        translation = statistics.median(seconds[3:])
        before = process_seconds(server.process.pid)
        for _ in range(requests):
            server.post_form(broken, expected=422)
        http = (process_seconds(server.process.pid) - before) / requests
    print(f"HTTP, {variant} {precision}: {http * 1e3:.3f} ms, {http / translation:.2%} of a translation", flush=True)
    return {"variant": variant, "precision": precision, "seconds": http, "share": http / translation}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ugatit", type=Path, help="the program")
    parser.add_argument("--parts", nargs="+", default=["start", "memory", "http", "steady"],
                        choices=["start", "memory", "http", "steady"])
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
    if "http" in options.parts:
        report["http"] = [http_share(*served, options) for served in SERVED[:2]]
    if "steady" in options.parts:
        report["steady"] = resident_memory(options.ugatit, 2000)
        print(text(report["steady"]))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
