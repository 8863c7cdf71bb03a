#if defined(__x86_64__)
#include "../vector.h"

#define UG_NAME(operation) operation##_avx512
#define GEMM_ROWS 12
#define GEMM_HALVES 2
#define HEAD_VECTORS 8
#define DOT_VECTORS 4
#define WIDEN_ROWS 8

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma,avx2,f16c"))), apply_to = function)
#include "row.inc"
#pragma clang attribute pop

UG_ROW(avx512, "avx512")
#endif
