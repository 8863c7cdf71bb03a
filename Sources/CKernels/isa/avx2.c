#if defined(__x86_64__)
#include "../vector.h"

#define UG_NAME(operation) operation##_avx2
#define GEMM_ROWS 6
#define GEMM_HALVES 1
#define HEAD_VECTORS 2
#define DOT_VECTORS 1
#define WIDEN_ROWS 4

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "row.inc"
#pragma clang attribute pop

UG_ROW(avx2, "avx2")
#endif
