#include "CDigests.h"
#include "constants.h"

#if defined(__aarch64__)

#include <arm_neon.h>
#include <sys/auxv.h>

__attribute__((target("sha2"))) static void compress(uint32_t state[8], const uint8_t *blocks, size_t count) {
  uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
  for (; count; count--, blocks += UG_SHA256_BLOCK) {
    const uint32x4_t abcd_before = abcd, efgh_before = efgh;
    // The last sixteen words, four to a vector: the vector of round r is r % 4.
    uint32x4_t words[4];
    for (int vector = 0; vector < 4; vector++)
      words[vector] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(blocks + 16 * vector)));
#pragma clang loop unroll(full)
    for (int four = 0; four < 16; four++) {
      uint32x4_t *oldest = &words[four % 4];
      const uint32x4_t sums = vaddq_u32(*oldest, vld1q_u32(ug_sha256_constants + 4 * four));
      const uint32x4_t abcd_now = abcd;
      abcd = vsha256hq_u32(abcd, efgh, sums);
      efgh = vsha256h2q_u32(efgh, abcd_now, sums);
      if (four < 12) {
        const uint32x4_t early = vsha256su0q_u32(*oldest, words[(four + 1) % 4]);
        *oldest = vsha256su1q_u32(early, words[(four + 2) % 4], words[(four + 3) % 4]);
      }
    }
    abcd = vaddq_u32(abcd, abcd_before);
    efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(state, abcd);
  vst1q_u32(state + 4, efgh);
}

ug_sha256_compress *ug_sha256_compress_native(void) {
  return getauxval(AT_HWCAP) & HWCAP_SHA2 ? compress : NULL;
}

#elif !defined(__x86_64__)

ug_sha256_compress *ug_sha256_compress_native(void) { return NULL; }

#endif
