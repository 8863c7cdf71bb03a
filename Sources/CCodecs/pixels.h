#ifndef CODECS_PIXELS_H
#define CODECS_PIXELS_H

#include "CCodecs.h"

/// Pixels that a decoder gives side by side and that lie `step` columns apart, as those of a pass of an interlaced
/// PNG do.
typedef struct {
  uint8_t *to;
  uint32_t step, count;
} codecs_run;

void codecs_put_rgb(codecs_run run, const uint8_t *rgb);

/// Flattens on white: round((c * a + 255 * (255 - a)) / 255).
void codecs_put_rgba(codecs_run run, const uint8_t *rgba);

/// From inverted CMYK, as Adobe stores it: R = K - round((255 - C) * K / 255), and so on.
void codecs_put_cmyk(codecs_run run, const uint8_t *cmyk);

#endif
