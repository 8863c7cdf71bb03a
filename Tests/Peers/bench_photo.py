"""Seconds to read a photograph to a network's size: `ugatit` and Pillow in turns, on one thread, in one run.

    python Tests/Peers/bench_photo.py .build/release/ugatit [--side 256] [--rounds 7] [--runs 5] [--json FILE]

A JPEG of 12 megapixels (4:2:0, quality 90) and a PNG of 24 are made of the photograph that the tests have, enlarged and with
noise, for none so large comes along. Pillow opens, converts and resizes them (bilinear); both have the file in memory.
Rounds alternate, ours stopped while Pillow works: the ratio of medians is the figure to quote. Memory is what one reading
adds to what is resident in a fresh process, at most.
"""

import argparse
import io
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
import PIL
from PIL import Image, features

from peers.machine import Disturbance, circumstances
from peers.network import REPOSITORY

PHOTOGRAPH = REPOSITORY / "Tests" / "EndToEndTests" / "Fixtures" / "woman.jpg"
# Of Pillow's time, and bytes.
BOUNDS = {"JPEG, 12 megapixels": (0.30, 8_000_000), "PNG, 24 megapixels": (0.8, 8_000_000)}


def photograph(width: int, height: int) -> Image.Image:
    image = Image.open(PHOTOGRAPH).convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    noise = numpy.random.default_rng(1).normal(0, 3, (height, width, 3))
    return Image.fromarray(numpy.clip(numpy.asarray(image) + noise, 0, 255).astype(numpy.uint8))


def encoded(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()


class Reader:
    """`ugatit bench photograph`, stopped but for its turns."""

    def __init__(self, program: Path, file: Path, side: int) -> None:
        command = [str(program), "bench", "photograph", str(file), "--side", str(side)]
        self.process = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.version: str = self._answer()["version"]
        self.process.send_signal(signal.SIGSTOP)

    def turn(self, line: str) -> dict:
        self.process.send_signal(signal.SIGCONT)
        assert self.process.stdin
        print(line, file=self.process.stdin, flush=True)
        answer = self._answer()
        self.process.send_signal(signal.SIGSTOP)
        return answer

    def close(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.communicate()

    def _answer(self) -> dict:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"ugatit ended with status {self.process.wait()}")
        return json.loads(line)


def measure(name: str, data: bytes, options: argparse.Namespace) -> dict:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        reader = Reader(options.ugatit, Path(file.name), options.side)
        try:
            memory = reader.turn("memory")["bytes"]
            ours: list[float] = []
            theirs: list[float] = []
            disturbance = Disturbance()
            for _ in range(options.rounds):
                ours += disturbance.watch(reader.process.pid, lambda: reader.turn(f"run {options.runs}")["seconds"])
                for _ in range(options.runs):
                    start = time.perf_counter()
                    size = (options.side, options.side)
                    Image.open(io.BytesIO(data)).convert("RGB").resize(size, Image.Resampling.BILINEAR)
                    theirs.append(time.perf_counter() - start)
        finally:
            reader.close()
    ratio = float(numpy.median(ours) / numpy.median(theirs))
    return {"name": name, "file_bytes": len(data), "peak_bytes": memory, "ratio": ratio,
            "disturbance": disturbance.share,
            "ugatit": {"min": min(ours), "median": float(numpy.median(ours)), "max": max(ours)},
            "pillow": {"min": min(theirs), "median": float(numpy.median(theirs)), "max": max(theirs)}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ugatit", type=Path, help="the program")
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--runs", type=int, default=5, help="of each in each round")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    pictures = {
        "JPEG, 12 megapixels": encoded(photograph(4032, 3024), format="JPEG", quality=90, subsampling=2),
        "PNG, 24 megapixels": encoded(photograph(6000, 4000), format="PNG"),
    }
    report = {"kind": "photographs", **circumstances(), "side": options.side, "pillow": PIL.__version__,
              "libjpeg": features.version("jpg"), "zlib": features.version("zlib"), "photographs": []}
    missed = []
    for name, data in pictures.items():
        row = measure(name, data, options)
        report["photographs"].append(row)
        bound, memory = BOUNDS[name]
        if row["ratio"] > bound or row["peak_bytes"] > memory:
            missed.append(name)
        print(f"{name}: {row['ugatit']['median'] * 1e3:.1f} ms, Pillow {row['pillow']['median'] * 1e3:.1f} ms, "
              f"{row['ratio']:.2f} (at most {bound}); {row['peak_bytes'] / 1e6:.1f} MB (at most {memory / 1e6:.0f}); "
              f"others took {row['disturbance'] * 100:.0f} % of the cores", flush=True)
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    sys.exit(f"beyond the bounds: {', '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
