#include "canvas.h"
#include "jpeg_error.h"
#include <limits.h>
#include <stdlib.h>

/// Everything a decode holds, outside the frame that setjmp returns to, so that no value is lost by the jump.
typedef struct {
  struct jpeg_decompress_struct info;
  jpeg_errors errors;
  struct jpeg_source_mgr source;
  uint8_t *row;
} jpeg_job;

static void nothing_to_do(j_decompress_ptr info) { (void)info; }

/// All bytes are in memory from the start, so being asked for more means that the file was cut off.
static boolean fill_input(j_decompress_ptr info) {
  jpeg_fail((j_common_ptr)info, codecs_damaged, "the file ends too early");
}

static void skip_input(j_decompress_ptr info, long count) {
  if (count <= 0) return;
  if ((size_t)count > info->src->bytes_in_buffer) fill_input(info);
  info->src->next_input_byte += count;
  info->src->bytes_in_buffer -= (size_t)count;
}

/// Reads up to the first scan.  Nothing that grows with the picture is allocated before
/// `jpeg_start_decompress`.
static void read_header(jpeg_job *job, const uint8_t *bytes, size_t count) {
  job->info.err = &job->errors.manager;
  jpeg_create_decompress(&job->info);
  job->source = (struct jpeg_source_mgr){
    .next_input_byte = bytes,
    .bytes_in_buffer = count,
    .init_source = nothing_to_do,
    .fill_input_buffer = fill_input,
    .skip_input_data = skip_input,
    .resync_to_restart = jpeg_resync_to_restart,
    .term_source = nothing_to_do,
  };
  job->info.src = &job->source;
  jpeg_read_header(&job->info, TRUE);
  const int components = job->info.num_components;
  if (components != 1 && components != 3 && components != 4) {
    jpeg_fail((j_common_ptr)&job->info, codecs_unsupported, "only 1, 3 or 4 colour components are read");
  }
}

/// Scans of the file, the one just begun included, at most `codecs_max_scans + 1`.  Walks from marker to
/// marker as libjpeg does: any 0xFF before neither 0 nor a restart number ends the coded data.
static int count_scans(const uint8_t *bytes, size_t count) {
  int scans = 1;
  size_t i = 0;
  while (scans <= codecs_max_scans && i + 1 < count) {
    const uint8_t *found = memchr(bytes + i, 0xFF, count - 1 - i);
    if (found == NULL) break;
    i = (size_t)(found - bytes) + 1;
    const uint8_t marker = bytes[i];
    if (marker == 0xFF) continue;
    i += 1;
    if (marker == 0x00 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) continue;
    if (marker == 0xD9) break;  // EOI
    if (marker == 0xDA) scans += 1;
    if (count - i < 2) break;
    i += (size_t)bytes[i] << 8 | bytes[i + 1];
  }
  return scans;
}

static void limit_cost(jpeg_job *job, codecs_size size, codecs_jpeg_limits limits) {
  const j_common_ptr info = (j_common_ptr)&job->info;
  if (job->info.image_width != size.width || job->info.image_height != size.height) {
    jpeg_fail(info, codecs_damaged, "the size is not the expected one");
  }
  const int scans = count_scans(job->source.next_input_byte, job->source.bytes_in_buffer);
  if (scans > codecs_max_scans) jpeg_fail(info, codecs_unsupported, "too many scans");
  if ((uint64_t)size.width * size.height * (uint64_t)scans > limits.scanned_pixels) {
    jpeg_fail(info, codecs_too_large, "too many scans for a picture of its size");
  }
  // libjpeg compares it with what all coefficients would need, before it allocates them.
  info->mem->max_memory_to_use = limits.memory < LONG_MAX ? (long)limits.memory : LONG_MAX;
}

static void read_rows(jpeg_job *job, codecs_size size, int orientation, uint8_t *rgb) {
  const codecs_canvas canvas = codecs_canvas_make(rgb, size, orientation);
  const int direct = canvas.column == 3 && job->info.out_color_space == JCS_RGB;
  codecs_run run = {.x = 0, .step = 1, .count = size.width};
  while (job->info.output_scanline < size.height) {
    run.y = job->info.output_scanline;
    JSAMPROW row = direct ? canvas.origin + (ptrdiff_t)run.y * canvas.row : job->row;
    if (jpeg_read_scanlines(&job->info, &row, 1) != 1) fill_input(&job->info);
    if (direct) continue;
    if (job->info.out_color_space == JCS_CMYK) {
      codecs_canvas_put_cmyk(&canvas, run, row);
    } else {
      codecs_canvas_put_rgb(&canvas, run, row);
    }
  }
}

static void read_picture(
    jpeg_job *job, const uint8_t *bytes, size_t count, codecs_size size, int orientation,
    codecs_jpeg_limits limits, uint8_t *rgb) {
  jpeg_errors_prepare(&job->errors);
  if (setjmp(job->errors.jump)) return;
  read_header(job, bytes, count);
  limit_cost(job, size, limits);
  // libjpeg turns gray into RGB and YCCK into CMYK; CMYK into RGB is ours.
  job->info.out_color_space = job->info.num_components == 4 ? JCS_CMYK : JCS_RGB;
  job->row = malloc((size_t)size.width * 4);
  if (job->row == NULL) jpeg_fail((j_common_ptr)&job->info, codecs_too_large, "out of memory");
  jpeg_start_decompress(&job->info);
  read_rows(job, size, orientation, rgb);
  jpeg_finish_decompress(&job->info);
}

codecs_result codecs_jpeg_decode(
    const uint8_t *bytes, size_t count, codecs_size size, int orientation, codecs_jpeg_limits limits,
    uint8_t *rgb) {
  jpeg_job job = {0};
  read_picture(&job, bytes, count, size, orientation, limits, rgb);
  jpeg_destroy_decompress(&job.info);
  free(job.row);
  return job.errors.result;
}

static void read_only_header(jpeg_job *job, const uint8_t *bytes, size_t count, codecs_size *size) {
  jpeg_errors_prepare(&job->errors);
  if (setjmp(job->errors.jump)) return;
  read_header(job, bytes, count);
  *size = (codecs_size){job->info.image_width, job->info.image_height};
}

codecs_result codecs_jpeg_read_size(const uint8_t *bytes, size_t count, codecs_size *size) {
  jpeg_job job = {0};
  read_only_header(&job, bytes, count, size);
  jpeg_destroy_decompress(&job.info);
  return job.errors.result;
}
