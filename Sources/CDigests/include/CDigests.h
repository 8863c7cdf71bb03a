// SHA-256 (FIPS 180-4, section 6.2): the hash of weight files and of API keys.
//
// Its instructions are a feature of their own beside the vector ones that CKernels chooses by (Goldmont has them without
// AVX, Skylake AVX-512 without them), so they are asked for here.
#ifndef CDIGESTS_H
#define CDIGESTS_H

#include <stddef.h>
#include <stdint.h>

// Bytes that are worked on at once, and bytes of the hash.
#define UG_SHA256_BLOCK 64
#define UG_SHA256_DIGEST 32

// Takes `count` blocks into the state.
typedef void ug_sha256_compress(uint32_t state[8], const uint8_t *blocks, size_t count);

typedef struct {
  ug_sha256_compress *compress;
  uint32_t state[8];
  // Bytes that came so far; those that do not fill a block yet wait in `rest`.
  uint64_t count;
  uint8_t rest[UG_SHA256_BLOCK];
} ug_sha256;

void ug_sha256_begin(ug_sha256 *hash, ug_sha256_compress *compress);
void ug_sha256_update(ug_sha256 *hash, const uint8_t *bytes, size_t count);
// The hash of all that came.  `hash` can take nothing more.
void ug_sha256_end(ug_sha256 *hash, uint8_t digest[UG_SHA256_DIGEST]);

// The specification that the other is tested against.
ug_sha256_compress ug_sha256_compress_scalar;
// With the processor's own instructions, where this build and this processor have them; else null.  To be asked for once:
// in a virtual machine the question goes to its host.
ug_sha256_compress *ug_sha256_compress_native(void);

#endif
