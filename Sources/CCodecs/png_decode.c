#include "pixels.h"
#include "reader.h"
#include "result.h"
#include <png.h>
#include <stdlib.h>
#include <string.h>

/// Everything a decode holds, outside the frames that setjmp returns to, so that no value is lost by the jump.
typedef struct {
  codecs_reader reader;  // first: its functions get a pointer to it
  codecs_size size;
  const uint8_t *next;
  size_t left;
  /// Bytes after these `left` ones that libpng does not get to see for now.
  size_t withheld;
  png_structp png;
  png_infop info;
  /// Where the row that is being read goes.
  codecs_run run;
  int alpha;
  /// Rows that libpng has still to inflate, over all passes.
  uint64_t rows_left;
  int has_all_rows;
  /// Of an interlaced picture, all of its pixels, and how many of its rows have been handed out.
  uint8_t *whole;
  uint32_t rows_given;
  codecs_result result;
} png_job;

static _Noreturn void refuse(png_job *job, const char *message) {
  job->result = codecs_failure(codecs_damaged, message);
  png_longjmp(job->png, 1);
}

/// Of what comes after the last row only a checksum that contradicts the pixels is an error.  That it is cut
/// off, or breaks the format's rules, changes nothing in a picture which is all there.
static _Noreturn void on_error(png_structp png, png_const_charp message) {
  png_job *job = png_get_error_ptr(png);
  const int contradicts = strstr(message, "CRC error") != NULL  // libpng's words
                          || strstr(message, "incorrect data check") != NULL;  // zlib's, of its Adler-32
  if (!job->has_all_rows || contradicts) refuse(job, message);
  png_longjmp(png, 1);
}

/// What libpng only warns of (a repeated tRNS, bytes after the last row, a wrong CRC of a chunk that it then
/// passes over) leaves the pixels well defined; but without its tRNS a picture has other ones.
static void on_warning(png_structp png, png_const_charp message) {
  if (strcmp(message, "tRNS: CRC error") == 0) refuse(png_get_error_ptr(png), message);
}

static void read_bytes(png_structp png, png_bytep to, size_t count) {
  png_job *job = png_get_io_ptr(png);
  if (count > job->left) {
    if (job->withheld > 0) refuse(job, "IDAT: data after the last row");
    png_error(png, "the file ends too early");
  }
  memcpy(to, job->next, count);
  job->next += count;
  job->left -= count;
}

/// What may follow the last row in its zlib stream and chunk: a checksum, an empty block, a chunk header.
enum { surplus_max = 1024 };

/// Called with each row once it is RGB or RGBA.
///
/// libpng inflates all that follows the last row before `png_read_row` returns, be it gigabytes.  So when
/// that row is there, the file is cut short after a little more of it, and `finish_rows` gives the rest back.
static void on_row(png_structp png, png_row_infop row, png_bytep data) {
  (void)row;
  png_job *job = png_get_user_transform_ptr(png);
  if (job->alpha) {
    codecs_put_rgba(job->run, data);
  } else {
    codecs_put_rgb(job->run, data);
  }
  job->rows_left -= 1;
  job->has_all_rows = job->rows_left == 0;
  if (!job->has_all_rows || job->left <= surplus_max) return;
  job->withheld = job->left - surplus_max;
  job->left = surplus_max;
}

static void finish_rows(png_job *job) {
  job->left += job->withheld;
  job->withheld = 0;
}

/// Bounds all that libpng could allocate or spend on a file, whatever its chunks say.
static void set_limits(png_structp png, codecs_size size) {
  png_set_user_limits(png, size.width, size.height);
  // Only IHDR, PLTE, tRNS, IDAT and IEND make pixels.  The others are skipped unread, so a zTXt or iCCP bomb is
  // never inflated.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_chunk_cache_max(png, 16);
  png_set_chunk_malloc_max(png, 1 << 16);
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_WARN_DISCARD);
}

/// Every kind of PNG to 8 bit RGB or RGBA.
static void set_transformations(png_structp png) {
  png_set_expand(png);  // palette to RGB, gray below 8 bit to 8 bit, tRNS to alpha (compared at full depth)
  png_set_strip_16(png);
  png_set_gray_to_rgb(png);
  png_set_read_user_transform_fn(png, on_row);
}

/// The rows of one pass of seven, or of the whole picture when it is not interlaced; none when there are no
/// columns in it, for libpng leaves such a pass out.
static uint32_t rows_of_pass(codecs_size size, int pass, int interlaced) {
  if (!interlaced) return size.height;
  return PNG_PASS_COLS(size.width, pass) == 0 ? 0 : PNG_PASS_ROWS(size.height, pass);
}

/// Takes in all passes of an interlaced picture.  libpng's own handling of them would need a whole RGBA picture, ours
/// spreads the pixels of each pass, which arrives as a small picture of its own.
static void read_passes(png_job *job) {
  job->whole = malloc((size_t)job->size.width * job->size.height * 3);
  if (job->whole == NULL) {
    job->result = codecs_failure(codecs_too_large, "out of memory");
    png_longjmp(job->png, 1);
  }
  for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
    const uint32_t rows = rows_of_pass(job->size, pass, 1);
    job->run.step = 1u << PNG_PASS_COL_SHIFT(pass);
    job->run.count = PNG_PASS_COLS(job->size.width, pass);
    for (uint32_t r = 0; r < rows; r++) {
      const size_t y = PNG_ROW_FROM_PASS_ROW(r, pass);
      job->run.to = job->whole + (y * job->size.width + PNG_PASS_START_COL(pass)) * 3;
      png_read_row(job->png, NULL, NULL);
    }
  }
}

static void start(png_job *job) {
  if (setjmp(png_jmpbuf(job->png))) return;
  png_set_read_fn(job->png, job, read_bytes);
  set_limits(job->png, job->size);
  png_read_info(job->png, job->info);
  if (png_get_image_width(job->png, job->info) != job->size.width
      || png_get_image_height(job->png, job->info) != job->size.height) {
    png_error(job->png, "the size is not the expected one");
  }
  set_transformations(job->png);
  png_set_user_transform_info(job->png, job, 0, 0);
  const int interlaced = png_get_interlace_type(job->png, job->info) == PNG_INTERLACE_ADAM7;
  const int passes = interlaced ? PNG_INTERLACE_ADAM7_PASSES : 1;
  for (int pass = 0; pass < passes; pass++) job->rows_left += rows_of_pass(job->size, pass, interlaced);
  png_read_update_info(job->png, job->info);
  job->alpha = png_get_channels(job->png, job->info) == 4;
  if (png_get_rowbytes(job->png, job->info) != (size_t)job->size.width * (job->alpha ? 4 : 3)) {
    png_error(job->png, "unexpected row length");
  }
  if (interlaced) read_passes(job);
}

/// Reads what follows the last row, which an error in it may leave by a jump of its own.
static void finish(png_job *job) {
  finish_rows(job);
  png_read_end(job->png, NULL);
}

static codecs_result next_row(codecs_reader *reader, uint8_t *row) {
  png_job *job = (png_job *)reader;
  if (setjmp(png_jmpbuf(job->png))) return job->result;
  if (job->whole != NULL) {
    const size_t line = (size_t)job->size.width * 3;
    memcpy(row, job->whole + job->rows_given * line, line);
  } else {
    job->run = (codecs_run){.to = row, .step = 1, .count = job->size.width};
    png_read_row(job->png, NULL, NULL);
  }
  job->rows_given += 1;
  if (job->rows_given == job->size.height) finish(job);
  return job->result;
}

static void close_job(codecs_reader *reader) {
  png_job *job = (png_job *)reader;
  png_destroy_read_struct(&job->png, &job->info, NULL);
  free(job->whole);
  free(job);
}

codecs_result codecs_png_open(const uint8_t *bytes, size_t count, codecs_size size, codecs_reader **reader) {
  *reader = NULL;
  png_job *job = calloc(1, sizeof *job);
  if (job == NULL) return codecs_failure(codecs_too_large, "out of memory");
  job->reader = (codecs_reader){.next = next_row, .close = close_job};
  job->size = size;
  job->next = bytes;
  job->left = count;
  job->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, job, on_error, on_warning);
  if (job->png != NULL) job->info = png_create_info_struct(job->png);
  if (job->info != NULL) {
    start(job);
  } else {
    job->result = codecs_failure(codecs_too_large, "out of memory");
  }
  const codecs_result result = job->result;
  if (result.status == codecs_ok) {
    *reader = &job->reader;
  } else {
    close_job(&job->reader);
  }
  return result;
}

static uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

codecs_result codecs_png_read_header(const uint8_t *bytes, size_t count, codecs_header *header) {
  // PNG 3rd edition, sections 5.2 and 11.2.2: the signature, then IHDR with its 13 bytes, always first.
  static const char start[] = "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR";
  if (count < 33) return codecs_failure(codecs_damaged, "the file ends too early");
  if (memcmp(bytes, start, sizeof start - 1) != 0) return codecs_failure(codecs_damaged, "no PNG header");
  const codecs_size size = {big_endian(bytes + 16), big_endian(bytes + 20)};
  if (size.width == 0 || size.height == 0 || size.width > INT32_MAX || size.height > INT32_MAX) {
    return codecs_failure(codecs_damaged, "IHDR: invalid width or height");
  }
  const int kind = bytes[25], interlacing = bytes[28];
  *header = (codecs_header){
    .size = size,
    .colours = kind == PNG_COLOR_TYPE_GRAY || kind == PNG_COLOR_TYPE_GRAY_ALPHA ? 1 : 3,
    .whole = interlacing == PNG_INTERLACE_NONE ? 0 : (uint64_t)size.width * size.height * 3,
  };
  return (codecs_result){.status = codecs_ok};
}
