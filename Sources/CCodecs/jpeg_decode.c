#include "jpeg_error.h"
#include "pixels.h"
#include "reader.h"
#include <stdlib.h>

/// Everything a decode holds, outside the frames that setjmp returns to, so that no value is lost by the jump.
typedef struct {
  codecs_reader reader;  // first: its functions get a pointer to it
  struct jpeg_decompress_struct info;
  jpeg_errors errors;
  struct jpeg_source_mgr source;
  /// Of CMYK that becomes RGB.
  uint8_t *ink;
  /// The file is past its header: scans follow.
  int is_in_scans;
  /// All bytes of the file were asked for, and more.
  int has_ended;
} jpeg_job;

static void nothing_to_do(j_decompress_ptr info) { (void)info; }

static _Noreturn void fail_at_end(j_decompress_ptr info) {
  jpeg_fail((j_common_ptr)info, codecs_damaged, "the file ends too early");
}

/// All bytes are in memory from the start, so being asked for more means that the file ends here.
///
/// A Huffman decoder asks for more than it needs.  So it gets an EOI, once, and libjpeg warns as soon as bits are
/// used that are not there, which is an error here.  An arithmetic decoder takes whatever lacks for zeros.
static boolean fill_input(j_decompress_ptr info) {
  static const JOCTET end[] = {0xFF, JPEG_EOI};
  jpeg_job *job = info->client_data;
  if (job->has_ended || !job->is_in_scans || info->arith_code) fail_at_end(info);
  job->has_ended = 1;
  info->src->next_input_byte = end;
  info->src->bytes_in_buffer = sizeof end;
  return TRUE;
}

static void skip_input(j_decompress_ptr info, long count) {
  if (count <= 0) return;
  if ((size_t)count > info->src->bytes_in_buffer) fail_at_end(info);
  info->src->next_input_byte += count;
  info->src->bytes_in_buffer -= (size_t)count;
}

/// Reads up to the first scan.  Nothing that grows with the picture is allocated before
/// `jpeg_start_decompress`.
static void read_header(jpeg_job *job, const uint8_t *bytes, size_t count) {
  job->info.err = &job->errors.manager;
  jpeg_create_decompress(&job->info);
  job->info.client_data = job;
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

static void limit_cost(jpeg_job *job, codecs_size size, uint64_t scanned_pixels) {
  const j_common_ptr info = (j_common_ptr)&job->info;
  if (job->info.image_width != size.width || job->info.image_height != size.height) {
    jpeg_fail(info, codecs_damaged, "the size is not the expected one");
  }
  // Nothing is read behind a scan that is the whole picture.
  const int scans =
    jpeg_has_multiple_scans(&job->info)
      ? count_scans(job->source.next_input_byte, job->source.bytes_in_buffer)
      : 1;
  if (scans > codecs_max_scans) jpeg_fail(info, codecs_unsupported, "too many scans");
  if ((uint64_t)size.width * size.height * (uint64_t)scans > scanned_pixels) {
    jpeg_fail(info, codecs_too_large, "too many scans for a picture of its size");
  }
}

static int has_data_of_all_components(const jpeg_job *job) {
  for (int c = 0; c < job->info.num_components; c++) {
    // libjpeg keeps a component's table from the first of its scans on.
    if (job->info.comp_info[c].quant_table == NULL) return 0;
  }
  return 1;
}

/// Whether no later scan could change a pixel.
static int is_complete(const jpeg_job *job) {
  if (!has_data_of_all_components(job)) return 0;
  if (!job->info.progressive_mode) return 1;
  for (int c = 0; c < job->info.num_components; c++) {
    for (int k = 0; k < DCTSIZE2; k++) {
      // The lowest bit of this frequency that has arrived; -1 if none has.
      if (job->info.coef_bits[c][k] != 0) return 0;
    }
  }
  return 1;
}

/// Takes in the scans of a picture that has several: until nothing can follow, or else until EOI, since a
/// progressive picture may do without its finer detail if the file says that it ends.
static void read_scans(jpeg_job *job) {
  for (;;) {
    switch (jpeg_consume_input(&job->info)) {
      case JPEG_SCAN_COMPLETED:
        if (is_complete(job)) return;
        break;
      case JPEG_REACHED_EOI:
        if (job->has_ended) fail_at_end(&job->info);
        if (!has_data_of_all_components(job)) {
          jpeg_fail((j_common_ptr)&job->info, codecs_damaged, "there is no data of one of the colours");
        }
        return;
      default: break;
    }
  }
}

static void start(
    jpeg_job *job, const uint8_t *bytes, size_t count, codecs_size size, codecs_jpeg_options options) {
  if (setjmp(job->errors.jump)) return;
  read_header(job, bytes, count);
  limit_cost(job, size, options.scanned_pixels);
  job->info.scale_num = 1;
  job->info.scale_denom = options.reduction;
  // libjpeg turns gray into RGB and YCCK into CMYK; CMYK into RGB is ours.
  job->info.out_color_space = job->info.num_components == 4 ? JCS_CMYK : JCS_RGB;
  job->is_in_scans = 1;
  job->info.buffered_image = jpeg_has_multiple_scans(&job->info);
  jpeg_start_decompress(&job->info);
  if (job->info.out_color_space == JCS_CMYK && !options.ink) {
    job->ink = malloc((size_t)job->info.output_width * 4);
    if (job->ink == NULL) jpeg_fail((j_common_ptr)&job->info, codecs_too_large, "out of memory");
  }
  if (job->info.buffered_image) {
    read_scans(job);
    jpeg_start_output(&job->info, job->info.input_scan_number);
  }
}

static codecs_result next_row(codecs_reader *reader, uint8_t *row) {
  jpeg_job *job = (jpeg_job *)reader;
  if (setjmp(job->errors.jump)) return job->errors.result;
  JSAMPROW to = job->ink != NULL ? job->ink : row;
  if (jpeg_read_scanlines(&job->info, &to, 1) != 1) fail_at_end(&job->info);
  if (job->ink != NULL) codecs_put_cmyk((codecs_run){row, 1, job->info.output_width}, job->ink);
  // What follows the last row is none of the picture: cameras leave EOI out and append films.  Only an arithmetic
  // decoder may have gone on beyond the end without a word.
  const int is_last = job->info.output_scanline == job->info.output_height;
  if (is_last && job->info.arith_code && !job->info.buffered_image) jpeg_finish_decompress(&job->info);
  return job->errors.result;
}

static void close_job(codecs_reader *reader) {
  jpeg_job *job = (jpeg_job *)reader;
  jpeg_destroy_decompress(&job->info);
  free(job->ink);
  free(job);
}

codecs_result codecs_jpeg_open(
    const uint8_t *bytes, size_t count, codecs_size size, codecs_jpeg_options options, codecs_reader **reader) {
  *reader = NULL;
  jpeg_job *job = calloc(1, sizeof *job);
  if (job == NULL) return codecs_failure(codecs_too_large, "out of memory");
  job->reader = (codecs_reader){.next = next_row, .close = close_job};
  jpeg_errors_prepare(&job->errors);
  start(job, bytes, count, size, options);
  const codecs_result result = job->errors.result;
  if (result.status == codecs_ok) {
    *reader = &job->reader;
  } else {
    close_job(&job->reader);
  }
  return result;
}

/// What libjpeg allocates for the coefficients of all components (a component's blocks are rounded up to
/// whole units of an interleaved scan).
static uint64_t coefficient_bytes(const jpeg_job *job) {
  uint64_t blocks = 0;
  for (int c = 0; c < job->info.num_components; c++) {
    const jpeg_component_info *component = &job->info.comp_info[c];
    const uint64_t h = (uint64_t)component->h_samp_factor, v = (uint64_t)component->v_samp_factor;
    blocks += (component->width_in_blocks + h - 1) / h * h * ((component->height_in_blocks + v - 1) / v * v);
  }
  return blocks * sizeof(JBLOCK);
}

static void read_only_header(jpeg_job *job, const uint8_t *bytes, size_t count, codecs_header *header) {
  jpeg_errors_prepare(&job->errors);
  if (setjmp(job->errors.jump)) return;
  read_header(job, bytes, count);
  *header = (codecs_header){
    .size = {job->info.image_width, job->info.image_height},
    .colours = job->info.num_components,
    .whole = jpeg_has_multiple_scans(&job->info) ? coefficient_bytes(job) : 0,
  };
}

codecs_result codecs_jpeg_read_header(const uint8_t *bytes, size_t count, codecs_header *header) {
  jpeg_job job = {0};
  read_only_header(&job, bytes, count, header);
  jpeg_destroy_decompress(&job.info);
  return job.errors.result;
}
