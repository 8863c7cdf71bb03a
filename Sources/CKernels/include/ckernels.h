// Microkernels of the U-GAT-IT generator.
//
// Activations are blocked: [ceil(C/16)][H][W][16] floats, the 16 channels of a block contiguous, channels past
// C zero.  Weights are packed in panels of 32 output channels.  One layout serves every instruction set, so
// packing happens once and does not depend on the machine.
//
// A row of the table below (one per instruction set) holds every operation; `scalar` is the specification that
// the others are tested against.  No kernel allocates, none keeps state, none reads past what is said here.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// Channels of a block, and floats of one vector in every kernel.
#define UG_LANES 16
// Output channels of a weight panel: two blocks.
#define UG_PANEL 32
// Side of a Winograd F(4x4, 3x3) input tile, and its square.
#define UG_TILE 6
#define UG_POINTS 36
// Side of the pixels that such a tile is made of where the image is enlarged by two while it is read.
#define UG_SMALL_TILE 4
// Binary places of the weights of a resampled picture, and what a sum begins with so that dropping them rounds.
#define UG_RESAMPLE_PLACES 22
#define UG_RESAMPLE_HALF 0x200000
// Bytes behind a row of pixels that `resample_across` may read.
#define UG_RESAMPLE_SLACK 16

// Where a GEMM reads its left operand.  Row r, segment s, element k is a[offsets[s] + r * row_stride + k].
// One segment is `length` contiguous elements; a convolution has a segment for every tap and channel block.
typedef struct {
  const int32_t *offsets;
  size_t segments;
  size_t length;
  size_t row_stride;
} ug_segments;

// Where a GEMM writes.  Row r, column j of half h (16 columns) is c[r * row_stride + h * half_stride + j].
typedef struct {
  float *c;
  size_t row_stride;
  size_t half_stride;
  size_t halves; // 1 or 2: a layer whose last panel is half empty writes one
} ug_panel_out;

// Row and column offsets of an input tile, in elements, six of each, or four where it is enlarged: padding is in the
// indices, so that the border costs nothing and needs no copy.  Bit i of the others tells that row or column i of
// the six is zero, whatever lies at its offset and whatever the normalisation makes of it.
typedef struct {
  int32_t rows[UG_TILE];
  int32_t columns[UG_TILE];
  uint32_t outside_rows;
  uint32_t outside_columns;
} ug_tile_index;

// An image cut into tiles of 4×4 pixels, `across` of them side by side: tile t begins at row t / across * 4 and
// column t % across * 4, and what of it lies beyond height or width is not there.
typedef struct {
  size_t across;
  size_t height, width;
  size_t row_stride, column_stride;
} ug_tile_grid;

// y = max(x * scale + shift, floor) for each channel: a normalisation whose statistics are known, and its ReLU
// (floor 0) or nothing (floor -inf).
typedef struct {
  const float *scale;
  const float *shift;
  float floor;
} ug_affine;

// Σx and Σx² of each of 16 channels, added to what is there.
typedef struct {
  float *sums;
  float *squares;
} ug_moments;

typedef struct {
  const char *name;

  // C[rows][32] = A[rows][K] · B[K][32], K = segments × length; B packed [K][32].  rows >= 1.
  void (*gemm)(const float *a, ug_segments segments, const float *b, ug_panel_out out, size_t rows);
  // The same on bfloat16 operands with float sums: B packed [K/2][32][2], length even.
  void (*gemm_bf16)(const uint16_t *a, ug_segments segments, const uint16_t *b, ug_panel_out out, size_t rows);

  // V = Bᵀ·affine(d)·B of one tile, for `blocks` channel blocks, x + i·block_stride each.
  // Point p of block i goes to v[p * point_stride + i * v_block_stride ...+16).
  void (*winograd_input)(const float *x, size_t block_stride, size_t blocks, const ug_tile_index *index,
                         ug_affine affine, float *v, size_t v_block_stride, size_t point_stride);
  // The same, rounded to bfloat16.
  void (*winograd_input_bf16)(const float *x, size_t block_stride, size_t blocks, const ug_tile_index *index,
                              ug_affine affine, uint16_t *v, size_t v_block_stride, size_t point_stride);
  // The same of a tile whose pixels lie between 4×4 that are there, at the first four offsets: affine(d) enlarged
  // bilinearly, so that line 2m is ¾ of line m and ¼ of m − 1, and 2m + 1 ¾ of m and ¼ of m + 1; the first of the
  // four is m − 1 of line 1.
  void (*winograd_input_enlarged)(const float *x, size_t block_stride, size_t blocks, const ug_tile_index *index,
                                  ug_affine affine, float *v, size_t v_block_stride, size_t point_stride);
  void (*winograd_input_enlarged_bf16)(const float *x, size_t block_stride, size_t blocks,
                                       const ug_tile_index *index, ug_affine affine, uint16_t *v,
                                       size_t v_block_stride, size_t point_stride);

  // Y = Aᵀ·m·A of tiles first ...+count and one block, written to the image y and added to the moments.
  // Point p of the i-th of them is m[(i * UG_POINTS + p) * point_stride ...+16).
  void (*winograd_output)(const float *m, size_t point_stride, float *y, const ug_tile_grid *grid, size_t first,
                          size_t count, ug_moments moments);

  // y = affine(x) + residual (none when NULL) over `pixels` pixels of one block; y may be x or residual.
  void (*affine)(const float *x, ug_affine affine, const float *residual, float *y, size_t pixels);
  // The same, but one row of a block becomes 16 rows of planes: y[lane * plane_stride + pixel].
  void (*affine_to_planes)(const float *x, ug_affine affine, float *y, size_t plane_stride, size_t pixels);

  // x = max(v, slope·v), v = x + bias, over `pixels` pixels of one block: a bias and its LeakyReLU, 0 <= slope <= 1.
  void (*leaky)(float *x, const float *bias, float slope, size_t pixels);

  // Every second pixel of affine(x) blurred by [1 2 1]ᵀ·[1 2 1] / 16, one row of one block: y[m] is made of pixels
  // 2m − 1 to 2m + 1 of the row and of those above and below, which the caller chooses; a row is mirrored at its ends.
  // width >= 2 pixels are read of each, width / 2 rounded up are written.
  void (*blur)(const float *above, const float *row, const float *below, ug_affine affine, float *y, size_t width);

  // Σx, Σx² of one block, added to the moments.
  void (*moments)(const float *x, size_t pixels, ug_moments moments);
  // Maximum of each channel of one block, taken with what is there.
  void (*maximum)(const float *x, size_t pixels, float *maxima);
  // heat[pixel] += Σ of the block's 16 channels.
  void (*channel_sum)(const float *x, size_t pixels, float *heat);

  // 7×7 convolution of `channels` planes to 3, `width` outputs of one row, added to out[j * out_stride + x].
  // x: channel c, row ky at x[c * channel_stride + ky * row_stride], columns padded so that width rounded up to
  // 16, plus 6, can be read.  weights: [channels][7][7][3].  out: width rounded up to 16.
  void (*head)(const float *x, size_t channel_stride, size_t row_stride, size_t channels, const float *weights,
               float *out, size_t out_stride, size_t width);

  // y = tanh(x), at most 1e-6 off; y may be x.
  void (*tanh)(const float *x, float *y, size_t count);

  // sums[r * vectors + v] = Σ w[r * row_stride + k]·x[v * x_stride + k] over count elements, r < rows, v < vectors;
  // w as stored in a file (little-endian, any alignment).
  void (*dot_f32)(const void *w, size_t row_stride, size_t rows, size_t count, const float *x, size_t x_stride,
                  size_t vectors, float *sums);
  void (*dot_f16)(const void *w, size_t row_stride, size_t rows, size_t count, const float *x, size_t x_stride,
                  size_t vectors, float *sums);
  void (*dot_bf16)(const void *w, size_t row_stride, size_t rows, size_t count, const float *x, size_t x_stride,
                   size_t vectors, float *sums);

  // One row of a picture at another width, of pixels of 3 or 4 samples.  Pixel i of `width` is made of counts[i] >= 1
  // pixels of the row from starts[i] on, with weights[i * stride + k] that sum to about 2^UG_RESAMPLE_PLACES; those
  // up to the next multiple of four are 0.  Rounded, and clamped to 0...255.
  void (*resample_across)(const uint8_t *row, const int32_t *starts, const int32_t *counts, const int32_t *weights,
                          size_t stride, size_t channels, uint8_t *out, size_t width);
  // out[i] = Σ rows[k][i]·weights[k], k < taps, in the same way.
  void (*resample_down)(const uint8_t *const *rows, const int32_t *weights, size_t taps, uint8_t *out, size_t count);

  // Multiply-adds in registers only: the peak that benchmarks compare with.  Returns the operations done.
  double (*fma_peak)(size_t iterations);
} ug_kernels;

// Rows that this binary was built with, best first; the last is `scalar`.
size_t ug_kernel_rows(void);
// The row, or NULL past the end.
const ug_kernels *ug_kernel_row(size_t row);
// Whether this CPU and operating system can run the row.
int ug_kernel_row_supported(size_t row);

// Tells the core that it is spinning.
static inline void ug_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// U = G·g·Gᵀ of `count` kernels of nine floats, ug[p * point_stride + i * column_stride].  In double, rounded
// once.
void ug_winograd_weights(const float *g, size_t kernel_stride, size_t count, float *u, size_t point_stride,
                         size_t column_stride);

// Floats rounded to the nearest bfloat16, ties to even.
uint16_t ug_bf16_from_float(float x);

#endif
