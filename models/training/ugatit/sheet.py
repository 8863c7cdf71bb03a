"""Contact sheets: how generators do on a few pictures of each domain."""

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
    """For each image: itself, where `forth` looked, its translation, and what `back` makes of that; less where the
    method has no heatmap or no way back."""
    translated, heatmaps = forth.translate(images)
    columns = [images]
    if heatmaps is not None:
        columns.append([overlay(heatmap, image) for image, heatmap in zip(images, heatmaps)])
    columns.append(translated)
    if back is not None:
        columns.append(back.translate(translated)[0])
    return [list(row) for row in zip(*columns)]


def contact_sheet(generators, images_a, images_b, gap=2, smallest=96):
    """Rows of photo, heatmap, translation, reconstruction: A to B in the left half, B to A in the right one.
    `generators` by direction, A2B and perhaps B2A; images are shown at `smallest` pixels at least, whole multiples of
    their size."""
    a2b, b2a = generators["A2B"], generators.get("B2A")
    halves = [strips(a2b, b2a, images_a)]
    if b2a is not None:
        halves.append(strips(b2a, a2b, images_b))
    side = images_a.shape[-1]
    shown = side * -(-smallest // side)
    width = sum(len(half[0]) for half in halves) * (shown + gap) + (len(halves) - 1) * 2 * gap
    sheet = Image.new("RGB", (width, len(halves[0]) * (shown + gap)), "white")
    left = 0
    for half in halves:
        for y, row in enumerate(half):
            for x, image in enumerate(row):
                tile = picture_of(image).resize((shown, shown), Image.Resampling.NEAREST)
                sheet.paste(tile, (left + x * (shown + gap), y * (shown + gap)))
        left += len(half[0]) * (shown + gap) + 2 * gap
    return sheet
