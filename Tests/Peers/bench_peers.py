"""Seconds per image of `ugatit` beside ONNX Runtime: same network, same machine, same run.

    python Tests/Peers/bench_peers.py .build/release/ugatit [--json FILE] [--threads 2] [--rounds 5]

Rounds alternate between the engines, so that a machine whose speed drifts drifts for all; the ratio of medians is
the figure to quote. Networks have seeded random weights: speed does not depend on them.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models" / "training"))


def export(variant, folder):
    """The generator as an ONNX file, made by PyTorch."""
    import torch
    from ugatit.generator import Generator, GeneratorShape
    from ugatit.seeded import seed_weights

    generator = Generator(GeneratorShape(variant, 64, 4, 256, 256)).eval()
    seed_weights(generator, 1)
    path = os.path.join(folder, f"{variant}.onnx")
    # The exporter's remarks on itself would bury the table.
    warnings.simplefilter("ignore")
    torch.onnx.export(generator, (torch.zeros(1, 3, 256, 256),), path, dynamo=False, opset_version=17)
    return path


class OnnxRuntime:
    name = "ONNX Runtime"

    def __init__(self, path, threads):
        import onnxruntime

        self.name = f"ONNX Runtime {onnxruntime.__version__}"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def seconds(self, runs):
        import numpy

        feed = {self.session.get_inputs()[0].name: numpy.zeros((1, 3, 256, 256), "float32")}
        self.session.run(None, feed)
        samples = []
        for _ in range(runs):
            start = time.perf_counter()
            self.session.run(None, feed)
            samples.append(time.perf_counter() - start)
        return samples


class Ugatit:
    def __init__(self, binary, variant, precision, threads):
        self.name = f"ugatit {precision}"
        self.command = [binary, "bench", "network", "--variant", variant, "--precision", precision,
                        "--threads", str(threads), "--json"]

    def seconds(self, runs):
        """Each call is a process of its own; what it gives is one sample: its median."""
        output = subprocess.run([*self.command, "--runs", str(runs)], check=True, capture_output=True, text=True)
        return [json.loads(output.stdout)["seconds_per_image"]["median"]]


def compare(variant, options, folder):
    engines = [OnnxRuntime(export(variant, folder), options.threads)]
    engines += [Ugatit(options.binary, variant, precision, options.threads) for precision in ("f32", "bf16")]
    samples = {engine.name: [] for engine in engines}
    for _ in range(options.rounds):
        for engine in engines:
            samples[engine.name].append(statistics.median(engine.seconds(options.runs)))
    reference = statistics.median(samples[engines[0].name])
    print(f"\n{variant} generator, 256×256, batch 1, {options.threads} threads, medians of {options.rounds} rounds")
    print(f"{'':24}{'median s':>10}{'min s':>10}{'max s':>10}{'ratio':>8}")
    rows = []
    for name, values in samples.items():
        row = {"variant": variant, "engine": name, "median": statistics.median(values), "min": min(values),
               "max": max(values), "ratio": statistics.median(values) / reference}
        rows.append(row)
        print(f"{name:24}{row['median']:10.4f}{row['min']:10.4f}{row['max']:10.4f}{row['ratio']:8.2f}")
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--variants", nargs="+", default=["light"], choices=["light", "full"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=3, help="of each engine in each round")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [row for variant in options.variants for row in compare(variant, options, folder)]
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
