"""Makes the pictures beside this file, and what decoding or resizing them must give.

Every picture is synthetic.  `NAME.ppm` holds the pixels that decoding `NAME.png`, `NAME.jpg` and `NAME-*.png` must
give; Pillow's own reading is asserted to be the same wherever Pillow follows the PNG specification.

    pip install pillow numpy opencv-python-headless
    python make_fixtures.py            (a C compiler and libjpeg's headers, for the arithmetic-coded JPEG)
"""
import io
import pathlib
import struct
import subprocess
import tempfile
import zlib

import cv2
import numpy as np
from PIL import Image, ImageCms, ImageOps

HERE = pathlib.Path(__file__).parent
RANDOM = np.random.default_rng(20190726)


def folder(name):
    (HERE / name).mkdir(exist_ok=True)
    return HERE / name


def write_ppm(path, rgb):
    rgb = np.ascontiguousarray(rgb, dtype=np.uint8)
    path.write_bytes(b"P6 %d %d 255\n" % (rgb.shape[1], rgb.shape[0]) + rgb.tobytes())


# --- PNG: an encoder of every colour type, depth and interlacing (PNG 3rd edition, sections 7 to 11) ---

GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_row(row, depth):
    values = row.reshape(-1)
    if depth == 16:
        return values.astype(">u2").tobytes()
    if depth == 8:
        return values.astype(np.uint8).tobytes()
    bits = ((values[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8)
    return np.packbits(bits.reshape(-1)).tobytes()


def filtered(row, above, pixel, kind):
    out = bytearray([kind])
    for i, x in enumerate(row):
        a = row[i - pixel] if i >= pixel else 0
        b = above[i]
        c = above[i - pixel] if i >= pixel else 0
        p = a + b - c
        paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        out.append((x - (0, a, b, (a + b) // 2, paeth)[kind]) & 255)
    return bytes(out)


def scanlines(samples, depth):
    pixel = max(samples.shape[2] * depth // 8, 1)
    rows = [packed_row(row, depth) for row in samples]
    above = bytes(len(rows[0]))
    out = b""
    for y, row in enumerate(rows):
        out += filtered(row, above, pixel, y % 5)
        above = row
    return out


def png(samples, kind, depth, interlaced=False, before=b"", after=b""):
    height, width = samples.shape[:2]
    data = b""
    if interlaced:
        for x, y, dx, dy in ADAM7:
            part = samples[y::dy, x::dx]
            if part.size:
                data += scanlines(part, depth)
    else:
        data = scanlines(samples, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", zlib.compress(data, 9)) + after
            + chunk(b"IEND", b""))


def flattened(rgb, alpha):
    """On white; exact rounding."""
    alpha = alpha.astype(int)[..., None]
    return (rgb.astype(int) * alpha + 255 * (255 - alpha) + 127) // 255


def pillow_reading(data):
    image = Image.open(io.BytesIO(data))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return np.array(white)
    return np.array(image.convert("RGB"))


def save_png(name, samples, kind, depth, expected, before=b"", pillow_agrees=True):
    out = folder("png")
    write_ppm(out / f"{name}.ppm", expected)
    for suffix, interlaced in (("", False), ("-interlaced", True)):
        data = png(samples, kind, depth, interlaced, before)
        (out / f"{name}{suffix}.png").write_bytes(data)
        if pillow_agrees:
            assert np.array_equal(pillow_reading(data), expected), name + suffix


def make_pngs():
    size = (11, 13)
    for depth in (1, 2, 4, 8, 16):
        top = (1 << depth) - 1
        gray = RANDOM.integers(0, top + 1, size + (1,))
        level = gray >> 8 if depth == 16 else gray * (255 // top)
        rgb = np.repeat(level, 3, axis=2)
        # Pillow clamps 16 bit gray at 255 instead of taking it down.
        save_png(f"gray{depth}", gray, GRAY, depth, rgb, pillow_agrees=depth != 16)
        key = int(gray[3, 3, 0])
        alpha = np.where(gray[..., 0] == key, 0, 255)
        # Pillow compares the key with samples that are already 8 bit.
        save_png(f"gray{depth}-key", gray, GRAY, depth, flattened(rgb, alpha),
                 chunk(b"tRNS", struct.pack(">H", key)), pillow_agrees=depth in (8,))
        if depth <= 8:
            colours = RANDOM.integers(0, 256, (top + 1 if depth < 8 else 200, 3))
            index = RANDOM.integers(0, len(colours), size + (1,))
            table = chunk(b"PLTE", colours.astype(np.uint8).tobytes())
            rgb = colours[index[..., 0]]
            save_png(f"palette{depth}", index, PALETTE, depth, rgb, table)
            alphas = RANDOM.integers(0, 256, max(len(colours) * 3 // 4, 1))
            whole = np.concatenate([alphas, np.full(len(colours) - len(alphas), 255)])
            save_png(f"palette{depth}-alpha", index, PALETTE, depth, flattened(rgb, whole[index[..., 0]]),
                     table + chunk(b"tRNS", alphas.astype(np.uint8).tobytes()))
        if depth >= 8:
            shift = depth - 8
            rgb = RANDOM.integers(0, top + 1, size + (3,))
            rgb[5:8, 2:9] = rgb[0, 0]
            save_png(f"rgb{depth}", rgb, RGB, depth, rgb >> shift)
            if depth == 16:
                rgb[6, 3, 2] ^= 1  # differs from the key in the low byte only, so it stays visible
            alpha = np.where((rgb == rgb[0, 0]).all(axis=2), 0, 255)
            save_png(f"rgb{depth}-key", rgb, RGB, depth, flattened(rgb >> shift, alpha),
                     chunk(b"tRNS", struct.pack(">3H", *map(int, rgb[0, 0]))), pillow_agrees=depth == 8)
            rgba = RANDOM.integers(0, top + 1, size + (4,))
            rgba[:2, :, 3], rgba[2:4, :, 3] = 0, top
            save_png(f"rgba{depth}", rgba, RGBA, depth, flattened(rgba[..., :3] >> shift, rgba[..., 3] >> shift))
            both = rgba[..., :2].copy()
            both[..., 1] = rgba[..., 3]
            save_png(f"graya{depth}", both, GRAY_ALPHA, depth,
                     flattened(np.repeat(both[..., :1] >> shift, 3, axis=2), both[..., 1] >> shift))
    for width, height in ((1, 1), (1, 5), (5, 1), (2, 2), (3, 7), (8, 8), (9, 9)):  # some passes are empty
        rgb = RANDOM.integers(0, 256, (height, width, 3))
        save_png(f"size{width}x{height}", rgb, RGB, 8, rgb)


def make_metadata_png():
    """Gamma, a profile that is not one, text: all ignored; and an animation."""
    rgb = RANDOM.integers(0, 256, (6, 7, 3))
    ignored = (chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"iCCP", b"x\0\0" + zlib.compress(b"no profile"))
               + chunk(b"zTXt", b"k\0\0" + zlib.compress(b"text")) + chunk(b"pHYs", struct.pack(">IIB", 1, 2, 0)))
    save_png("metadata", rgb, RGB, 8, rgb, ignored)
    frames = [Image.fromarray(RANDOM.integers(0, 256, (5, 6, 3), dtype=np.uint8)) for _ in range(3)]
    frames[0].save(HERE / "png" / "animated.png", save_all=True, append_images=frames[1:])
    write_ppm(HERE / "png" / "animated.ppm", np.array(frames[0]))


# --- JPEG ---

def scene(width, height):
    """Smooth gradients with hard edges in saturated colours: chroma upsampling shows."""
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    rgb = np.stack([x * 255, y * 255, (1 - x) * 180 + 40 * np.sin(12 * y)], axis=2)
    rgb[height // 4:height // 2, width // 5:width // 2] = (230, 20, 30)
    rgb[height // 2:, width * 2 // 3:] = (20, 200, 60)
    return Image.fromarray(np.clip(rgb, 0, 255).astype(np.uint8))


def with_adobe_transform(data, transform):
    at = data.index(b"Adobe") + 11
    return data[:at] + bytes([transform]) + data[at + 1:]


ARITHMETIC = r"""
#include <stdio.h>
#include <stdlib.h>
#include <jpeglib.h>
int main(void) {  // WIDTH, HEIGHT and RGB on standard input, a JPEG on standard output
  int width, height;
  if (scanf("%d %d%*c", &width, &height) != 2) return 1;
  struct jpeg_error_mgr errors;
  struct jpeg_compress_struct info = {.err = jpeg_std_error(&errors)};
  jpeg_create_compress(&info);
  jpeg_stdio_dest(&info, stdout);
  info.image_width = width, info.image_height = height, info.input_components = 3, info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  info.arith_code = TRUE;
  jpeg_start_compress(&info, TRUE);
  JSAMPROW row = malloc(3 * width);
  while (info.next_scanline < info.image_height) {
    if (fread(row, 3, width, stdin) != (size_t)width) return 1;
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
}
"""


def arithmetic_jpeg(image):
    with tempfile.TemporaryDirectory() as temporary:
        source, program = pathlib.Path(temporary, "a.c"), pathlib.Path(temporary, "a")
        source.write_text(ARITHMETIC)
        subprocess.run(["cc", source, "-o", program, "-ljpeg"], check=True)
        given = b"%d %d\n" % image.size + image.tobytes()
        return subprocess.run([program], input=given, stdout=subprocess.PIPE, check=True).stdout


def make_jpegs():
    out = folder("jpeg")
    image = scene(37, 29)
    cmyk = Image.merge("CMYK", [Image.fromarray(np.array(scene(37, 29))[..., c]) for c in (0, 1, 2, 0)])

    def encoded(image, **options):
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", **options)
        return buffer.getvalue()

    files = {
        "baseline-444": encoded(image, quality=90, subsampling=0),
        "baseline-422": encoded(image, quality=85, subsampling=1),
        "baseline-420": encoded(image, quality=75, subsampling=2),
        "restarts": encoded(image, quality=75, subsampling=2, restart_marker_blocks=2),
        "progressive-444": encoded(image, quality=90, subsampling=0, progressive=True),
        "progressive-420": encoded(image, quality=75, subsampling=2, progressive=True),
        "gray": encoded(image.convert("L"), quality=80),
        "gray-progressive": encoded(image.convert("L"), quality=80, progressive=True),
        "rgb": encoded(image, quality=85, keep_rgb=True),
        "cmyk": encoded(cmyk, quality=85),
        "cmyk-progressive": encoded(cmyk, quality=85, progressive=True),
        "ycck": with_adobe_transform(encoded(cmyk, quality=85), 2),
        "arithmetic": arithmetic_jpeg(image),
        "one-pixel": encoded(scene(1, 1), quality=85),
    }
    for name, data in files.items():
        (out / f"{name}.jpg").write_bytes(data)
        write_ppm(out / f"{name}.ppm", np.array(Image.open(io.BytesIO(data)).convert("RGB")))


# --- WebP ---

def make_webps():
    out = folder("webp")
    image = scene(37, 29)
    alpha = Image.fromarray(RANDOM.integers(0, 256, (29, 37), dtype=np.uint8))
    transparent = image.copy()
    transparent.putalpha(alpha)
    exif = Image.Exif()
    exif[0x0112] = 6
    frames = [scene(37, 29), scene(37, 29).rotate(90), scene(37, 29).rotate(180)]
    files = {
        "lossy": (image, {"quality": 80}),
        "lossless": (image, {"lossless": True}),
        "lossy-alpha": (transparent, {"quality": 80}),
        "lossless-alpha": (transparent, {"lossless": True, "exact": True}),
        "turned": (image, {"quality": 80, "exif": exif}),
        "animated": (frames[0], {"save_all": True, "append_images": frames[1:], "lossless": True, "duration": 50}),
        "one-pixel": (scene(1, 1), {"quality": 80}),
    }
    for name, (picture, options) in files.items():
        picture.save(out / f"{name}.webp", **options)
        data = (out / f"{name}.webp").read_bytes()
        upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
        if upright.mode == "RGBA":
            rgba = np.array(upright)
            write_ppm(out / f"{name}.ppm", flattened(rgba[..., :3], rgba[..., 3]))
        else:
            write_ppm(out / f"{name}.ppm", np.array(upright.convert("RGB")))


# --- ICC profiles (ICC.1:2010, sections 7 and 10) ---

D50 = np.array([0.9642, 1.0, 0.8249])
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def fixed(*values):
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def profile(kind, space, connection, tags):
    tags = [("desc", b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78)),
            ("cprt", b"text" + bytes(4) + b"public domain\0"), ("wtpt", b"XYZ " + bytes(4) + fixed(*D50)), *tags]
    table, data, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, content in tags:
        content += bytes(-len(content) % 4)
        table += name.encode() + struct.pack(">II", offset + len(data), len(content))
        data += content
    header = struct.pack(">I4sI4s4s4s12x4s4s4s", offset + len(data), b"test", 0x02400000, kind, space, connection,
                         b"acsp", bytes(4), bytes(4)) + bytes(20) + fixed(*D50)
    return header.ljust(128, b"\0") + table + data


def matrix_profile(primaries, white, curve):
    """Of a screen: its primaries and white as (x, y)."""
    xyz = lambda xy: np.array([xy[0] / xy[1], 1, (1 - xy[0] - xy[1]) / xy[1]])
    columns = np.stack([xyz(primary) for primary in primaries], axis=1)
    columns = columns * np.linalg.solve(columns, xyz(white))
    adapt = np.linalg.inv(BRADFORD) @ np.diag((BRADFORD @ D50) / (BRADFORD @ xyz(white))) @ BRADFORD
    columns = adapt @ columns
    tags = [(name, b"XYZ " + bytes(4) + fixed(*columns[:, i])) for i, name in enumerate(("rXYZ", "gXYZ", "bXYZ"))]
    return profile(b"mntr", b"RGB ", b"XYZ ", tags + [(name, curve) for name in ("rTRC", "gTRC", "bTRC")])


def table_profile(kind, space, channels, grid, linear):
    """A table from colours to Lab, `mft2`; `linear` gives RGB of 0...1 for rows of channels."""
    axes = np.meshgrid(*[np.linspace(0, 1, grid)] * channels, indexing="ij")
    rgb = linear(np.stack([axis.ravel() for axis in axes], axis=1))
    to_xyz = np.array([[0.4361, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]])
    ratio = (rgb @ to_xyz.T) / D50
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    lab = np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)
    stored = np.clip([652.8, 256, 256] * (lab + [0, 128, 128]), 0, 65535).astype(">u2")
    ramp = struct.pack(">HH", 0, 65535)
    tag = (b"mft2" + bytes(4) + bytes([channels, 3, grid, 0]) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
           + struct.pack(">HH", 2, 2) + ramp * channels + stored.tobytes() + ramp * 3)
    return profile(kind, space, b"Lab ", [("A2B0", tag)])


def make_profiles():
    out = folder("profile")
    gamma = lambda value: b"curv" + bytes(4) + struct.pack(">IH", 1, round(value * 256))
    steps = np.arange(1024) / 1023
    srgb_curve = b"curv" + bytes(4) + struct.pack(">I", 1024) + (
        65535 * np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)).astype(">u2").tobytes()
    d65 = (0.3127, 0.329)
    profiles = {
        "p3": matrix_profile([(0.68, 0.32), (0.265, 0.69), (0.15, 0.06)], d65, srgb_curve),
        "adobe": matrix_profile([(0.64, 0.33), (0.21, 0.71), (0.15, 0.06)], d65, gamma(563 / 256)),
        "srgb": matrix_profile([(0.64, 0.33), (0.3, 0.6), (0.15, 0.06)], d65, srgb_curve),
        "gray": profile(b"mntr", b"GRAY", b"XYZ ", [("kTRC", gamma(1.8))]),
        "table": table_profile(b"scnr", b"RGB ", 3, 9, lambda c: c ** 1.9 * 0.9),
        "cmyk": table_profile(b"prtr", b"CMYK", 4, 5, lambda c: ((1 - 0.9 * c[:, :3]) * (1 - 0.95 * c[:, 3:])) ** 2.2),
    }
    image = scene(48, 36)
    ink = Image.merge("CMYK", [Image.fromarray(np.array(image)[..., c]) for c in (0, 1, 2, 0)])
    pictures = {"gray": image.convert("L"), "cmyk": ink}
    srgb = ImageCms.createProfile("sRGB")
    for name, data in profiles.items():
        (out / f"{name}.icc").write_bytes(data)
        source = pictures.get(name, image)
        kinds = {"gray": ("jpg", "png"), "cmyk": ("jpg",)}.get(name, ("jpg", "png", "webp"))
        for kind in kinds:
            path = out / f"{name}.{kind}"
            source.save(path, icc_profile=data, **({} if kind == "png" else {"quality": 90}))
            read = Image.open(path)
            converted = ImageCms.profileToProfile(
                read, ImageCms.ImageCmsProfile(io.BytesIO(data)), srgb, outputMode="RGB",
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC)
            write_ppm(out / f"{name}-{kind}.ppm", np.array(converted))


# --- EXIF orientation ---

def make_orientations():
    out = folder("orientation")
    image = scene(21, 14)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        for kind in ("jpg", "png"):
            path = out / f"{orientation}.{kind}"
            image.save(path, exif=exif, quality=80)
            upright = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
            write_ppm(out / f"{orientation}-{kind}.ppm", np.array(upright))


# --- resizing ---

def make_resizes():
    out = folder("resize")
    sources = {(37, 23): [(1, 1), (37, 23), (64, 64), (18, 11), (36, 22), (74, 46), (5, 5), (1, 23), (37, 1),
                          (150, 3), (3, 90), (38, 24)],
               (1, 9): [(1, 3), (7, 9), (4, 20)], (9, 1): [(3, 1), (9, 7), (20, 4)], (1, 1): [(1, 1), (6, 5)],
               (301, 4): [(10, 4), (7, 2), (1, 1)]}
    for (width, height), targets in sources.items():
        noise = RANDOM.integers(0, 256, (height, width, 3), dtype=np.uint8)
        noise[: height // 2 + 1, : width // 2] = RANDOM.integers(0, 2, (height // 2 + 1, width // 2, 3)) * 255
        write_ppm(out / f"{width}x{height}.ppm", noise)
        for target in targets:
            resized = Image.fromarray(noise).resize(target, Image.Resampling.BILINEAR)
            write_ppm(out / f"{width}x{height}-to-{target[0]}x{target[1]}.ppm", np.array(resized))


# --- heatmaps, as the public U-GAT-IT code draws them ---

def make_heatmaps():
    out = folder("heatmap")
    write_ppm(out / "jet.ppm", cv2.applyColorMap(np.arange(256, dtype=np.uint8)[None], cv2.COLORMAP_JET)[..., ::-1])
    y, x = np.mgrid[0:8, 0:8]
    values = (np.sin(x / 2.0) * 3 + np.cos(y / 3.0) * 2 - 7 + RANDOM.random((8, 8))).astype(np.float32)
    (out / "values.f32").write_bytes(values.astype("<f4").tobytes())
    cam = values - np.min(values)
    cam = np.uint8(255 * (cam / np.max(cam)))
    write_ppm(out / "levels.ppm", np.repeat(cam[..., None], 3, axis=2))
    write_ppm(out / "gray-24x24.ppm", np.repeat(cv2.resize(cam, (24, 24))[..., None], 3, axis=2))


if __name__ == "__main__":
    make_pngs()
    make_metadata_png()
    make_jpegs()
    make_orientations()
    make_resizes()
    make_heatmaps()
    make_webps()
    make_profiles()
