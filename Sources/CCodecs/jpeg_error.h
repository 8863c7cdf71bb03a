#ifndef CODECS_JPEG_ERROR_H
#define CODECS_JPEG_ERROR_H

#include "result.h"
#include <setjmp.h>
#include <stdio.h>  // jpeglib.h names FILE

#include <jpeglib.h>

/// libjpeg's error manager with the way out of a failed call.
typedef struct {
  struct jpeg_error_mgr manager;  // first: libjpeg hands back a pointer to it
  jmp_buf jump;
  codecs_result result;
} jpeg_errors;

/// Fills in the handlers.  `setjmp(errors->jump)` must have been called before libjpeg's next call.
struct jpeg_error_mgr *jpeg_errors_prepare(jpeg_errors *errors);

/// Leaves through the jump with this failure.
_Noreturn void jpeg_fail(j_common_ptr info, codecs_status status, const char *message);

#endif
