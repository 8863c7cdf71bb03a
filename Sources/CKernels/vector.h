// Sixteen floats, whatever the registers hold: clang splits them into two on AVX2 and four on NEON, so one body
// serves every instruction set.
#ifndef UG_VECTOR_H
#define UG_VECTOR_H

#include "ckernels.h"

typedef float vf __attribute__((ext_vector_type(16)));
typedef float vf_unaligned __attribute__((ext_vector_type(16), aligned(4)));
typedef uint16_t vh __attribute__((ext_vector_type(16)));
typedef uint16_t vh_unaligned __attribute__((ext_vector_type(16), aligned(1)));
typedef uint32_t vu __attribute__((ext_vector_type(16)));
typedef uint8_t vb __attribute__((ext_vector_type(16)));
typedef uint8_t vb_unaligned __attribute__((ext_vector_type(16), aligned(1)));
typedef int32_t vi __attribute__((ext_vector_type(16)));
typedef int32_t vi8 __attribute__((ext_vector_type(8)));
typedef int32_t vi4 __attribute__((ext_vector_type(4)));
typedef int32_t vi4_unaligned __attribute__((ext_vector_type(4), aligned(4)));

#define UG_INLINE static inline __attribute__((always_inline))

#define ug_load(p) ((vf)(*(const vf_unaligned *)(p)))
#define ug_store(p, v) (*(vf_unaligned *)(p) = (v))
// Asks for the cache line `bytes` behind p, which may be past the end of the array.
#define ug_prefetch(p, bytes) __builtin_prefetch((const void *)((uintptr_t)(p) + (bytes)))
#define ug_fma(a, b, c) __builtin_elementwise_fma((a), (b), (c))
// Becomes one max instruction; a NaN gives b, so a ReLU hides one.  Weights and inputs are checked to be finite.
#define ug_max(a, b) ((a) > (b) ? (a) : (b))


// Pairwise, so that every instruction set adds in the same order.
#define ug_sum(v)                                                                                               \
  ({                                                                                                            \
    typedef float v8 __attribute__((ext_vector_type(8)));                                                       \
    typedef float v4 __attribute__((ext_vector_type(4)));                                                       \
    vf whole = (v);                                                                                             \
    v8 h8 = whole.lo + whole.hi;                                                                                \
    v4 h4 = h8.lo + h8.hi;                                                                                      \
    (h4.x + h4.z) + (h4.y + h4.w);                                                                              \
  })

#endif
