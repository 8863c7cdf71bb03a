#include "CDigests.h"
#include "constants.h"

#include <string.h>

// The first 32 bits of the fractional parts of the square roots of the first 8 primes (FIPS 180-4, 5.3.3).
static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

void ug_sha256_begin(ug_sha256 *hash, ug_sha256_compress *compress) {
  hash->compress = compress;
  memcpy(hash->state, initial, sizeof initial);
  hash->count = 0;
}

void ug_sha256_update(ug_sha256 *hash, const uint8_t *bytes, size_t count) {
  size_t waiting = hash->count % UG_SHA256_BLOCK;
  hash->count += count;
  if (waiting) {
    size_t missing = UG_SHA256_BLOCK - waiting;
    size_t taken = count < missing ? count : missing;
    memcpy(hash->rest + waiting, bytes, taken);
    if (taken < missing) return;
    hash->compress(hash->state, hash->rest, 1);
    bytes += taken;
    count -= taken;
  }
  size_t whole = count / UG_SHA256_BLOCK;
  if (whole) hash->compress(hash->state, bytes, whole);
  size_t over = count % UG_SHA256_BLOCK;
  if (over) memcpy(hash->rest, bytes + whole * UG_SHA256_BLOCK, over);
}

// The padding (FIPS 180-4, 5.1.1): a one, zeros, and the length in bits so that the last block is full.
void ug_sha256_end(ug_sha256 *hash, uint8_t digest[UG_SHA256_DIGEST]) {
  uint64_t bits = hash->count * 8;
  uint8_t padding[2 * UG_SHA256_BLOCK] = {0x80};
  size_t waiting = hash->count % UG_SHA256_BLOCK;
  size_t length = (waiting < UG_SHA256_BLOCK - 8 ? UG_SHA256_BLOCK : 2 * UG_SHA256_BLOCK) - waiting;
  for (size_t byte = 0; byte < 8; byte++) padding[length - 1 - byte] = (uint8_t)(bits >> 8 * byte);
  ug_sha256_update(hash, padding, length);
  for (size_t byte = 0; byte < UG_SHA256_DIGEST; byte++)
    digest[byte] = (uint8_t)(hash->state[byte / 4] >> (24 - 8 * (byte % 4)));
}

static uint32_t rotated(uint32_t word, int places) { return word >> places | word << (32 - places); }

void ug_sha256_compress_scalar(uint32_t state[8], const uint8_t *blocks, size_t count) {
  for (const uint8_t *block = blocks; block != blocks + count * UG_SHA256_BLOCK; block += UG_SHA256_BLOCK) {
    uint32_t words[64];
    for (size_t t = 0; t < 16; t++) {
      const uint8_t *bytes = block + 4 * t;
      words[t] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    }
    for (size_t t = 16; t < 64; t++) {
      uint32_t early = words[t - 15], late = words[t - 2];
      words[t] = words[t - 16] + (rotated(early, 7) ^ rotated(early, 18) ^ early >> 3) + words[t - 7] +
                 (rotated(late, 17) ^ rotated(late, 19) ^ late >> 10);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (size_t t = 0; t < 64; t++) {
      uint32_t choice = (e & f) ^ (~e & g), majority = (a & b) ^ (a & c) ^ (b & c);
      uint32_t first =
          h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + choice + ug_sha256_constants[t] + words[t];
      uint32_t second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + majority;
      h = g, g = f, f = e, e = d + first;
      d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
  }
}
