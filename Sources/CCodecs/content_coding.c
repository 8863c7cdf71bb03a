#include "CCodecs.h"
#include "result.h"
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

// zlib's windowBits: the largest window, and 16 more for gzip instead of zlib.
enum { window_bits = 15, gzip_wrapper = 16 };

struct codecs_inflater {
  z_stream stream;
};

codecs_inflater *codecs_inflater_create(int is_gzip) {
  codecs_inflater *inflater = calloc(1, sizeof *inflater);
  if (!inflater) return NULL;
  if (inflateInit2(&inflater->stream, window_bits + (is_gzip ? gzip_wrapper : 0)) == Z_OK) return inflater;
  free(inflater);
  return NULL;
}

void codecs_inflater_destroy(codecs_inflater *inflater) {
  if (!inflater) return;
  inflateEnd(&inflater->stream);
  free(inflater);
}

codecs_inflated codecs_inflater_step(
  codecs_inflater *inflater, const uint8_t *bytes, size_t count, uint8_t *inflated, size_t capacity) {
  z_stream *stream = &inflater->stream;
  // zlib counts in 32 bits.
  const uInt given = count < UINT_MAX ? (uInt)count : UINT_MAX;
  const uInt room = capacity < UINT_MAX ? (uInt)capacity : UINT_MAX;
  stream->next_in = (Bytef *)(uintptr_t)bytes;  // only read; its type lacks the const
  stream->avail_in = given;
  stream->next_out = inflated;
  stream->avail_out = room;
  const int status = inflate(stream, Z_NO_FLUSH);
  const codecs_inflated step = {
    // No progress is no fault of the stream: it wants more bytes or more room.
    .status = status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR ? codecs_ok : codecs_damaged,
    .is_at_end = status == Z_STREAM_END,
    .consumed = given - stream->avail_in,
    .written = room - stream->avail_out,
  };
  return step;
}

codecs_result codecs_deflate(const uint8_t *bytes, size_t count, int is_gzip, codecs_buffer *deflated) {
  *deflated = (codecs_buffer){0};
  if (count >= UINT_MAX) return codecs_failure(codecs_too_large, "too large to deflate");
  z_stream stream = {0};
  if (deflateInit2(
        &stream, Z_BEST_SPEED, Z_DEFLATED, window_bits + (is_gzip ? gzip_wrapper : 0), MAX_MEM_LEVEL,
        Z_DEFAULT_STRATEGY) != Z_OK)
    return codecs_failure(codecs_too_large, "there is no memory");
  const size_t capacity = deflateBound(&stream, (uLong)count);
  uint8_t *written = malloc(capacity);
  if (written) {
    stream.next_in = (Bytef *)(uintptr_t)bytes;  // only read; its type lacks the const
    stream.avail_in = (uInt)count;
    stream.next_out = written;
    stream.avail_out = capacity < UINT_MAX ? (uInt)capacity : UINT_MAX;
    // The bound is enough for one call.
    deflate(&stream, Z_FINISH);
    *deflated = (codecs_buffer){.bytes = written, .count = stream.total_out};
  }
  deflateEnd(&stream);
  return written ? (codecs_result){0} : codecs_failure(codecs_too_large, "there is no memory");
}
