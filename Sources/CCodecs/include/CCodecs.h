// PNG and JPEG in memory, through libpng and libjpeg-turbo.
//
// Their errors leave by longjmp, which Swift code must not see: every call here catches it, gives back what
// it had allocated and answers with a status and a short message.  There is no global state: calls may run on
// any number of threads.  Pixels are interleaved 8 bit RGB, top row first, rows without padding.
//
// A picture is decoded in two steps.  `codecs_*_read_size` reads the header and allocates nothing that grows
// with the picture, so the caller can refuse a size before there is memory behind it; `codecs_*_decode` then
// fills the caller's buffer and refuses a file whose header does not say that same size.
#ifndef CCODECS_H
#define CCODECS_H

#include <stddef.h>
#include <stdint.h>

typedef enum __attribute__((enum_extensibility(closed))) {
  codecs_ok = 0,
  /// The bytes break the format's rules, or end too early.
  codecs_damaged,
  /// Valid, but a variant that the library does not read or write.
  codecs_unsupported,
  /// Larger than the format or the memory allows.
  codecs_too_large,
} codecs_status;

typedef struct {
  codecs_status status;
  /// Empty when all is well, else what is wrong, NUL-terminated.
  char message[124];
} codecs_result;

/// Columns and rows as stored in the file, before any EXIF orientation.
typedef struct {
  uint32_t width;
  uint32_t height;
} codecs_size;

/// Encoded bytes; give them back with `codecs_free`.
typedef struct {
  uint8_t *_Nullable bytes;
  size_t count;
} codecs_buffer;

/// A JPEG with more scans than this is refused.  libjpeg's own progressive script has 10 for colour and 18
/// for CMYK, optimisers try up to about 25; every scan costs a pass over the whole picture, so thousands of
/// them would make a few kilobytes cost minutes.
enum { codecs_max_scans = 64 };

/// What decoding a JPEG may cost beside its pixels; beyond it is refused before any scan is decoded.
typedef struct {
  /// Bytes that libjpeg may hold.  A picture of several scans is kept whole as 16 bit coefficients of each
  /// component: 3 bytes a pixel for 4:2:0, 6 for 4:4:4, 8 for CMYK.
  size_t memory;
  /// Pixels times scans.
  uint64_t scanned_pixels;
} codecs_jpeg_limits;

codecs_result codecs_png_read_size(const uint8_t *_Nonnull bytes, size_t count, codecs_size *_Nonnull size);
codecs_result codecs_jpeg_read_size(const uint8_t *_Nonnull bytes, size_t count, codecs_size *_Nonnull size);

/// Decodes into `rgb`, 3 * width * height bytes, every one of which is written when the status is
/// `codecs_ok`.
/// - orientation: EXIF 2.32 tag 0x0112, 1...8; the picture is turned upright while its rows arrive, so `rgb`
///   has `size.height` columns for 5...8.
///
/// A file that ends too early is decoded if all of its rows are there.  16 bit samples keep their high byte, transparency is flattened on white, gamma and colour profiles are
/// ignored, of an animation the first frame is taken.
codecs_result codecs_png_decode(
  const uint8_t *_Nonnull bytes, size_t count, codecs_size size, int orientation, uint8_t *_Nonnull rgb);

/// As `codecs_png_decode`.  CMYK and YCCK samples are taken as inverted, as Adobe's programs store them.
codecs_result codecs_jpeg_decode(
  const uint8_t *_Nonnull bytes, size_t count, codecs_size size, int orientation, codecs_jpeg_limits limits,
  uint8_t *_Nonnull rgb);

/// 8 bit RGB, not interlaced.
codecs_result codecs_png_encode(
  const uint8_t *_Nonnull rgb, codecs_size size, codecs_buffer *_Nonnull encoded);

/// Baseline YCbCr.  - quality: 1...100 on libjpeg's scale; below 90 colour is stored at half the resolution
/// (4:2:0), from 90 on at the full one (4:4:4).
codecs_result codecs_jpeg_encode(
  const uint8_t *_Nonnull rgb, codecs_size size, int quality, codecs_buffer *_Nonnull encoded);

/// Inflates a zlib stream (RFC 1950) as far as `capacity` bytes have room for it, and as it is well-formed.
/// - Returns: bytes written.
size_t codecs_inflate(
  const uint8_t *_Nonnull bytes, size_t count, uint8_t *_Nonnull inflated, size_t capacity);

void codecs_free(codecs_buffer encoded);

#endif
