#include "growing_buffer.h"
#include <stdlib.h>

int codecs_buffer_reserve(codecs_buffer *buffer, size_t capacity) {
  uint8_t *bytes = realloc(buffer->bytes, capacity);
  if (bytes == NULL) return 0;
  buffer->bytes = bytes;
  return 1;
}

void codecs_free(codecs_buffer encoded) { free(encoded.bytes); }
