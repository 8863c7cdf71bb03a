#include "growing_buffer.h"
#include "jpeg_error.h"

/// Everything an encode holds, outside the frame that setjmp returns to, so that no value is lost by the
/// jump.
typedef struct {
  struct jpeg_compress_struct info;
  jpeg_errors errors;
  struct jpeg_destination_mgr destination;
  codecs_buffer *encoded;
  size_t capacity;
} jpeg_job;

/// Called when the buffer is full, and for the first time when there is none yet: libjpeg writes straight
/// into it.
static boolean grow(j_compress_ptr info) {
  jpeg_job *job = info->client_data;
  const size_t used = job->capacity, capacity = used == 0 ? (size_t)1 << 16 : 2 * used;
  if (!codecs_buffer_reserve(job->encoded, capacity)) {
    jpeg_fail((j_common_ptr)info, codecs_too_large, "out of memory");
  }
  job->capacity = capacity;
  info->dest->next_output_byte = job->encoded->bytes + used;
  info->dest->free_in_buffer = capacity - used;
  return TRUE;
}

static void start(j_compress_ptr info) { grow(info); }

static void finish(j_compress_ptr info) {
  jpeg_job *job = info->client_data;
  job->encoded->count = job->capacity - info->dest->free_in_buffer;
}

static void write_picture(jpeg_job *job, const uint8_t *rgb, codecs_size size, int quality) {
  job->info.err = jpeg_errors_prepare(&job->errors);
  if (setjmp(job->errors.jump)) return;
  jpeg_create_compress(&job->info);
  job->info.client_data = job;
  job->destination = (struct jpeg_destination_mgr){
    .init_destination = start, .empty_output_buffer = grow, .term_destination = finish};
  job->info.dest = &job->destination;
  job->info.image_width = size.width;
  job->info.image_height = size.height;
  job->info.input_components = 3;
  job->info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&job->info);  // YCbCr, 4:2:0
  jpeg_set_quality(&job->info, quality, TRUE);
  if (quality >= 90) job->info.comp_info[0].h_samp_factor = job->info.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&job->info, TRUE);
  while (job->info.next_scanline < size.height) {
    // libjpeg only reads the row; its type lacks the const.
    JSAMPROW row = (JSAMPROW)(uintptr_t)(rgb + (size_t)job->info.next_scanline * size.width * 3);
    jpeg_write_scanlines(&job->info, &row, 1);
  }
  jpeg_finish_compress(&job->info);
}

codecs_result codecs_jpeg_encode(const uint8_t *rgb, codecs_size size, int quality, codecs_buffer *encoded) {
  *encoded = (codecs_buffer){0};
  jpeg_job job = {.encoded = encoded};
  write_picture(&job, rgb, size, quality);
  jpeg_destroy_compress(&job.info);
  return job.errors.result;
}
