#ifndef CODECS_RESULT_H
#define CODECS_RESULT_H

#include "CCodecs.h"
#include <string.h>

/// A result with as much of `message` as it holds.
static inline codecs_result codecs_failure(codecs_status status, const char *message) {
  codecs_result result = {.status = status};
  strncpy(result.message, message, sizeof result.message - 1);
  return result;
}

#endif
