#include "jpeg_error.h"

#include <jerror.h>

_Noreturn void jpeg_fail(j_common_ptr info, codecs_status status, const char *message) {
  jpeg_errors *errors = (jpeg_errors *)info->err;
  errors->result = codecs_failure(status, message);
  longjmp(errors->jump, 1);
}

static codecs_status status_of(int code) {
  switch (code) {
    case JERR_OUT_OF_MEMORY:
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW: return codecs_too_large;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED: return codecs_unsupported;
    default: return codecs_damaged;
  }
}

static _Noreturn void fail_with_own_message(j_common_ptr info) {
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  jpeg_fail(info, status_of(info->err->msg_code), message);
}

/// libjpeg goes on after damage and fills up with gray.  Here damage to pixels is an error; only warnings
/// about bytes that make no pixels pass, since cameras do write such files: bytes between markers, versions, and
/// the parameters of a sequential scan, which can have but one value (telephones write zeros).
static void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;  // a trace
  switch (info->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL: return;
    default: fail_with_own_message(info);
  }
}

static void ignore_output(j_common_ptr info) { (void)info; }

struct jpeg_error_mgr *jpeg_errors_prepare(jpeg_errors *errors) {
  jpeg_std_error(&errors->manager);
  errors->manager.error_exit = fail_with_own_message;
  errors->manager.emit_message = on_message;
  errors->manager.output_message = ignore_output;
  return &errors->manager;
}
