#!/bin/sh
# Builds SHA-256 for aarch64 and compares its instructions with plain C, under qemu on other machines.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
digests=$here/../../../Sources/CDigests
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

run=
[ "$(uname -m)" = aarch64 ] || run=qemu-aarch64
for tool in clang $run; do
  command -v $tool >/dev/null || { echo "check.sh: needs $tool; see Tests/KernelsTests/Neon/check.sh" >&2; exit 69; }
done

clang --target=aarch64-linux-gnu -static -fuse-ld=lld -O3 -Wall -Wextra -Werror -I "$digests/include" \
  -o "$build/sha256_check" "$here/sha256_check.c" "$digests"/*.c
$run "$build/sha256_check"
