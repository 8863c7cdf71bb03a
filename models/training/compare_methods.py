"""Trains all methods on the same data for as many images, and writes a page that shows what each does.

    python compare_methods.py WORK --data FOLDER [--images 12000] [--image-size 64] [--channels 32]

Hours on two cores. It goes on where it stopped, SIGTERM and Ctrl-C stop it as they stop `train.py`: WORK holds a run
for each method, its `figures.json` once it is measured, and at the end `COMPARISON.md` and `comparison.jpg`.
"""

import argparse
import json
import signal
import statistics
import subprocess
import sys
from pathlib import Path

import torch
from PIL import Image, ImageDraw

from evaluate import evaluate, folders, load_images, resampling_of, translate
from ugatit.checkpoint import by_direction, generator_of, read_checkpoint
from ugatit.pictures import picture_of

ROWS = 12
# Name -> options. Losses, weights and rates are as published; a batch of one is what all of them have, and what SimDCL
# needs.
VARIANTS = {
    "U-GAT-IT": ["--method", "ugatit"],
    "U-GAT-IT, AdaIN": ["--normalization", "adain"],
    "U-GAT-IT, IN": ["--normalization", "in"],
    "U-GAT-IT, LN": ["--normalization", "ln"],
    "U-GAT-IT, GN": ["--normalization", "gn"],
    "U-GAT-IT, no CAM": ["--no-cam"],
    "CycleGAN": ["--method", "cyclegan"],
    "CUT": ["--method", "cut"],
    "DCLGAN": ["--method", "dclgan"],
    "SimDCL": ["--method", "simdcl"],
}


def folder_of(work, variant):
    return work / variant.lower().replace(", ", "-").replace(" ", "-")


def generators_of(run, words, size):
    normalization = words[words.index("--normalization") + 1] if "--normalization" in words else None
    checkpoint = read_checkpoint(run / "generators.pt" if (run / "generators.pt").exists() else run)
    return {direction: generator_of(weights, size, normalization)
            for direction, weights in by_direction(checkpoint).items()}


def train(run, words, options):
    """Trains to the end; ends this command where the training was stopped before it."""
    command = [sys.executable, Path(__file__).with_name("train.py"), run, "--data", options.data,
               "--channels", options.channels, "--phases", f"{options.image_size}:{options.images}x1", *words]
    command += ["--bf16"] if options.bf16 else []
    command += ["--threads", options.threads] if options.threads else []
    training = subprocess.Popen([str(word) for word in command])
    handlers = {number: signal.signal(number, lambda caught, _: training.send_signal(caught))
                for number in (signal.SIGTERM, signal.SIGINT)}
    failed = training.wait()
    for number, handler in handlers.items():
        signal.signal(number, handler)
    if failed or not (run / "state.pt").exists():
        sys.exit(f"{run.name}: the training failed; its own words are above")
    done = torch.load(run / "state.pt", mmap=True, weights_only=True)["step"]
    if done < options.images:
        sys.exit(f"{run.name} stopped after {done} of {options.images} steps; the same command goes on")


@torch.no_grad()
def measured(run, words, options):
    """The figures of a run, kept beside it."""
    file = run / "figures.json"
    if not file.exists():
        figures = evaluate(generators_of(run, words, options.image_size), folders(options.data, "test"),
                           options.image_size, folders(options.data, "train"))
        seconds = [json.loads(line)["seconds_per_step"] for line in (run / "log.jsonl").read_text().splitlines()]
        file.write_text(json.dumps({"seconds_per_step": statistics.median(seconds)} | figures))
    return json.loads(file.read_text())


def row_of(variant, figures):
    """A line of the table, of A to B."""
    there = figures["A2B"]
    levels = " | ".join(f"{level['ratio']:.2f}" for level in there["swd"].values())
    colours = there["colour_correlation"]
    return (f"| {variant} | {levels} | {colours['skin']:.2f} | {colours['hair']:.2f} |"
            f" {figures['seconds_per_step']:.2f} |")


def chance_of(figures):
    """What chance does to the distances: the line of as many real images."""
    spans = [f"{level['sample_ratios'][0]:.2f} to {level['sample_ratios'][-1]:.2f}"
             for level in figures["A2B"]["swd"].values()]
    return f"| *as many real toons* | {' | '.join(spans)} | | | |"


def page(figures, options):
    """The page, from variant -> figures."""
    first = next(iter(figures.values()))
    levels = list(first["A2B"]["swd"])
    head = " | ".join(f"{level} px" for level in levels)
    rows = "\n".join(row_of(variant, values) for variant, values in figures.items())
    return f"""# What each method does in {options.images:,} images

All at {options.image_size} pixels, {options.channels} channels, batches of one, losses, weights and rates as published,
the rate falling over the second half of these steps. Made by `compare_methods.py`. Distances are sliced Wasserstein,
divided by the floor (`evaluate.py`): the closer to 1, the more the translations are distributed as toons are; colours
are rank correlations between photographs and translations. Selfies to toons, on held-out images; seconds are those of
a step, on the machine that made this page and beside whatever else it did.

| | {head} | skin | hair | s/step |
|---|{'---|' * (len(levels) + 3)}
{chance_of(first)}
{rows}

![the first {ROWS} held-out selfies, and what each method makes of them](comparison.jpg)

The pictures are the first {ROWS} of the held-out ones, not chosen. From left to right: the photograph,
{', '.join(figures)}.

Such runs are short: as published these methods see hundreds of thousands of images, U-GAT-IT a million. They tell which
method gets somewhere soon, on one data set, from one seed. They do not tell which is best in the end: a method whose
largest loss teaches little at first (the classifiers of U-GAT-IT at weight 1000) looks worse here than it is.
Differences as large as those of as many real toons are chance.
"""


@torch.no_grad()
def sheet(work, options, size):
    """Photographs and their translations by each variant."""
    columns = []
    for variant, words in VARIANTS.items():
        generator = generators_of(folder_of(work, variant), words, size)["A2B"]
        photographs = load_images(options.data / "testA", size, resampling=resampling_of(generator))[:ROWS]
        if not columns:
            columns.append(("photograph", photographs))
        columns.append((variant, translate(generator, photographs)))
    head, side = 14, max(size, 96)
    picture = Image.new("RGB", (len(columns) * (side + 2), head + ROWS * (side + 2)), "white")
    for x, (name, images) in enumerate(columns):
        ImageDraw.Draw(picture).text((x * (side + 2), 1), name, fill="black")
        for y, image in enumerate(images):
            tile = picture_of(image).resize((side, side), Image.Resampling.BICUBIC)
            picture.paste(tile, (x * (side + 2), head + y * (side + 2)))
    return picture


def main():
    parser = argparse.ArgumentParser(description="Train all methods alike and show what each does.")
    parser.add_argument("work", type=Path, help="folder of the runs and the page")
    parser.add_argument("--data", type=Path, required=True, help="folder with trainA, trainB, testA, testB")
    parser.add_argument("--images", type=int, default=12_000, help="that each method sees of either domain")
    parser.add_argument("--image-size", type=int, default=64)
    parser.add_argument("--channels", type=int, default=32)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    figures = {}
    for variant, words in VARIANTS.items():
        run = folder_of(options.work, variant)
        if not (run / "figures.json").exists():
            train(run, words, options)
        figures[variant] = measured(run, words, options)
    (options.work / "COMPARISON.md").write_text(page(figures, options))
    sheet(options.work, options, options.image_size).save(options.work / "comparison.jpg", quality=88)


if __name__ == "__main__":
    main()
