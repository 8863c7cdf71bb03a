#include "CAllocator.h"

#include <stdlib.h>

#ifdef __GLIBC__

#include <malloc.h>

void ug_allocator_return_freed(void) {
  // From this size on a block is a mapping of its own, which ends when it is freed.  Left alone glibc raises the
  // bound to the largest block that was ever freed, up to 32 MiB, and keeps what lies below.  Above the tensors of small
  // networks, which would pay for their pages each time.
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
  // Each keeps its own free blocks; left alone there are eight for each processor.
  mallopt(M_ARENA_MAX, 4);
}

void ug_allocator_trim(void) { malloc_trim(0); }

#else

// Musl maps large blocks by themselves and gives back what is free without being asked.
void ug_allocator_return_freed(void) {}
void ug_allocator_trim(void) {}

#endif
