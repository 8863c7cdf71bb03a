#include "CCodecs.h"
#include <limits.h>
#include <zlib.h>

size_t codecs_inflate(const uint8_t *bytes, size_t count, uint8_t *inflated, size_t capacity) {
  // zlib counts in 32 bits.
  z_stream stream = {
    .next_in = (Bytef *)(uintptr_t)bytes,  // only read; its type lacks the const
    .avail_in = count < UINT_MAX ? (uInt)count : UINT_MAX,
    .next_out = inflated,
    .avail_out = capacity < UINT_MAX ? (uInt)capacity : UINT_MAX,
  };
  if (inflateInit(&stream) != Z_OK) return 0;
  inflate(&stream, Z_FINISH);
  const size_t written = stream.total_out;
  inflateEnd(&stream);
  return written;
}
