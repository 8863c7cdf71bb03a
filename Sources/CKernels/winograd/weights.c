// Packing only: runs once per model, so it is written for exactness.
#include "ckernels.h"
#include "points.h"

void ug_winograd_weights(const float *g, size_t kernel_stride, size_t count, float *u, size_t point_stride,
                         size_t column_stride) {
  for (size_t n = 0; n < count; n++, g += kernel_stride, u += column_stride) {
    double half[UG_TILE][3];
    for (int i = 0; i < UG_TILE; i++)
      for (int j = 0; j < 3; j++)
        half[i][j] = ug_G[i][0] * g[j] + ug_G[i][1] * g[3 + j] + ug_G[i][2] * g[6 + j];
    for (int i = 0; i < UG_TILE; i++)
      for (int j = 0; j < UG_TILE; j++)
        u[(size_t)(i * UG_TILE + j) * point_stride] =
            (float)(half[i][0] * ug_G[j][0] + half[i][1] * ug_G[j][1] + half[i][2] * ug_G[j][2]);
  }
}

uint16_t ug_bf16_from_float(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return (uint16_t)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}
