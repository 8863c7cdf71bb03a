#include "CMemory.h"
#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

void memory_give_back(void) { malloc_trim(0); }
#else
// musl gives back what is large when it is freed.
void memory_give_back(void) {}
#endif
