#include "CMapping.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/// What the handler reads, so without a lock.
typedef struct {
  /// 0: free; 1: taken, but not mapped yet.
  _Atomic(uintptr_t) start;
  _Atomic(size_t) count;
  atomic_bool is_torn;
} slot;

static slot slots[ug_mapping_limit];
static struct sigaction previous;
static uintptr_t page_size;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/// All from the missing page on is missing, and is replaced at once: a mapping for each page would be too many.
static bool mend(slot *slot, uintptr_t address) {
  const uintptr_t start = atomic_load(&slot->start);
  const size_t count = atomic_load(&slot->count);
  if (start <= 1 || address < start || address - start >= count) return false;
  const uintptr_t page = address & ~(page_size - 1);
  void *zeros =
    mmap((void *)page, start + count - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  if (zeros == MAP_FAILED) return false;
  atomic_store(&slot->is_torn, true);
  return true;
}

static void on_bus_error(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  const int saved = errno;
  bool is_mended = false;
  for (int i = 0; i < ug_mapping_limit && !is_mended; i++) is_mended = mend(&slots[i], (uintptr_t)info->si_addr);
  // The instruction is repeated, and the signal with it.
  if (!is_mended) sigaction(SIGBUS, &previous, NULL);
  errno = saved;
}

static void install(void) {
  page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
  struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &previous);
}

static slot *slot_of(uintptr_t start) {
  for (int i = 0; i < ug_mapping_limit; i++) {
    if (atomic_load(&slots[i].start) == start) return &slots[i];
  }
  return NULL;
}

static slot *take_slot(void) {
  for (int i = 0; i < ug_mapping_limit; i++) {
    uintptr_t expected = 0;
    if (atomic_compare_exchange_strong(&slots[i].start, &expected, 1)) return &slots[i];
  }
  errno = ENFILE;
  return NULL;
}

const void *ug_mapping_begin(int descriptor, size_t count) {
  pthread_once(&once, install);
  slot *slot = take_slot();
  if (slot == NULL) return NULL;
  void *start = mmap(NULL, count, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (start == MAP_FAILED) {
    atomic_store(&slot->start, 0);
    return NULL;
  }
  atomic_store(&slot->is_torn, false);
  atomic_store(&slot->count, count);
  atomic_store(&slot->start, (uintptr_t)start);
  return start;
}

bool ug_mapping_is_torn(const void *start) {
  slot *slot = slot_of((uintptr_t)start);
  return slot != NULL && atomic_load(&slot->is_torn);
}

void ug_mapping_end(const void *start, size_t count) {
  slot *slot = slot_of((uintptr_t)start);
  if (slot != NULL) atomic_store(&slot->start, 0);
  munmap((void *)(uintptr_t)start, count);
}
