#ifndef CODECS_GROWING_BUFFER_H
#define CODECS_GROWING_BUFFER_H

#include "CCodecs.h"

/// Makes room for `capacity` bytes; 0 when there is no memory for them, and then nothing has changed.
int codecs_buffer_reserve(codecs_buffer *buffer, size_t capacity);

#endif
