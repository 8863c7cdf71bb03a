#include "ckernels.h"

#define ROW(identifier, name, supported) extern const ug_kernels ug_kernels_##identifier;
#include "instruction_sets.def"
#undef ROW

static const ug_kernels *const rows[] = {
#define ROW(identifier, name, supported) &ug_kernels_##identifier,
#include "instruction_sets.def"
#undef ROW
};

size_t ug_kernel_rows(void) { return sizeof rows / sizeof rows[0]; }

const ug_kernels *ug_kernel_row(size_t row) { return row < ug_kernel_rows() ? rows[row] : NULL; }

int ug_kernel_row_supported(size_t row) {
  size_t i = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
#endif
#define ROW(identifier, name, supported)                                                                        \
  if (i++ == row) return (supported) != 0;
#include "instruction_sets.def"
#undef ROW
  return 0;
}
