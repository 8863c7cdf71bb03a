"""The page of benchmarks, from the files that the commands wrote; every figure on it is one of theirs.

    python3 Tests/Peers/report.py .build/results/*.json > Sources/ugatit/BENCHMARKS.md

Needs Python alone.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

INTRODUCTION = """\
# Benchmarks

Made by `make bench-report` from what `make bench`, `make bench-peers`, `make bench-process` and `make bench-photo`
wrote; to have the figures of your machine, run them. Machines that others share drift, so compare within a table, never between two.
"""

PEERS = """\
## Beside other engines

The generator of the paper (ngf 64, 4 + 4 residual blocks, 256×256) with random weights, seconds per image. Each engine
has a process of its own, loads the network once and must first give PyTorch's picture: PSNR is that of its picture
against PyTorch's in f32. Then the engines take turns, all but one stopped. *ugatit ÷ it* is the ratio of the medians.
PyTorch runs eagerly with channels last; bf16 is its autocast, OpenVINO's inference precision, ncnn's storage. ncnn takes
one image at a time, ONNX Runtime has no bf16 on CPUs for this network.
"""

PROCESS = """\
## Start and memory

Cold start: from the start of `ugatit translate` to its end, one photograph, the files in the page cache. Memory: what
`ugatit serve --max-batch 1` has resident after 20 translations, a model of one direction. The full network's
largest layer, half a gigabyte, counts as its file holds it. HTTP: the server's processor time for a form whose picture cannot be decoded, which is reading it
and answering. Steady: the 128×128 model that comes along, 2,000 requests one after another.
"""

PHOTOGRAPHS = """\
## Reading photographs

From the file's bytes to 256×256 samples, on one thread: Pillow opens, converts and resizes (bilinear). Both take turns in
one run, ours stopped while Pillow works; *ugatit ÷ Pillow* is the ratio of the medians. Memory: what one reading adds to
what is resident in a fresh process, at most.
"""

HEATMAPS = """\
## Heatmaps by themselves

What `POST /heatmap` runs, the network up to its class activation map, in turns with whole pictures.
"""

KERNELS = """\
## Operators

Of the light network. The peak is that of f32 fused multiply-adds in GFLOP/s, measured in turns with the operator; bf16
may exceed it. GB/s counts activations and weights once.
"""

SIZES = """\
## Sizes and widths

Time per multiply-add of the light network, by the best: of the multiply-adds that are done, in the Winograd and sub-pixel
forms, and of the network as it is written down. Each time is taken by that of a multiply-add at the machine's peak,
measured in turns, so that a change of the machine's speed between two shapes does not count.
"""


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; all columns but the first hold numbers."""
    head = list(head)
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def mebibytes(size: int) -> str:
    return f"{size / 2**20:.0f} MiB"


def circumstances(report: dict) -> str:
    machine = report["machine"]
    flags = ", ".join(machine["flags"])
    return (f"{machine['cpu']} (family {machine['family']}, model {machine['model']}), {machine['cores']} cores, "
            f"{machine['memory_gib']} GiB; {flags}. Linux {machine['kernel']}. Commit {report['commit']}, "
            f"{report['date']}.\n\n    {report['command']}\n")


def peers(report: dict) -> str:
    parts = [circumstances(report)]
    for case in report["cases"]:
        parts.append(f"### {case['variant']}, {case['precision']}, batch {case['batch']}, {case['threads']} threads\n")
        rows = [[row["label"], f"{row['min']:.4f}", f"{row['median']:.4f}", f"{row['max']:.4f}",
                 "∞" if row["psnr_db"] is None else f"{row['psnr_db']:.1f}", f"{row['ratio']:.2f}"]
                for row in case["engines"]]
        parts.append(table(["", "min", "median", "max", "PSNR dB", "ugatit ÷ it"], rows))
        parts.append(f"Other processes took {case['disturbance'] * 100:.0f} % of the cores.\n")
    return "\n".join(parts)


def process(report: dict) -> str:
    parts = [circumstances(report)]
    if "cold_start" in report:
        parts.append(table(["cold start, s", "min", "median", "max"], [
            [f"{row['variant']} {row['precision']}", *(f"{row[name]:.2f}" for name in ("min", "median", "max"))]
            for row in report["cold_start"]]))
    if "memory" in report:
        parts.append(table(["resident", "peak", "then"], [
            [f"{row['variant']} {row['precision']}", mebibytes(row["peak_bytes"]), mebibytes(row["resident_bytes"])]
            for row in report["memory"]]))
    if "http" in report:
        parts.append(table(["HTTP", "ms", "of a translation"], [
            [f"{row['variant']} {row['precision']}", f"{row['seconds'] * 1e3:.3f}", f"{row['share'] * 100:.2f} %"]
            for row in report["http"]]))
    if "steady" in report:
        steady = report["steady"]
        tenths = ", ".join(f"{size / 2**20:.1f}" for size in steady["resident_bytes"])
        parts.append(f"Steady: resident MiB after each tenth of {steady['translations']} translations: {tenths}.\n")
    return "\n".join(parts)


def photographs(report: dict) -> str:
    rows = [[row["name"], *(f"{row[who]['median'] * 1e3:.1f}" for who in ("ugatit", "pillow")), f"{row['ratio']:.2f}",
             f"{row['peak_bytes'] / 1e6:.1f}", f"{row['disturbance'] * 100:.0f} %"] for row in report["photographs"]]
    head = ["", "ugatit, ms", "Pillow, ms", "ugatit ÷ Pillow", "ugatit's memory, MB", "other processes' share"]
    versions = f"Pillow {report['pillow']}, with libjpeg-turbo {report['libjpeg']} and zlib {report['zlib']}.\n"
    return f"{circumstances(report)}\n{versions}\n{table(head, rows)}"


def kernels(report: dict) -> str:
    title = f"{report['isa']}, {report['threads']} threads.\n"
    rows = [[row["name"], f"{row['seconds'] * 1e3:.3f}", f"{row['gflops']:.0f}", f"{row['gbytes']:.1f}",
             f"{row['peak_gflops']:.0f}", f"{row['fraction_of_peak'] * 100:.0f} %"] for row in report["kernels"]]
    return f"{title}\n{table(['', 'ms', 'GFLOP/s', 'GB/s', 'peak', 'of peak'], rows)}"


def networks(reports: list[dict]) -> str:
    rows = [[f"{r['variant']} {r['precision']}, batch {r['batch']}, {r['threads']} threads, {r['isa']}",
             *(f"{r['seconds_per_image'][name]:.4f}" for name in ("min", "median", "max")), f"{r['gflops']:.0f}",
             f"{r['fraction_of_peak'] * 100:.0f} %", mebibytes(r["peak_rss_bytes"])] for r in reports]
    return table(["", "min s", "median s", "max s", "GFLOP/s done", "of peak", "peak memory"], rows)


def heatmaps(reports: list[dict]) -> str:
    rows = [[f"{r['variant']} {r['precision']}, batch {r['batch']}, {r['threads']} threads, {r['isa']}",
             *(f"{r['seconds_per_image'][name]:.4f}" for name in ("min", "median", "max")), f"{r['of_picture']:.2f}"]
            for r in reports]
    return table(["", "min s", "median s", "max s", "of a picture's time"], rows)


def sizes(report: dict) -> str:
    parts = [f"{report['precision']}, batch 1, {report['threads']} threads, {report['isa']}.\n"]
    columns = sorted({shape["image_size"] for shape in report["shapes"]})
    widths = sorted({shape["channels"] for shape in report["shapes"]})
    for name, worst, what in (("picoseconds_done", "worst_done", "done"),
                              ("picoseconds_written", "worst_written", "as written")):
        times = {(shape["channels"], shape["image_size"]): shape[name] * shape["peak_gflops"]
                 for shape in report["shapes"]}
        best = min(times.values())
        rows = [[f"ngf {width}", *(f"{times[width, size] / best:.2f}" if (width, size) in times else ""
                                   for size in columns)] for width in widths]
        parts.append(f"Multiply-adds {what}: worst {report[worst]:.2f} × the best.\n")
        parts.append(table(["", *(f"{size}²" for size in columns)], rows))
    return "\n".join(parts)


def page(reports: list[dict]) -> str:
    """The whole page; sections without a report are left out."""
    def of(key: str, value: str | None = None) -> list[dict]:
        return [report for report in reports if key in report and value in (None, report[key])]

    pictures = [report for report in of("seconds_per_image") if report.get("output") != "heatmap"]
    maps = of("output", "heatmap")
    parts = [INTRODUCTION]
    for heading, bodies in (
        (PEERS, [peers(report) for report in of("kind", "peers")]),
        (PROCESS, [process(report) for report in of("kind", "process")]),
        (PHOTOGRAPHS, [photographs(report) for report in of("kind", "photographs")]),
        ("## Networks, ours alone\n", [networks(pictures)] if pictures else []),
        (HEATMAPS, [heatmaps(maps)] if maps else []),
        (KERNELS, [kernels(report) for report in of("kernels")]),
        (SIZES, [sizes(report) for report in of("shapes")]),
    ):
        if bodies:
            parts += [heading, *bodies]
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    print(page([json.loads(file.read_text()) for file in options.files]), end="")


if __name__ == "__main__":
    main()
