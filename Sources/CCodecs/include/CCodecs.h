// PNG, JPEG and WebP in memory, through libpng, libjpeg-turbo and libwebp, and their colours through little-cms.
//
// Their errors leave by longjmp, which Swift code must not see: every call here catches it, gives back what
// it had allocated and answers with a status and a short message.  There is no global state: calls may run on
// any number of threads.  Pixels are interleaved 8 bit RGB, top row first, rows without padding.
//
// A picture is decoded in two steps.  `codecs_*_read_header` allocates nothing that grows with the picture, so the
// caller can refuse a size, or what it costs, before there is memory behind it.  `codecs_*_open` refuses a file whose
// header does not say that same size, and gives a reader of rows: as they are stored in the file, before any EXIF
// orientation, so that whoever makes the picture smaller never has all of it.
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

/// What a file's header says.
typedef struct {
  codecs_size size;
  /// 1 gray, 3 RGB (whatever the file stores for it), 4 CMYK.
  int colours;
  /// Bytes that the decoder holds which grow with the picture's area, because its rows are not complete before the
  /// end of the file; 0 where they are.
  uint64_t whole;
} codecs_header;

codecs_result codecs_png_read_header(const uint8_t *_Nonnull bytes, size_t count, codecs_header *_Nonnull header);
codecs_result codecs_jpeg_read_header(const uint8_t *_Nonnull bytes, size_t count, codecs_header *_Nonnull header);

/// - bytes: of a WebP the chunks of one frame, `ALPH` and `VP8 `, or `VP8L` (RFC 9649, section 2.7), without the file
///   around them.
codecs_result codecs_webp_read_header(const uint8_t *_Nonnull bytes, size_t count, codecs_header *_Nonnull header);

/// Decodes a picture row by row, from the top.  It refers to the file's bytes until it is closed.
typedef struct codecs_reader codecs_reader;

/// The next row, every byte of which is written when the status is `codecs_ok`: 3 bytes a pixel, or 4 where ink was
/// asked for.  With the last one all that follows in the file and could contradict the pixels has been read.  After a
/// failure, or the last row, only `codecs_reader_close` may be called.
codecs_result codecs_reader_next(codecs_reader *_Nonnull reader, uint8_t *_Nonnull row);
void codecs_reader_close(codecs_reader *_Nonnull reader);

/// A reader of a PNG's rows as 8 bit RGB; `reader` stays NULL unless the status is `codecs_ok`.
///
/// A file that ends too early is decoded if all of its rows are there.  16 bit samples keep their high byte,
/// transparency is flattened on white, gamma is ignored, of an animation the first frame is taken.
codecs_result codecs_png_open(
  const uint8_t *_Nonnull bytes, size_t count, codecs_size size, codecs_reader *_Nullable *_Nonnull reader);

/// A JPEG with more scans than this is refused.  libjpeg's own progressive script has 10 for colour and 18
/// for CMYK, optimisers try up to about 25; every scan costs a pass over the whole picture, so thousands of
/// them would make a few kilobytes cost minutes.
enum { codecs_max_scans = 64 };

/// How a JPEG is read.
typedef struct {
  /// 1, 2, 4 or 8: the decoder makes one pixel of so many in each direction; a side that is no multiple is rounded up.
  uint32_t reduction;
  /// Whether CMYK and YCCK come as they are stored, 4 inverted samples a pixel, rather than as RGB.
  int ink;
  /// Most pixels times scans, beyond which it is refused before the first scan is decoded.
  uint64_t scanned_pixels;
} codecs_jpeg_options;

/// As `codecs_png_open`.  CMYK and YCCK samples are taken as inverted, as Adobe's programs store them.
codecs_result codecs_jpeg_open(
  const uint8_t *_Nonnull bytes, size_t count, codecs_size size, codecs_jpeg_options options,
  codecs_reader *_Nullable *_Nonnull reader);

/// As `codecs_png_open`, of the chunks that `codecs_webp_read_header` takes.  The picture is decoded whole.
codecs_result codecs_webp_open(
  const uint8_t *_Nonnull bytes, size_t count, codecs_size size, codecs_reader *_Nullable *_Nonnull reader);

/// 8 bit RGB, not interlaced.
codecs_result codecs_png_encode(
  const uint8_t *_Nonnull rgb, codecs_size size, codecs_buffer *_Nonnull encoded);

/// Baseline YCbCr.  - quality: 1...100 on libjpeg's scale; below 90 colour is stored at half the resolution
/// (4:2:0), from 90 on at the full one (4:4:4).
codecs_result codecs_jpeg_encode(
  const uint8_t *_Nonnull rgb, codecs_size size, int quality, codecs_buffer *_Nonnull encoded);

/// Lossy (VP8), whose colour is at half the resolution at every quality.  - quality: 1...100 on libwebp's scale.
codecs_result codecs_webp_encode(
  const uint8_t *_Nonnull rgb, codecs_size size, int quality, codecs_buffer *_Nonnull encoded);

/// Bytes of a profile that is used at most, and of memory that using it takes.
enum { codecs_profile_max = 1 << 20, codecs_profile_memory = 8 << 20 };

/// A way from the colours of an ICC profile to those of sRGB: relative colorimetric, without black point compensation.
typedef struct codecs_profile codecs_profile;

/// NULL for a profile that is damaged, too large, of another kind than those of cameras, screens and printers, or for
/// other colours than the picture's.
/// - colours: of the picture, as in `codecs_header`.
codecs_profile *_Nullable codecs_profile_open(const uint8_t *_Nonnull bytes, size_t count, int colours);

/// Converts `count` pixels, below 2^32: of gray and RGB 3 samples each, of CMYK 4 inverted ones.
void codecs_profile_convert(
  const codecs_profile *_Nonnull profile, const uint8_t *_Nonnull pixels, size_t count, uint8_t *_Nonnull rgb);

void codecs_profile_close(codecs_profile *_Nonnull profile);

/// Inflates a zlib stream (RFC 1950) as far as `capacity` bytes have room for it, and as it is well-formed.
/// - Returns: bytes written.
size_t codecs_inflate(
  const uint8_t *_Nonnull bytes, size_t count, uint8_t *_Nonnull inflated, size_t capacity);

/// Inflates a stream that arrives whole but is not to be believed, piece by piece; NULL without memory.
typedef struct codecs_inflater codecs_inflater;
/// Takes gzip (RFC 1952), or zlib (RFC 1950).
codecs_inflater *_Nullable codecs_inflater_create(int is_gzip);
void codecs_inflater_destroy(codecs_inflater *_Nullable inflater);

typedef struct {
  /// `codecs_ok` also where there is more to come.
  codecs_status status;
  int is_at_end;
  size_t consumed;
  size_t written;
} codecs_inflated;

/// Inflates as much as there is, or there is room for.
codecs_inflated codecs_inflater_step(
  codecs_inflater *_Nonnull inflater, const uint8_t *_Nullable bytes, size_t count, uint8_t *_Nonnull inflated,
  size_t capacity);

/// Deflates into gzip or zlib, quickly rather than well.
codecs_result codecs_deflate(
  const uint8_t *_Nullable bytes, size_t count, int is_gzip, codecs_buffer *_Nonnull deflated);

void codecs_free(codecs_buffer encoded);

#endif
