#include "growing_buffer.h"
#include "result.h"
#include <webp/encode.h>

typedef struct {
  codecs_buffer *encoded;
  size_t capacity;
} webp_destination;

static int write_bytes(const uint8_t *bytes, size_t count, const WebPPicture *picture) {
  webp_destination *to = picture->custom_ptr;
  codecs_buffer *encoded = to->encoded;
  if (to->capacity - encoded->count < count) {
    const size_t capacity = 2 * to->capacity + count;
    if (!codecs_buffer_reserve(encoded, capacity)) return 0;
    to->capacity = capacity;
  }
  memcpy(encoded->bytes + encoded->count, bytes, count);
  encoded->count += count;
  return 1;
}

static codecs_result failure(const WebPPicture *picture) {
  return codecs_failure(
    codecs_too_large, picture->error_code == VP8_ENC_ERROR_BAD_DIMENSION
                        ? "a WebP has at most 16383 pixels on a side"
                        : "out of memory");
}

codecs_result codecs_webp_encode(const uint8_t *rgb, codecs_size size, int quality, codecs_buffer *encoded) {
  *encoded = (codecs_buffer){0};
  WebPConfig config;
  WebPPicture picture;
  if (!WebPConfigInit(&config) || !WebPPictureInit(&picture)) {
    return codecs_failure(codecs_unsupported, "libwebp is of another version");
  }
  if (size.width > WEBP_MAX_DIMENSION || size.height > WEBP_MAX_DIMENSION) {
    picture.error_code = VP8_ENC_ERROR_BAD_DIMENSION;
    return failure(&picture);
  }
  webp_destination destination = {.encoded = encoded};
  config.quality = (float)quality;
  // Else the encoder keeps what it is going to write as tokens, up to 18 bytes a pixel, for files of the same size.
  config.low_memory = 1;
  picture.width = (int)size.width;
  picture.height = (int)size.height;
  picture.writer = write_bytes;
  picture.custom_ptr = &destination;
  codecs_result result = {.status = codecs_ok};
  if (!WebPPictureImportRGB(&picture, rgb, picture.width * 3) || !WebPEncode(&config, &picture)) {
    result = failure(&picture);
  }
  WebPPictureFree(&picture);
  return result;
}
