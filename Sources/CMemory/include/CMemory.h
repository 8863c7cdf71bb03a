// What the C library tells of its memory in a header of its own, which Swift's Glibc module leaves out.
#ifndef CMEMORY_H
#define CMEMORY_H

/// Gives memory that was freed back to the system, as far as whole pages of it are free.
void memory_give_back(void);

#endif
