"""One engine, driven line by line over standard input; `ugatit bench peer` speaks the same.

    python -m peers.worker ENGINE --artefacts FOLDER --variant light --precision f32 --batch 1 --threads 2

Once it has loaded the network it prints `{"name": ..., "version": ...}`. Each line on standard input is answered by
one line of JSON: `output FILE` writes the batch's pictures [N][3][H][W] as f32 in this machine's byte order and
answers `{"values": ...}`; `run N` answers `{"seconds": [...]}` of N batches after one that is not counted. The end of
the input ends it.
"""

import argparse
import importlib
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy

from .network import Artefacts


@dataclass(frozen=True)
class Setting:
    """How an engine is to run."""

    artefacts: Artefacts
    variant: str
    precision: str
    threads: int
    # (N, 3, H, W): one image N times over.
    images: numpy.ndarray


class Engine(Protocol):
    """What a module of an engine has as its class `Engine`."""

    name: str
    version: str

    def __init__(self, setting: Setting) -> None: ...

    def run(self) -> numpy.ndarray:
        """The pictures (N, 3, H, W) of the setting's images."""


def answer(engine: Engine, line: str) -> dict[str, object]:
    command, _, argument = line.strip().partition(" ")
    if command == "output":
        pictures = numpy.ascontiguousarray(engine.run(), "float32")
        pictures.tofile(argument)
        return {"values": pictures.size}
    if command == "run":
        engine.run()
        seconds = []
        for _ in range(int(argument)):
            start = time.perf_counter()
            engine.run()
            seconds.append(time.perf_counter() - start)
        return {"seconds": seconds}
    raise SystemExit(f"{line!r} is not a command; output FILE and run N are")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engine")
    parser.add_argument("--artefacts", type=Path, required=True)
    parser.add_argument("--variant", required=True)
    parser.add_argument("--precision", required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    options = parser.parse_args()
    # Whatever an engine prints must not come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    artefacts = Artefacts(options.artefacts)
    images = numpy.repeat(numpy.load(artefacts.image), options.batch, 0)
    module = importlib.import_module(f"peers.{options.engine}")
    engine: Engine = module.Engine(
        Setting(artefacts, options.variant, options.precision, options.threads, images))
    print(json.dumps({"name": engine.name, "version": engine.version}), file=answers)
    for line in sys.stdin:
        print(json.dumps(answer(engine, line)), file=answers)


if __name__ == "__main__":
    main()
