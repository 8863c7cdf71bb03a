// The specification: every operation in plain loops, in the order in which one would write the formula down.
#include <math.h>

#include "../vector.h"
#include "../winograd/points.h"

static float float_from_bits(uint32_t bits) {
  float x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

static float apply(ug_affine affine, float x, size_t channel) {
  float value = x * affine.scale[channel] + affine.shift[channel];
  return value > affine.floor ? value : affine.floor;
}

static void gemm(const float *a, ug_segments at, const float *b, ug_panel_out out, size_t rows) {
  for (size_t r = 0; r < rows; r++)
    for (size_t h = 0; h < out.halves; h++)
      for (size_t j = 0; j < UG_LANES; j++) {
        float sum = 0;
        for (size_t s = 0; s < at.segments; s++)
          for (size_t k = 0; k < at.length; k++)
            sum += a[(size_t)at.offsets[s] + r * at.row_stride + k] *
                   b[(s * at.length + k) * UG_PANEL + h * UG_LANES + j];
        out.c[r * out.row_stride + h * out.half_stride + j] = sum;
      }
}

static void gemm_bf16(const uint16_t *a, ug_segments at, const uint16_t *b, ug_panel_out out, size_t rows) {
  for (size_t r = 0; r < rows; r++)
    for (size_t h = 0; h < out.halves; h++)
      for (size_t j = 0; j < UG_LANES; j++) {
        float sum = 0;
        for (size_t s = 0; s < at.segments; s++)
          for (size_t k = 0; k < at.length; k++) {
            uint32_t x = a[(size_t)at.offsets[s] + r * at.row_stride + k];
            uint32_t w = b[((s * at.length + k) / 2 * UG_PANEL + h * UG_LANES + j) * 2 + k % 2];
            sum += float_from_bits(x << 16) * float_from_bits(w << 16);
          }
        out.c[r * out.row_stride + h * out.half_stride + j] = sum;
      }
}

// A tile's pixels after the normalisation.
static void tile_pixels(const float *x, const ug_tile_index *index, ug_affine affine, size_t channel,
                        float d[UG_TILE][UG_TILE]) {
  for (int i = 0; i < UG_TILE; i++)
    for (int j = 0; j < UG_TILE; j++) d[i][j] = apply(affine, x[index->rows[i] + index->columns[j]], channel);
}

// The same enlarged by two: along a line, pixel i lies between i / 2 and the next, nearer to the first if i is even.
static void enlarged_tile_pixels(const float *x, const ug_tile_index *index, ug_affine affine, size_t channel,
                                 float d[UG_TILE][UG_TILE]) {
  for (int i = 0; i < UG_TILE; i++)
    for (int j = 0; j < UG_TILE; j++) {
      d[i][j] = 0;
      for (int k = 0; k < 2; k++)
        for (int l = 0; l < 2; l++)
          d[i][j] += (i % 2 == k ? 0.75f : 0.25f) * (j % 2 == l ? 0.75f : 0.25f) *
                     apply(affine, x[index->rows[i / 2 + k] + index->columns[j / 2 + l]], channel);
    }
}

// Bᵀ·d·B, into t.
static void tile_input(float d[UG_TILE][UG_TILE], const ug_tile_index *index, float t[UG_TILE][UG_TILE]) {
  float half[UG_TILE][UG_TILE];
  for (int i = 0; i < UG_TILE; i++)
    for (int j = 0; j < UG_TILE; j++)
      if ((index->outside_rows >> i | index->outside_columns >> j) & 1) d[i][j] = 0;
  for (int i = 0; i < UG_TILE; i++)
    for (int j = 0; j < UG_TILE; j++) {
      half[i][j] = 0;
      for (int k = 0; k < UG_TILE; k++) half[i][j] += (float)ug_BT[i][k] * d[k][j];
    }
  for (int i = 0; i < UG_TILE; i++)
    for (int j = 0; j < UG_TILE; j++) {
      t[i][j] = 0;
      for (int k = 0; k < UG_TILE; k++) t[i][j] += half[i][k] * (float)ug_BT[j][k];
    }
}

static float stored_float(float x) { return x; }

#define WINOGRAD_INPUT(function, element, stored, pixels)                                                       \
  static void function(const float *x, size_t block_stride, size_t blocks, const ug_tile_index *index,          \
                       ug_affine affine, element *v, size_t v_block_stride, size_t point_stride) {              \
    for (size_t channel = 0; channel < blocks * UG_LANES; channel++) {                                          \
      size_t block = channel / UG_LANES, lane = channel % UG_LANES;                                             \
      float d[UG_TILE][UG_TILE], t[UG_TILE][UG_TILE];                                                           \
      pixels(x + block * block_stride + lane, index, affine, channel, d);                                       \
      tile_input(d, index, t);                                                                                  \
      for (size_t p = 0; p < UG_POINTS; p++)                                                                    \
        v[p * point_stride + block * v_block_stride + lane] = stored(t[p / UG_TILE][p % UG_TILE]);              \
    }                                                                                                           \
  }

WINOGRAD_INPUT(winograd_input, float, stored_float, tile_pixels)
WINOGRAD_INPUT(winograd_input_bf16, uint16_t, ug_bf16_from_float, tile_pixels)
WINOGRAD_INPUT(winograd_input_enlarged, float, stored_float, enlarged_tile_pixels)
WINOGRAD_INPUT(winograd_input_enlarged_bf16, uint16_t, ug_bf16_from_float, enlarged_tile_pixels)
#undef WINOGRAD_INPUT

static void winograd_output(const float *m, size_t point_stride, float *y, const ug_tile_grid *grid,
                            size_t first, size_t count, ug_moments moments) {
  for (size_t tile = first; tile < first + count; tile++, m += UG_POINTS * point_stride)
    for (size_t lane = 0; lane < UG_LANES; lane++)
      for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++) {
          const size_t row = tile / grid->across * 4 + i, column = tile % grid->across * 4 + j;
          if (row >= grid->height || column >= grid->width) continue;
          float sum = 0;
          for (size_t p = 0; p < UG_POINTS; p++)
            sum += (float)ug_AT[i][p / UG_TILE] * m[p * point_stride + lane] * (float)ug_AT[j][p % UG_TILE];
          y[row * grid->row_stride + column * grid->column_stride + lane] = sum;
          moments.sums[lane] += sum;
          moments.squares[lane] += sum * sum;
        }
}

static void affine(const float *x, ug_affine affine, const float *residual, float *y, size_t pixels) {
  for (size_t i = 0; i < pixels * UG_LANES; i++)
    y[i] = apply(affine, x[i], i % UG_LANES) + (residual ? residual[i] : 0);
}

static void affine_to_planes(const float *x, ug_affine affine, float *y, size_t plane_stride, size_t pixels) {
  for (size_t i = 0; i < pixels * UG_LANES; i++)
    y[i % UG_LANES * plane_stride + i / UG_LANES] = apply(affine, x[i], i % UG_LANES);
}

static void leaky(float *x, const float *bias, float slope, size_t pixels) {
  for (size_t i = 0; i < pixels * UG_LANES; i++) {
    float value = x[i] + bias[i % UG_LANES];
    x[i] = value > slope * value ? value : slope * value;
  }
}

static void blur(const float *above, const float *row, const float *below, ug_affine affine, float *y,
                 size_t width) {
  const float *const rows[3] = {above, row, below};
  static const float taps[3] = {1, 2, 1};
  for (size_t m = 0; 2 * m < width; m++)
    for (size_t lane = 0; lane < UG_LANES; lane++) {
      float sum = 0;
      for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++) {
          // Column 2m + j − 1, mirrored.
          size_t column = 2 * m + j == 0 ? 1 : 2 * m + j > width ? width - 2 : 2 * m + j - 1;
          sum += taps[i] * taps[j] * apply(affine, rows[i][column * UG_LANES + lane], lane);
        }
      y[m * UG_LANES + lane] = sum / 16;
    }
}

static void moments(const float *x, size_t pixels, ug_moments moments) {
  for (size_t i = 0; i < pixels * UG_LANES; i++) {
    moments.sums[i % UG_LANES] += x[i];
    moments.squares[i % UG_LANES] += x[i] * x[i];
  }
}

static void maximum(const float *x, size_t pixels, float *maxima) {
  for (size_t i = 0; i < pixels * UG_LANES; i++)
    if (x[i] > maxima[i % UG_LANES]) maxima[i % UG_LANES] = x[i];
}

static void channel_sum(const float *x, size_t pixels, float *heat) {
  for (size_t i = 0; i < pixels * UG_LANES; i++) heat[i / UG_LANES] += x[i];
}

static void head(const float *x, size_t channel_stride, size_t row_stride, size_t channels, const float *weights,
                 float *out, size_t out_stride, size_t width) {
  for (size_t j = 0; j < 3; j++)
    for (size_t i = 0; i < width; i++)
      for (size_t c = 0; c < channels; c++)
        for (size_t k = 0; k < 49; k++)
          out[j * out_stride + i] +=
              x[c * channel_stride + k / 7 * row_stride + i + k % 7] * weights[(c * 49 + k) * 3 + j];
}

static void tanh_of(const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = tanhf(x[i]);
}

static float stored_f32(const void *w, size_t k) {
  float value;
  __builtin_memcpy(&value, (const uint8_t *)w + 4 * k, sizeof value);
  return value;
}

static float stored_f16(const void *w, size_t k) {
  _Float16 value;
  __builtin_memcpy(&value, (const uint8_t *)w + 2 * k, sizeof value);
  return (float)value;
}

static float stored_bf16(const void *w, size_t k) {
  uint16_t value;
  __builtin_memcpy(&value, (const uint8_t *)w + 2 * k, sizeof value);
  return float_from_bits((uint32_t)value << 16);
}

#define DOT(function, stored)                                                                                   \
  static void function(const void *w, size_t row_stride, size_t rows, size_t count, const float *x,             \
                       size_t x_stride, size_t vectors, float *sums) {                                          \
    for (size_t r = 0; r < rows; r++)                                                                           \
      for (size_t v = 0; v < vectors; v++, sums++) {                                                            \
        *sums = 0;                                                                                              \
        for (size_t k = 0; k < count; k++) *sums += stored(w, r * row_stride + k) * x[v * x_stride + k];        \
      }                                                                                                         \
  }

DOT(dot_f32, stored_f32)
DOT(dot_f16, stored_f16)
DOT(dot_bf16, stored_bf16)

static uint8_t sample(int32_t sum) {
  sum >>= UG_RESAMPLE_PLACES;
  return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

static void resample_across(const uint8_t *row, const int32_t *starts, const int32_t *counts, const int32_t *weights,
                            size_t stride, size_t channels, uint8_t *out, size_t width) {
  for (size_t i = 0; i < width; i++)
    for (size_t c = 0; c < channels; c++) {
      int32_t sum = UG_RESAMPLE_HALF;
      for (int32_t k = 0; k < counts[i]; k++)
        sum += row[(size_t)(starts[i] + k) * channels + c] * weights[i * stride + (size_t)k];
      out[i * channels + c] = sample(sum);
    }
}

static void resample_down(const uint8_t *const *rows, const int32_t *weights, size_t taps, uint8_t *out,
                          size_t count) {
  for (size_t i = 0; i < count; i++) {
    int32_t sum = UG_RESAMPLE_HALF;
    for (size_t k = 0; k < taps; k++) sum += rows[k][i] * weights[k];
    out[i] = sample(sum);
  }
}

static double fma_peak(size_t iterations) {
  volatile float factor = 0.999f;
  float chain = 0, multiplier = factor;
  for (size_t n = 0; n < iterations; n++) chain = chain * multiplier + 0.001f;
  factor = chain;
  return 2.0 * (double)iterations;
}

const ug_kernels ug_kernels_scalar = {
    .name = "scalar",
    .gemm = gemm,
    .gemm_bf16 = gemm_bf16,
    .winograd_input = winograd_input,
    .winograd_input_bf16 = winograd_input_bf16,
    .winograd_input_enlarged = winograd_input_enlarged,
    .winograd_input_enlarged_bf16 = winograd_input_enlarged_bf16,
    .winograd_output = winograd_output,
    .affine = affine,
    .affine_to_planes = affine_to_planes,
    .leaky = leaky,
    .blur = blur,
    .moments = moments,
    .maximum = maximum,
    .channel_sum = channel_sum,
    .head = head,
    .tanh = tanh_of,
    .dot_f32 = dot_f32,
    .dot_f16 = dot_f16,
    .dot_bf16 = dot_bf16,
    .resample_across = resample_across,
    .resample_down = resample_down,
    .fma_peak = fma_peak,
};
