#include "pixels.h"
#include "reader.h"
#include "result.h"
#include <stdlib.h>
#include <webp/decode.h>

/// A decoded picture whose rows are being handed out.
typedef struct {
  codecs_reader reader;  // first: its functions get a pointer to it
  codecs_size size;
  uint8_t *whole;
  size_t line;
  int alpha;
  uint32_t rows_given;
} webp_job;

static codecs_result outcome(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OK: return (codecs_result){.status = codecs_ok};
    case VP8_STATUS_OUT_OF_MEMORY: return codecs_failure(codecs_too_large, "out of memory");
    case VP8_STATUS_UNSUPPORTED_FEATURE: return codecs_failure(codecs_unsupported, "an unknown feature");
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA: return codecs_failure(codecs_damaged, "the file ends too early");
    default: return codecs_failure(codecs_damaged, "its data make no picture");
  }
}

/// A lossless picture (2 in libwebp's counting) is kept as ARGB beside the samples that are handed out, of a lossy one
/// with transparency that, twice.
static uint64_t bytes_of_pixel(const WebPBitstreamFeatures *features) {
  const int lossless = features->format == 2;
  if (features->has_alpha) return lossless ? 8 : 6;
  return lossless ? 7 : 3;
}

codecs_result codecs_webp_read_header(const uint8_t *bytes, size_t count, codecs_header *header) {
  WebPBitstreamFeatures features;
  const VP8StatusCode status = WebPGetFeatures(bytes, count, &features);
  if (status != VP8_STATUS_OK) return outcome(status);
  *header = (codecs_header){
    .size = {(uint32_t)features.width, (uint32_t)features.height},
    .colours = 3,
    .whole = (uint64_t)features.width * (uint64_t)features.height * bytes_of_pixel(&features),
  };
  return outcome(status);
}

static codecs_result next_row(codecs_reader *reader, uint8_t *row) {
  webp_job *job = (webp_job *)reader;
  const uint8_t *from = job->whole + job->rows_given * job->line;
  const codecs_run run = {.to = row, .step = 1, .count = job->size.width};
  if (job->alpha) {
    codecs_put_rgba(run, from);
  } else {
    codecs_put_rgb(run, from);
  }
  job->rows_given += 1;
  return outcome(VP8_STATUS_OK);
}

static void close_job(codecs_reader *reader) {
  webp_job *job = (webp_job *)reader;
  free(job->whole);
  free(job);
}

static codecs_result decode(webp_job *job, const uint8_t *bytes, size_t count) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) return codecs_failure(codecs_unsupported, "libwebp is of another version");
  const VP8StatusCode status = WebPGetFeatures(bytes, count, &config.input);
  if (status != VP8_STATUS_OK) return outcome(status);
  if ((uint32_t)config.input.width != job->size.width || (uint32_t)config.input.height != job->size.height) {
    return codecs_failure(codecs_damaged, "the size is not the expected one");
  }
  job->alpha = config.input.has_alpha;
  job->line = (size_t)job->size.width * (job->alpha ? 4 : 3);
  const size_t all = job->line * job->size.height;
  job->whole = malloc(all);
  if (job->whole == NULL) return codecs_failure(codecs_too_large, "out of memory");
  config.output.colorspace = job->alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = (WebPRGBABuffer){.rgba = job->whole, .stride = (int)job->line, .size = all};
  return outcome(WebPDecode(bytes, count, &config));
}

codecs_result codecs_webp_open(const uint8_t *bytes, size_t count, codecs_size size, codecs_reader **reader) {
  *reader = NULL;
  webp_job *job = calloc(1, sizeof *job);
  if (job == NULL) return codecs_failure(codecs_too_large, "out of memory");
  job->reader = (codecs_reader){.next = next_row, .close = close_job};
  job->size = size;
  const codecs_result result = decode(job, bytes, count);
  if (result.status == codecs_ok) {
    *reader = &job->reader;
  } else {
    close_job(&job->reader);
  }
  return result;
}
