#include "canvas.h"
#include <string.h>

codecs_canvas codecs_canvas_make(uint8_t *rgb, codecs_size size, int orientation) {
  const ptrdiff_t right = size.width - 1, bottom = size.height - 1;
  const ptrdiff_t pixel = 3;
  // Bytes of an upright row; the turned ones have the stored height as their width.
  const ptrdiff_t line = pixel * (orientation >= 5 && orientation <= 8 ? size.height : size.width);
  switch (orientation) {
    case 2: return (codecs_canvas){rgb + right * pixel, -pixel, line};
    case 3: return (codecs_canvas){rgb + right * pixel + bottom * line, -pixel, -line};
    case 4: return (codecs_canvas){rgb + bottom * line, pixel, -line};
    case 5: return (codecs_canvas){rgb, line, pixel};
    case 6: return (codecs_canvas){rgb + bottom * pixel, line, -pixel};
    case 7: return (codecs_canvas){rgb + right * line + bottom * pixel, -line, -pixel};
    case 8: return (codecs_canvas){rgb + right * line, -line, pixel};
    default: return (codecs_canvas){rgb, pixel, line};
  }
}

static uint8_t *start_of(const codecs_canvas *canvas, codecs_run run) {
  return canvas->origin + (ptrdiff_t)run.x * canvas->column + (ptrdiff_t)run.y * canvas->row;
}

/// round(a * b / 255); 255 is odd, so there are no ties.
static inline unsigned scaled(unsigned a, unsigned b) { return (a * b + 127) / 255; }

void codecs_canvas_put_rgb(const codecs_canvas *canvas, codecs_run run, const uint8_t *rgb) {
  uint8_t *to = start_of(canvas, run);
  const ptrdiff_t step = canvas->column * (ptrdiff_t)run.step;
  if (step == 3) {
    memcpy(to, rgb, (size_t)run.count * 3);
    return;
  }
  for (uint32_t i = 0; i < run.count; i++) {
    uint8_t *pixel = to + (ptrdiff_t)i * step;
    for (int c = 0; c < 3; c++) pixel[c] = rgb[3 * (size_t)i + c];
  }
}

void codecs_canvas_put_rgba(const codecs_canvas *canvas, codecs_run run, const uint8_t *rgba) {
  uint8_t *to = start_of(canvas, run);
  const ptrdiff_t step = canvas->column * (ptrdiff_t)run.step;
  for (uint32_t i = 0; i < run.count; i++, rgba += 4) {
    uint8_t *pixel = to + (ptrdiff_t)i * step;
    const unsigned alpha = rgba[3];
    for (int c = 0; c < 3; c++) pixel[c] = (uint8_t)((rgba[c] * alpha + 255 * (255 - alpha) + 127) / 255);
  }
}

void codecs_canvas_put_cmyk(const codecs_canvas *canvas, codecs_run run, const uint8_t *cmyk) {
  uint8_t *to = start_of(canvas, run);
  const ptrdiff_t step = canvas->column * (ptrdiff_t)run.step;
  for (uint32_t i = 0; i < run.count; i++, cmyk += 4) {
    uint8_t *pixel = to + (ptrdiff_t)i * step;
    const unsigned light = cmyk[3];
    for (int c = 0; c < 3; c++) pixel[c] = (uint8_t)(light - scaled(255u - cmyk[c], light));
  }
}
