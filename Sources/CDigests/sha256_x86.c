#include "CDigests.h"
#include "constants.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

// The instructions keep the state as two vectors, lanes from high to low: A B E F and C D G H.  Two rounds take one into
// the other, so that after two of them the names have changed places.
__attribute__((target("sha,sse4.1"))) static void compress(uint32_t state[8], const uint8_t *blocks, size_t count) {
  const __m128i big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
  __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
  for (; count; count--, blocks += UG_SHA256_BLOCK) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    // The last sixteen words, four to a vector: the vector of round r is r % 4.
    __m128i words[4];
    for (int vector = 0; vector < 4; vector++)
      words[vector] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)blocks + vector), big_endian);
#pragma clang loop unroll(full)
    for (int four = 0; four < 16; four++) {
      __m128i *oldest = &words[four % 4];
      const __m128i constants = _mm_loadu_si128((const __m128i *)(ug_sha256_constants + 4 * four));
      const __m128i sums = _mm_add_epi32(*oldest, constants);
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sums);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sums, 0x0E));
      if (four < 12) {
        const __m128i newest = words[(four + 3) % 4];
        const __m128i seven_ago = _mm_alignr_epi8(newest, words[(four + 2) % 4], 4);
        const __m128i early = _mm_sha256msg1_epu32(*oldest, words[(four + 1) % 4]);
        *oldest = _mm_sha256msg2_epu32(_mm_add_epi32(early, seven_ago), newest);
      }
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

ug_sha256_compress *ug_sha256_compress_native(void) {
  unsigned eax, ebx, ecx, edx;
  // Leaf 7, EBX bit 29: SHA; leaf 1, ECX bit 19: SSE4.1.
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) || !(ebx & 1u << 29)) return NULL;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & 1u << 19)) return NULL;
  return compress;
}

#endif
