// Compares every operation of the NEON row with the scalar row, which the Swift tests compare with formulas.  Inputs
// and outputs lie against pages that nobody may touch; what an operation must not write keeps its marks.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ckernels.h"

extern const ug_kernels ug_kernels_neon, ug_kernels_scalar;
static const ug_kernels *const rows[2] = {&ug_kernels_scalar, &ug_kernels_neon};

// Relative error of one rounding to float, and to bfloat16.
static const double unit = 0x1p-24, bfloat_unit = 0x1p-8;
static const uint32_t untouched = 0x7fc5a5a5u;

static uint64_t state;
static unsigned long checks, failures;

static uint64_t draw(void) {
  uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static float uniform(void) { return (float)((int64_t)(draw() >> 40) - 0x800000) * 0x1p-23f; }
static float bf16_value(uint16_t bits) {
  uint32_t word = (uint32_t)bits << 16;
  float x;
  memcpy(&x, &word, sizeof x);
  return x;
}

// Bytes directly before a page that nobody may touch.  All are given back by release().
static struct mapping {
  void *base;
  size_t length;
} mappings[64];
static int mapped;

static void *guarded(size_t bytes) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), rounded = (bytes + page - 1) / page * page;
  uint8_t *base = mmap(NULL, rounded + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED || mprotect(base + rounded, page, PROT_NONE) != 0 || mapped == 64) abort();
  mappings[mapped++] = (struct mapping){base, rounded + page};
  return base + rounded - bytes;
}

static void release(void) {
  while (mapped > 0) {
    mapped--;
    munmap(mappings[mapped].base, mappings[mapped].length);
  }
}

static float *noise(size_t count) {
  float *x = guarded(count * sizeof *x);
  for (size_t i = 0; i < count; i++) x[i] = uniform();
  return x;
}

static float *absolute(const float *x, size_t count) {
  float *y = guarded(count * sizeof *y);
  for (size_t i = 0; i < count; i++) y[i] = fabsf(x[i]);
  return y;
}

static uint16_t *bf16_noise(size_t count) {
  uint16_t *x = guarded(count * sizeof *x);
  for (size_t i = 0; i < count; i++) x[i] = ug_bf16_from_float(uniform());
  return x;
}

static float *output(size_t count) {
  float *y = guarded(count * sizeof *y);
  for (size_t i = 0; i < count; i++) memcpy(y + i, &untouched, sizeof untouched);
  return y;
}

static float *copy(const float *x, size_t count) {
  float *y = guarded(count * sizeof *y);
  memcpy(y, x, count * sizeof *y);
  return y;
}

static int marked(float x) { return memcmp(&x, &untouched, sizeof x) == 0; }

// `sizes` holds the sums of the absolute values of the terms, NULL for `size` everywhere.
static void compare(const char *what, size_t shape, const float *y, const float *expected, const float *sizes,
                    double size, double roundings, size_t count) {
  checks++;
  for (size_t i = 0; i < count; i++) {
    double bound = 2.02 * roundings * unit * (sizes ? (double)sizes[i] : size);
    int right = marked(expected[i]) ? marked(y[i]) : fabs((double)y[i] - (double)expected[i]) <= bound;
    if (right) continue;
    failures++;
    printf("%s at size %zu: [%zu] is %.9g, not %.9g within %.3g\n", what, shape, i, y[i], expected[i], bound);
    return;
  }
}

static void check_gemm(void) {
  static const struct {
    size_t segments, length, row_stride;
  } layouts[] = {{1, 16, 16}, {3, 16, 16}, {7, 21, 3}, {9, 16, 32}, {1, 1, 16}, {3, 6, 7}};
  for (size_t l = 0; l < sizeof layouts / sizeof layouts[0]; l++)
    for (size_t n = 1; n <= 40; n++)
      for (size_t halves = 1; halves <= 2; halves++) {
        size_t depth = layouts[l].segments * layouts[l].length;
        size_t extent = (n - 1) * layouts[l].row_stride + layouts[l].length;
        size_t a_count = layouts[l].segments * extent, c_count = (n - 1) * 48 + (halves - 1) * 19 + 16;
        int32_t *offsets = guarded(layouts[l].segments * sizeof *offsets);
        for (size_t s = 0; s < layouts[l].segments; s++)
          offsets[s] = (int32_t)((layouts[l].segments - 1 - s) * extent);
        ug_segments at = {offsets, layouts[l].segments, layouts[l].length, layouts[l].row_stride};
        float *a = noise(a_count), *b = noise(depth * 32), *c[2], *sizes = output(c_count);
        for (int row = 0; row < 2; row++)
          rows[row]->gemm(a, at, b, (ug_panel_out){c[row] = output(c_count), 48, 19, halves}, n);
        ug_panel_out out = {sizes, 48, 19, halves};
        ug_kernels_scalar.gemm(absolute(a, a_count), at, absolute(b, depth * 32), out, n);
        compare("gemm", n, c[1], c[0], sizes, 0, (double)depth + 1, c_count);
        if (layouts[l].length % 2 == 0) {
          uint16_t *ah = bf16_noise(a_count), *bh = bf16_noise(depth * 32);
          for (int row = 0; row < 2; row++)
            rows[row]->gemm_bf16(ah, at, bh, (ug_panel_out){c[row] = output(c_count), 48, 19, halves}, n);
          for (size_t i = 0; i < a_count; i++) ah[i] &= 0x7fff;
          for (size_t i = 0; i < depth * 32; i++) bh[i] &= 0x7fff;
          ug_kernels_scalar.gemm_bf16(ah, at, bh, out, n);
          compare("gemm_bf16", n, c[1], c[0], sizes, 0, (double)depth + 1, c_count);
        }
        release();
      }
}

static void check_winograd_input(void) {
  for (size_t blocks = 1; blocks <= 3; blocks++)
    for (int round = 0; round < 20; round++) {
      size_t pixels = 9, block_stride = pixels * 16 + 5, count = (blocks - 1) * block_stride + pixels * 16;
      size_t point_stride = blocks * 24 + 5, v_count = 35 * point_stride + (blocks - 1) * 24 + 16;
      ug_tile_index *index = guarded(sizeof *index);
      for (int i = 0; i < 6; i++) {
        index->rows[i] = (int32_t)(draw() % 3) * 48;
        index->columns[i] = (int32_t)(draw() % 3) * 16;
      }
      index->outside_rows = round % 3 ? 0 : (uint32_t)draw() % 64;
      index->outside_columns = round % 4 ? 0 : (uint32_t)draw() % 64;
      float *x = noise(count), floor = round % 2 ? 0 : -INFINITY;
      ug_affine affine = {noise(blocks * 16), noise(blocks * 16), floor};
      for (int enlarged = 0; enlarged < 2; enlarged++) {
        float *v[2];
        for (int row = 0; row < 2; row++)
          (enlarged ? rows[row]->winograd_input_enlarged : rows[row]->winograd_input)(
              x, block_stride, blocks, index, affine, v[row] = output(v_count), 24, point_stride);
        // Rows of Bᵀ add up to less than 5.5; a normalised value is below 2, and a difference of two of them below 4.
        compare(enlarged ? "winograd_input_enlarged" : "winograd_input", blocks, v[1], v[0], NULL, 60, 24, v_count);

        uint16_t *vh[2];
        for (int row = 0; row < 2; row++) {
          vh[row] = guarded(v_count * 2);
          for (size_t i = 0; i < v_count; i++) vh[row][i] = (uint16_t)(untouched >> 16);
          (enlarged ? rows[row]->winograd_input_enlarged_bf16 : rows[row]->winograd_input_bf16)(
              x, block_stride, blocks, index, affine, vh[row], 24, point_stride);
          v[row] = output(v_count);
          for (size_t i = 0; i < v_count; i++)
            if (vh[row][i] != untouched >> 16) v[row][i] = bf16_value(vh[row][i]);
        }
        // A float that is a hair off may round to the neighbouring bfloat16.
        float *sizes = output(v_count);
        for (size_t i = 0; i < v_count; i++)
          sizes[i] = (float)(60 + fabs((double)v[0][i]) * 2 * bfloat_unit / (24 * unit));
        compare(enlarged ? "winograd_input_enlarged_bf16" : "winograd_input_bf16", blocks, v[1], v[0], sizes, 0, 24,
                v_count);
      }
      release();
    }
}

static void check_winograd_output(void) {
  for (size_t height = 1; height <= 9; height++)
    for (size_t width = 1; width <= 9; width++)
      for (size_t column = 16; column <= 32; column += 16) {
        ug_tile_grid grid = {(width + 3) / 4, height, width, 21 * 16, column};
        size_t tiles = grid.across * ((height + 3) / 4), first = tiles / 3, number = tiles - first;
        size_t count = (height - 1) * grid.row_stride + (width - 1) * column + 16;
        float *m = noise((number * 36 - 1) * 32 + 16), *before = noise(32), *y[2], *sums[2], *squares[2];
        for (int row = 0; row < 2; row++) {
          ug_moments moments = {sums[row] = copy(before, 16), squares[row] = copy(before + 16, 16)};
          rows[row]->winograd_output(m, 32, y[row] = output(count), &grid, first, number, moments);
        }
        // Rows of Aᵀ add up to less than 8.5.
        size_t shape = height * 10 + width;
        double pixels = (double)(16 * number);
        compare("winograd_output", shape, y[1], y[0], NULL, 72, 40, count);
        compare("winograd_output sums", shape, sums[1], sums[0], NULL, pixels * 72, 41 + pixels, 16);
        compare("winograd_output squares", shape, squares[1], squares[0], NULL, pixels * 72 * 72, 82 + pixels, 16);
        release();
      }
}

static void check_elementwise(void) {
  for (size_t n = 0; n <= 40; n++) {
    size_t count = n * 16, planes = 15 * (n + 3) + n;
    float *x = noise(count), *residual = noise(count), *y[2], *added[2], *in_place[2], *plane[2], *th[2];
    ug_affine affine = {noise(16), noise(16), 0};
    for (int row = 0; row < 2; row++) {
      rows[row]->affine(x, affine, NULL, y[row] = output(count), n);
      rows[row]->affine(x, affine, residual, added[row] = output(count), n);
      in_place[row] = copy(x, count);
      rows[row]->affine(in_place[row], affine, residual, in_place[row], n);
      rows[row]->affine_to_planes(x, affine, plane[row] = output(planes), n + 3, n);
      rows[row]->tanh(x, th[row] = output(n), n);
    }
    compare("affine", n, y[1], y[0], NULL, 2, 2, count);
    compare("affine with residual", n, added[1], added[0], NULL, 3, 3, count);
    compare("affine in place", n, in_place[1], added[0], NULL, 3, 3, count);
    compare("affine_to_planes", n, plane[1], plane[0], NULL, 2, 2, planes);
    compare("tanh", n, th[1], th[0], NULL, 1, 1e-6 / unit / 2, n);
    release();
  }
  for (int i = -20000; i <= 20000; i++) {
    float x = (float)i * 0x1p-10f, y;
    ug_kernels_neon.tanh(&x, &y, 1);
    if (!(fabs((double)y - tanh((double)x)) <= 1e-6 && fabsf(y) <= 1)) failures++, printf("tanh(%g) is %.9g\n", x, y);
  }
  float odd[4] = {NAN, INFINITY, -INFINITY, -0.0f}, y[4];
  ug_kernels_neon.tanh(odd, y, 4);
  if (!(isnan(y[0]) && y[1] == 1 && y[2] == -1 && y[3] == 0)) failures++, printf("tanh of NaN, ±∞ or −0\n");
}

static void check_leaky(void) {
  for (size_t n = 0; n <= 40; n++) {
    float *x = noise(n * 16), *bias = noise(16), *y[2];
    for (int row = 0; row < 2; row++) rows[row]->leaky(y[row] = copy(x, n * 16), bias, 0.2f, n);
    compare("leaky", n, y[1], y[0], NULL, 2, 2, n * 16);
    release();
  }
}

static void check_blur(void) {
  for (size_t width = 2; width <= 20; width++) {
    float *lines[3], *y[2];
    for (int i = 0; i < 3; i++) lines[i] = noise(width * 16);
    ug_affine affine = {noise(16), noise(16), width % 3 ? 0 : -INFINITY};
    size_t count = (width + 1) / 2 * 16;
    for (int row = 0; row < 2; row++)
      rows[row]->blur(lines[0], lines[1], lines[2], affine, y[row] = output(count), width);
    compare("blur", width, y[1], y[0], NULL, 2, 10, count);
    release();
  }
}

static void check_reductions(void) {
  for (size_t n = 0; n <= 40; n++) {
    float *x = noise(n * 16), *before = noise(48), *heat = noise(n);
    float *sums[2], *squares[2], *maxima[2], *heats[2];
    for (int row = 0; row < 2; row++) {
      rows[row]->moments(x, n, (ug_moments){sums[row] = copy(before, 16), squares[row] = copy(before + 16, 16)});
      rows[row]->maximum(x, n, maxima[row] = copy(before + 32, 16));
      rows[row]->channel_sum(x, n, heats[row] = copy(heat, n));
    }
    compare("moments", n, sums[1], sums[0], NULL, (double)n + 1, (double)n + 1, 16);
    compare("moments, squares", n, squares[1], squares[0], NULL, (double)n + 1, (double)n + 2, 16);
    compare("maximum", n, maxima[1], maxima[0], NULL, 0, 0, 16);
    compare("channel_sum", n, heats[1], heats[0], NULL, 17, 17, n);
    release();
  }
}

static void check_head(void) {
  enum { channels = 2 };
  for (size_t width = 1; width <= 200; width++) {
    size_t rounded = (width + 15) / 16 * 16, row_stride = rounded + 6, channel_stride = 7 * row_stride + width % 3;
    size_t count = (channels - 1) * channel_stride + 7 * row_stride, out_stride = rounded + 5;
    size_t out_count = 2 * out_stride + rounded;
    float *x = noise(count), *weights = noise(channels * 147), *start = output(out_count), *out[2];
    for (size_t j = 0; j < 3; j++)
      for (size_t i = 0; i < width; i++) start[j * out_stride + i] = uniform();
    for (int row = 0; row < 2; row++) {
      out[row] = copy(start, out_count);
      rows[row]->head(x, channel_stride, row_stride, channels, weights, out[row], out_stride, width);
    }
    // Columns up to whole vectors may be written.
    for (size_t j = 0; j < 3; j++)
      for (size_t i = width; i < rounded; i++) out[1][j * out_stride + i] = out[0][j * out_stride + i];
    compare("head", width, out[1], out[0], NULL, channels * 49 + 1, channels * 49 + 1, out_count);
    release();
  }
}

static void check_dot(void) {
  for (size_t n = 0; n <= 100; n++)
    for (size_t shift = 0; shift <= 4; shift++) {
      size_t height = n % 11, vectors = n % 7, stride = n + 3, w_stride = n + n % 3;
      size_t weights = height ? (height - 1) * w_stride + n : 0, count = height * vectors;
      // `shift` bytes between the weights and the guard page.
      uint8_t *w32 = guarded(weights * 4 + shift), *w16 = guarded(weights * 2 + shift);
      uint8_t *wb = guarded(weights * 2 + shift);
      float *x = noise(vectors * stride + n), *values = noise(weights);
      for (size_t i = 0; i < weights; i++) {
        _Float16 half = (_Float16)(i % 5 ? values[i] : values[i] * 0x1p-18f);
        uint16_t bits = ug_bf16_from_float(values[i]);
        memcpy(w32 + 4 * i, values + i, 4), memcpy(w16 + 2 * i, &half, 2), memcpy(wb + 2 * i, &bits, 2);
      }
      float *y[2];
      for (int row = 0; row < 2; row++) {
        y[row] = output(3 * count);
        rows[row]->dot_f32(w32, w_stride, height, n, x, stride, vectors, y[row]);
        rows[row]->dot_f16(w16, w_stride, height, n, x, stride, vectors, y[row] + count);
        rows[row]->dot_bf16(wb, w_stride, height, n, x, stride, vectors, y[row] + 2 * count);
      }
      compare("dot", n, y[1], y[0], NULL, (double)n, (double)n + 1, 3 * count);
      release();
    }
}

static void check_resample(void) {
  enum { width = 5 };
  for (size_t n = 1; n <= 60; n++)
    for (size_t channels = 3; channels <= 4; channels++) {
      size_t stride = (n + 3) / 4 * 4, line = (n + width - 1) * channels;
      uint8_t *row = guarded(line + UG_RESAMPLE_SLACK), *out[2], *sums[2];
      for (size_t i = 0; i < line + UG_RESAMPLE_SLACK; i++) row[i] = (uint8_t)draw();
      int32_t starts[width], counts[width], *weights = guarded(width * stride * sizeof *weights);
      for (size_t i = 0; i < width * stride; i++)
        weights[i] = i % stride < n ? (int32_t)(uniform() * (1 << UG_RESAMPLE_PLACES) / (float)n * 2) : 0;
      for (int32_t i = 0; i < width; i++) starts[i] = i, counts[i] = (int32_t)n;
      const uint8_t *lines[60];
      for (size_t k = 0; k < n; k++) lines[k] = row;
      for (int set = 0; set < 2; set++) {
        out[set] = guarded(width * channels), sums[set] = guarded(line);
        rows[set]->resample_across(row, starts, counts, weights, stride, channels, out[set], width);
        rows[set]->resample_down(lines, weights, n, sums[set], line);
      }
      checks += 2;
      if (memcmp(out[0], out[1], width * channels) != 0) failures++, printf("resample_across at size %zu\n", n);
      if (memcmp(sums[0], sums[1], line) != 0) failures++, printf("resample_down at size %zu\n", n);
      release();
    }
}

int main(int argc, char **argv) {
  uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : (uint64_t)getpid();
  state = seed;
  check_gemm();
  check_winograd_input();
  check_winograd_output();
  check_elementwise();
  check_leaky();
  check_blur();
  check_reductions();
  check_head();
  check_dot();
  check_resample();
  printf("%lu comparisons, %lu failures, seed %llu\n", checks, failures, (unsigned long long)seed);
  return failures != 0;
}
