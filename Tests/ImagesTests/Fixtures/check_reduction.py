"""Whether a photograph that is made smaller while it is decoded looks as if it had not been: `ugatit` against Pillow's
full decode, convert and resize.

    pip install pillow numpy
    python check_reduction.py .build/release/ugatit FOLDER_OF_PHOTOGRAPHS [--count 20]

Photographs are made 12 and 24 megapixels large, with noise, as no large ones come along; edges are drawn: bars, discs and
lines in black and white, in pale and in saturated colours. All are stored as JPEG, with colour at full (4:4:4) and at half
(4:2:0) resolution, and read at sides for which the decoder reduces by 2 and 4, bilinear and bicubic. It ends with 1 when a
photograph is beyond the contract, within 1 of 255 on 99.9 % of the samples and none beyond 3, or an edge beyond 3. How many
samples of the edges are beyond 1 depends on how many there are, and is shown. Edges between saturated colours in 4:2:0 are
not judged: there the whole picture's samples are clipped, each by itself, before they are averaged, and what is clipped is
lost to any decoder that averages first.
"""
import argparse
import io
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image, ImageDraw

RANDOM = np.random.default_rng(20260101)
COLOURS = {
    "black and white": lambda: (int(RANDOM.integers(0, 2)) * 255,) * 3,
    "pale colours": lambda: tuple(int(v) for v in 128 + RANDOM.integers(-60, 61) + RANDOM.integers(-20, 21, 3)),
    "saturated colours": lambda: tuple(int(v) for v in RANDOM.integers(0, 2, 3) * 255),
}


def photograph(path, size):
    image = Image.open(path).convert("RGB").resize(size, Image.Resampling.LANCZOS)
    noisy = np.asarray(image) + RANDOM.normal(0, 4, (size[1], size[0], 3))
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def edges(size, colour, shapes=60):
    image = Image.new("RGB", size, colour())
    draw = ImageDraw.Draw(image)
    for shape in range(shapes):
        (x, y), r = RANDOM.integers(0, size), int(RANDOM.integers(size[1] // 50, size[1] // 4))
        box = [int(x) - r, int(y) - r, int(x) + r, int(y) + r]
        if shape % 3 == 0:
            draw.ellipse(box, fill=colour())
        elif shape % 3 == 1:
            draw.rectangle(box, fill=colour())
        else:
            draw.line([tuple(int(v) for v in RANDOM.integers(0, size)) for _ in range(2)], fill=colour(),
                      width=int(RANDOM.integers(size[1] // 100, size[1] // 20)))
    return image


def compare(program, data, whole, side, filter_name):
    with tempfile.TemporaryDirectory() as folder:
        source, pixels = pathlib.Path(folder, "a.jpg"), pathlib.Path(folder, "pixels")
        source.write_bytes(data)
        subprocess.run([program, "bench", "photograph", source, "--side", str(side), "--filter", filter_name],
                       input=f"output {pixels}\n", text=True, stdout=subprocess.PIPE, check=True)
        ours = np.frombuffer(pixels.read_bytes(), np.uint8).astype(int)
    theirs = whole.resize((side, side), Image.Resampling[filter_name.upper()])
    return np.abs(ours - np.asarray(theirs).astype(int).reshape(-1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("photographs", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=20)
    options = parser.parse_args()
    paths = sorted(path for path in options.photographs.iterdir() if path.suffix in (".jpg", ".png"))
    sizes = [(4032, 3024), (3024, 4032), (4000, 3000), (6000, 4000), (4031, 3021)]
    pictures = [("photographs", lambda i=i, path=path: photograph(path, sizes[i % len(sizes)]))
                for i, path in enumerate(paths[:options.count])]
    pictures += [(name, lambda i=i, colour=colour: edges(sizes[i % len(sizes)], colour))
                 for name, colour in COLOURS.items() for i in range(5)]
    worst = {}
    for name, make in pictures:
        image = make()
        for subsampling, kind in ((0, "4:4:4"), (2, "4:2:0")):
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=92, subsampling=subsampling)
            whole = Image.open(buffer).convert("RGB")
            for side in (256, 128, 64):
                for filter_name in ("bilinear", "bicubic"):
                    difference = compare(options.program, buffer.getvalue(), whole, side, filter_name)
                    entry = worst.setdefault((name, kind, side, filter_name), [0, 0.0, 0.0, 0])
                    entry[0] = max(entry[0], int(difference.max()))
                    entry[1] = max(entry[1], float((difference > 1).mean()))
                    entry[2] += float(difference.mean())
                    entry[3] += 1
    broken = False
    print("| pictures | colour | side | filter | worst | worst share beyond 1 | mean |")
    print("|---|---|--:|---|--:|--:|--:|")
    for (name, kind, side, filter_name), (most, share, total, count) in worst.items():
        print(f"| {name} | {kind} | {side} | {filter_name} | {most} | {share * 100:.3f} % | {total / count:.3f} |")
        broken |= name == "photographs" and share > 0.001
        broken |= (name, kind) != ("saturated colours", "4:2:0") and most > 3
    sys.exit(broken)


if __name__ == "__main__":
    main()
