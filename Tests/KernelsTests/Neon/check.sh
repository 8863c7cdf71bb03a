#!/bin/sh
# Builds the NEON and the scalar kernels for aarch64 and compares them, under qemu on other machines.
# Usage: check.sh [seed]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
kernels=$here/../../../Sources/CKernels
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

run=
command -v clang >/dev/null || { echo "check.sh: needs clang" >&2; exit 69; }
if [ "$(uname -m)" != aarch64 ]; then
  run=qemu-aarch64
  command -v $run >/dev/null && [ -d /usr/aarch64-linux-gnu ] || {
    echo "check.sh: needs an emulator and a C library for aarch64; on Debian and Ubuntu:" >&2
    echo "  apt-get install qemu-user libc6-dev-arm64-cross libgcc-12-dev-arm64-cross linux-libc-dev-arm64-cross" >&2
    exit 69
  }
fi

# The flags of Package.swift.
clang --target=aarch64-linux-gnu -static -fuse-ld=lld -O3 -fno-math-errno -Wall -Wextra -Werror -Wno-psabi \
  -I "$kernels/include" -o "$build/neon_check" \
  "$here/neon_check.c" "$kernels/isa/neon.c" "$kernels/isa/scalar.c" "$kernels/winograd/weights.c" -lm
$run "$build/neon_check" "$@"
