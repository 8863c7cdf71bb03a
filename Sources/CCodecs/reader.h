#ifndef CODECS_READER_H
#define CODECS_READER_H

#include "CCodecs.h"

/// What the readers of all formats begin with.
struct codecs_reader {
  codecs_result (*next)(codecs_reader *reader, uint8_t *row);
  void (*close)(codecs_reader *reader);
};

#endif
