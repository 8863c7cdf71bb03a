#if defined(__aarch64__)
#include "../vector.h"

#define UG_NAME(operation) operation##_neon
#define GEMM_ROWS 6
#define GEMM_HALVES 1
#define HEAD_VECTORS 2
#define DOT_VECTORS 1
#define WIDEN_ROWS 4

#include "row.inc"

UG_ROW(neon, "neon")
#endif
