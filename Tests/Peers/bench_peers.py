"""Seconds per image of `ugatit` and of other engines: same network, same machine, same run.

    python Tests/Peers/bench_peers.py .build/release/ugatit [--variants light full resnet resnet-antialiased]
        [--precisions f32 bf16] [--batches 1 8] [--threads 2] [--rounds 5] [--runs 3] [--json FILE]

Each case is a table. Every engine has a process of its own that loads the network once, and must first give PyTorch's
picture. Rounds then alternate between the engines, all but one of them stopped, so that a machine whose speed drifts
drifts for all: the ratio of medians is the figure to quote. Weights are random: speed does not depend on them.
"""

import argparse
import json
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

import numpy

from peers.case import Case
from peers.export import ensure_exported
from peers.machine import Disturbance, circumstances
from peers.network import BLOCKS, REPOSITORY, Network
from peers.process import PeerProcess
from peers.table import LEAST_PSNR, CaseResult, Row, psnr


def check(peer: PeerProcess, network: Network, expected: numpy.ndarray) -> Row:
    """An engine that computes something else is no peer."""
    pictures = peer.pictures(network.size)
    if len(pictures) != peer.contender.batch:
        raise SystemExit(f"{peer.contender}: {len(pictures)} pictures")
    row = Row(peer.contender, peer.name, peer.version, min(psnr(picture, expected) for picture in pictures))
    if not row.psnr >= LEAST_PSNR[peer.contender.precision]:
        raise SystemExit(f"{peer.contender}: its picture is {row.psnr:.1f} dB from PyTorch's")
    return row


def measure(case: Case, options: argparse.Namespace) -> CaseResult:
    network = Network(case.variant)
    artefacts = ensure_exported(network, options.work)
    expected = numpy.load(artefacts.expected)[0]
    with ExitStack() as stack:
        peers = []
        for contender in case.contenders():
            peer = PeerProcess(contender, network, artefacts, options.ugatit)
            stack.callback(peer.close)
            peers.append(peer)
        rows = [check(peer, network, expected) for peer in peers]
        disturbance = Disturbance()
        for _ in range(options.rounds):
            for peer, row in zip(peers, rows):
                row.rounds.append(disturbance.watch(peer.process.pid, lambda: peer.seconds(options.runs)))
    return CaseResult(case, rows, disturbance.share)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ugatit", type=Path, help="the program")
    parser.add_argument("--variants", nargs="+", default=["light", "full"], choices=list(BLOCKS))
    parser.add_argument("--precisions", nargs="+", default=["f32", "bf16"], choices=["f32", "bf16"])
    parser.add_argument("--batches", nargs="+", default=[1, 8], type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=3, help="of each engine in each round")
    parser.add_argument("--work", type=Path, default=REPOSITORY / ".build" / "peers",
                        help="where the exported networks are kept (1.2 GB of each full one, twice)")
    parser.add_argument("--json", type=Path, help="also write the figures and all samples to this file")
    options = parser.parse_args()
    options.ugatit, options.work = options.ugatit.resolve(), options.work.resolve()
    # So that the engines, which may be stopped just then, are ended too.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    report = {"kind": "peers", **circumstances(), "rounds": options.rounds, "runs": options.runs, "cases": []}
    for variant in options.variants:
        for precision in options.precisions:
            for batch in options.batches:
                result = measure(Case(variant, precision, batch, options.threads), options)
                print(result.text(), end="\n\n", flush=True)
                report["cases"].append(result.report())
                if options.json:
                    options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
