// Files in memory that may become shorter without ending the process.
//
// Where a mapped file has lost bytes, reading them raises SIGBUS.  Mappings made here are known to a handler, which
// puts zeros in the place of what is lost, and notes it; a SIGBUS from elsewhere goes where it went before.
#ifndef CMAPPING_H
#define CMAPPING_H

#include <stdbool.h>
#include <stddef.h>

// Mappings that there may be at a time.
enum { ug_mapping_limit = 64 };

// Maps the first `count` bytes, at least 1, read-only; NULL where that fails, with the reason in `errno`.
const void *_Nullable ug_mapping_begin(int descriptor, size_t count);

// Whether bytes were read that the file had lost.
bool ug_mapping_is_torn(const void *_Nonnull start);

void ug_mapping_end(const void *_Nonnull start, size_t count);

#endif
