#include "reader.h"

codecs_result codecs_reader_next(codecs_reader *reader, uint8_t *row) { return reader->next(reader, row); }

void codecs_reader_close(codecs_reader *reader) { reader->close(reader); }
