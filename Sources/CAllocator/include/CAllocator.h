// What Swift's Glibc module leaves out of the C library's allocator, malloc.h.
#ifndef CALLOCATOR_H
#define CALLOCATOR_H

// Has memory that is freed go back to the system rather than wait for the next who needs some.  To be called once,
// before there is a second thread.
void ug_allocator_return_freed(void);
// Gives back what is free now and was not given back, as small blocks between used ones are not.
void ug_allocator_trim(void);

#endif
