#ifndef CDIGESTS_CONSTANTS_H
#define CDIGESTS_CONSTANTS_H

#include <stdint.h>

// One for each round: the first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4,
// 4.2.2).
extern const uint32_t ug_sha256_constants[64];

#endif
