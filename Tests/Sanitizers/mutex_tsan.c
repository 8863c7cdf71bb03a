// Tells ThreadSanitizer of the contended paths of Swift's Synchronization.Mutex.
//
// A Mutex on Linux is one 32 bit word, a futex with priority inheritance. Its uncontended paths, a compare-and-exchange
// of that word, are inlined into the code that locks, which is instrumented: ThreadSanitizer sees those. When the word
// is not as expected, they call _lockSlow, _tryLockSlow or _unlockSlow of libswiftSynchronization, which is not
// instrumented and lets the kernel hand the word on. A lock that changes hands there looks like none, and what it
// protects like a race.
//
// Linked into the program, the functions below stand before the library's, call them, and say what they did.
// ThreadSanitizer keeps one clock for an address, whether it is synchronised by atomics or by these calls; so every
// acquisition that leaves by a slow path meets every release, fast or slow, and the other way round. No other order is
// added: where the lock is not held, races are still seen.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// Of ThreadSanitizer's run-time library.
void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define SWIFT_METHOD __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK_SLOW "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT_METHOD void lock_slow(uint32_t thread, SELF) __asm__(LOCK_SLOW);
SWIFT_METHOD bool try_lock_slow(SELF) __asm__(TRY_LOCK_SLOW);
SWIFT_METHOD void unlock_slow(SELF) __asm__(UNLOCK_SLOW);

static SWIFT_METHOD void (*library_lock_slow)(uint32_t thread, SELF);
static SWIFT_METHOD bool (*library_try_lock_slow)(SELF);
static SWIFT_METHOD void (*library_unlock_slow)(SELF);

static void *next(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (function == NULL) {
    fprintf(stderr, "This release of Swift's Mutex has no %s: mutex_tsan.c has to follow it.\n", name);
    abort();
  }
  return function;
}

__attribute__((constructor)) static void find_library(void) {
  library_lock_slow = next(LOCK_SLOW);
  library_try_lock_slow = next(TRY_LOCK_SLOW);
  library_unlock_slow = next(UNLOCK_SLOW);
}

SWIFT_METHOD void lock_slow(uint32_t thread, SELF) {
  library_lock_slow(thread, self);
  __tsan_acquire(self);
}

SWIFT_METHOD bool try_lock_slow(SELF) {
  const bool locked = library_try_lock_slow(self);
  if (locked) __tsan_acquire(self);
  return locked;
}

SWIFT_METHOD void unlock_slow(SELF) {
  __tsan_release(self);
  library_unlock_slow(self);
}
