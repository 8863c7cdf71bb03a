#ifndef CODECS_CANVAS_H
#define CODECS_CANVAS_H

#include "CCodecs.h"

/// Where the pixels of a stored picture lie in the upright RGB one: (x, y) is at origin + x * column + y *
/// row. All eight EXIF orientations have this form, so turning a picture needs no second copy of it.
typedef struct {
  uint8_t *origin;
  ptrdiff_t column;
  ptrdiff_t row;
} codecs_canvas;

/// - size: of the stored picture; orientation: 1...8, anything else counts as 1.
codecs_canvas codecs_canvas_make(uint8_t *rgb, codecs_size size, int orientation);

/// Stored pixels that follow each other in a decoded row but lie `step` columns apart from column `x` on in
/// the picture, as those of an interlaced PNG do.
typedef struct {
  uint32_t y, x, step, count;
} codecs_run;

void codecs_canvas_put_rgb(const codecs_canvas *canvas, codecs_run run, const uint8_t *rgb);

/// Flattens on white: round((c * a + 255 * (255 - a)) / 255).
void codecs_canvas_put_rgba(const codecs_canvas *canvas, codecs_run run, const uint8_t *rgba);

/// Inverted CMYK, as Adobe stores it: R = K - round((255 - C) * K / 255), and so on.
void codecs_canvas_put_cmyk(const codecs_canvas *canvas, codecs_run run, const uint8_t *cmyk);

#endif
