"""Contact sheets: how a pair of generators does on a few pictures of each domain."""

import torch
from PIL import Image

from .pictures import picture_of


def jet(values):
    """Heatmap values 0...1 (H, W) in the "jet" colours, as an image (3, H, W) in -1...1."""
    centres = torch.tensor([3.0, 2.0, 1.0], device=values.device)[:, None, None]
    return (1.5 - (4 * values - centres).abs()).clamp(0, 1) * 2 - 1


def overlay(heatmap, image):
    """A heatmap (1, h, w), stretched to its own range, half over the image (3, H, W) it belongs to."""
    low, high = heatmap.min(), heatmap.max()
    scaled = torch.nn.functional.interpolate(
        ((heatmap - low) / (high - low).clamp(min=1e-12))[None], image.shape[-2:], mode="bilinear")[0, 0]
    return (jet(scaled) + image) / 2


@torch.no_grad()
def strips(forth, back, images):
    """For each image: itself, where `forth` looked, its translation, and what `back` makes of that."""
    translated, _, heatmaps = forth(images)
    returned = back(translated)[0]
    return [[image, overlay(heatmap, image), there, again]
            for image, heatmap, there, again in zip(images, heatmaps, translated, returned)]


def contact_sheet(generators, images_a, images_b, gap=2, smallest=96):
    """Rows of photo, heatmap, translation, reconstruction: A to B in the left half, B to A in the right one.
    `generators` are A2B and B2A; images are shown at `smallest` pixels at least, whole multiples of their
    size."""
    a2b, b2a = generators
    rows = [left + right for left, right in zip(strips(a2b, b2a, images_a), strips(b2a, a2b, images_b))]
    side = images_a.shape[-1]
    shown = side * -(-smallest // side)
    sheet = Image.new("RGB", (8 * (shown + gap) + 2 * gap, len(rows) * (shown + gap)), "white")
    for y, row in enumerate(rows):
        for x, image in enumerate(row):
            tile = picture_of(image).resize((shown, shown), Image.Resampling.NEAREST)
            sheet.paste(tile, (x * (shown + gap) + (2 * gap if x >= 4 else 0), y * (shown + gap)))
    return sheet
