// The instructions of aarch64 against plain C, for every number of blocks up to 64.
#include "CDigests.h"

#include <stdio.h>
#include <string.h>

int main(void) {
  static uint8_t blocks[64 * UG_SHA256_BLOCK];
  uint64_t state = 0x5EED;
  for (size_t i = 0; i < sizeof blocks; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    blocks[i] = (uint8_t)(state >> 56);
  }
  ug_sha256_compress *native = ug_sha256_compress_native();
  if (!native) return fprintf(stderr, "this processor has no instructions for SHA-256\n"), 1;
  for (size_t count = 0; count <= 64; count++) {
    uint32_t one[8] = {1, 2, 3, 4, 5, 6, 7, 8}, other[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    native(one, blocks, count);
    ug_sha256_compress_scalar(other, blocks, count);
    if (memcmp(one, other, sizeof one)) return fprintf(stderr, "%zu blocks differ\n", count), 1;
  }
  puts("SHA-256 on aarch64: 65 counts of blocks are the same as plain C");
  return 0;
}
