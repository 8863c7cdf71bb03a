"""Image files to tensors and back, by the numerics that the service keeps too."""

import numpy
import torch
from PIL import Image, ImageOps


BILINEAR, BICUBIC = Image.Resampling.BILINEAR, Image.Resampling.BICUBIC


def read_picture(path, width=None, height=None, resampling=BILINEAR):
    """An image file as RGB, EXIF orientation obeyed, alpha flattened on white; stretched to `width` ×
    `height` with one of Pillow's antialiased filters where a size is given: U-GAT-IT's is bilinear, the ResNet
    family's bicubic."""
    picture = ImageOps.exif_transpose(Image.open(path))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    picture = picture.convert("RGB")
    return picture if width is None else picture.resize((width, height), resampling)


def planar(picture):
    """A picture as a byte tensor (3, H, W)."""
    return torch.from_numpy(numpy.array(picture, dtype=numpy.uint8)).permute(2, 0, 1).contiguous()


def normalised(pixels):
    """Bytes 0...255 to floats -1...1."""
    return pixels.float() / 127.5 - 1


def pixels(image):
    """Floats -1...1 to bytes 0...255, rounded to nearest and clamped."""
    return ((image.float() * 0.5 + 0.5) * 255).round().clamp(0, 255).to(torch.uint8)


def picture_of(image):
    """A normalised image (3, H, W) as a Pillow picture."""
    return Image.fromarray(pixels(image).permute(1, 2, 0).cpu().numpy())


def picture_files(folder):
    """The PNG and JPEG files of a folder, by name."""
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".png", ".jpg", ".jpeg"))
    if not files:
        raise SystemExit(f"{folder} holds no PNG or JPEG files")
    return files
