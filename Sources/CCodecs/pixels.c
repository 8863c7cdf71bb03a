#include "pixels.h"
#include <string.h>

/// round(a * b / 255); 255 is odd, so there are no ties.
static inline unsigned scaled(unsigned a, unsigned b) { return (a * b + 127) / 255; }

void codecs_put_rgb(codecs_run run, const uint8_t *rgb) {
  if (run.step == 1) {
    memcpy(run.to, rgb, (size_t)run.count * 3);
    return;
  }
  for (uint32_t i = 0; i < run.count; i++) {
    uint8_t *pixel = run.to + (size_t)i * run.step * 3;
    for (int c = 0; c < 3; c++) pixel[c] = rgb[3 * (size_t)i + c];
  }
}

void codecs_put_rgba(codecs_run run, const uint8_t *rgba) {
  for (uint32_t i = 0; i < run.count; i++, rgba += 4) {
    uint8_t *pixel = run.to + (size_t)i * run.step * 3;
    const unsigned alpha = rgba[3];
    for (int c = 0; c < 3; c++) pixel[c] = (uint8_t)((rgba[c] * alpha + 255 * (255 - alpha) + 127) / 255);
  }
}

void codecs_put_cmyk(codecs_run run, const uint8_t *cmyk) {
  for (uint32_t i = 0; i < run.count; i++, cmyk += 4) {
    uint8_t *pixel = run.to + (size_t)i * run.step * 3;
    const unsigned light = cmyk[3];
    for (int c = 0; c < 3; c++) pixel[c] = (uint8_t)(light - scaled(255u - cmyk[c], light));
  }
}
