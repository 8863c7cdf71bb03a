#!/usr/bin/env bash
# Builds the fuzzers with AddressSanitizer and runs each for so many seconds.
#
#   Tests/Fuzz/run.sh 60                 all of them
#   Tests/Fuzz/run.sh 600 png torch      these
#   Tests/Fuzz/run.sh FILE png           one input, to see a crash again
#
# What they learn stays in .build-fuzz/corpus and is where the next run goes on; inputs that crash, take longer than
# 10 s or more than 2 GiB are kept in .build-fuzz/found, and make this end with 1.
set -euo pipefail
cd "$(dirname "$0")/../.."

# libFuzzer says where it crashed; Swift's own report would wait for a process that libFuzzer has stopped.
export SWIFT_BACKTRACE=enable=no
build=${FUZZ_BUILD:-.build-fuzz}
fixtures=Tests/ImagesTests/Fixtures
all=(request multipart field exif png jpeg webp profile safetensors torch configuration inference)

# Sets what a fuzzer is made of: its harness, the module it tests with those that this one needs, the folders of its
# seeds, and the longest input that it makes.
describe() {
  name=$1 seeds=(Tests/Fuzz/Seeds/$1) longest=4096
  local http="HTTP HTTPTypes Logging CEpoll" images="Images CCodecs Kernels CKernels Tensors"
  local checkpoints="Checkpoints Files CMapping Tensors Digests CDigests"
  # Tensors comes with the images.
  local service="Service $http CAllocator Batching $images Networks ${checkpoints/ Tensors/}"
  service+=" InternalCollectionsUtilities ContainersPreview DequeModule OrderedCollections"
  case $name in
    request) harness=RequestFuzzer modules=$http ;;
    multipart) harness=MultipartFuzzer modules=$http ;;
    field) harness=FieldFuzzer modules=$http longest=512 ;;
    exif) harness=ExifFuzzer modules=$images longest=512 ;;
    png) harness=ImageFuzzer modules=$images seeds=($fixtures/png $fixtures/orientation) ;;
    jpeg) harness=ImageFuzzer modules=$images seeds=($fixtures/jpeg $fixtures/orientation) ;;
    webp) harness=ImageFuzzer modules=$images seeds=($fixtures/webp) ;;
    profile) harness=ProfileFuzzer modules=$images seeds=($fixtures/profile) ;;
    safetensors | torch)
      harness=CheckpointFuzzer modules=$checkpoints longest=16384
      seeds=(Tests/CheckpointsTests/Fixtures Tests/Fuzz/Seeds/checkpoint) ;;
    inference) harness=InferenceFuzzer modules=$service ;;
    configuration) harness=ConfigurationFuzzer modules=$checkpoints ;;
    *) echo "There is no fuzzer $name; there are: ${all[*]}" >&2; exit 2 ;;
  esac
}

# The modules as SwiftPM builds them, instrumented; the harnesses reach what is internal to them.
build_module() {
  swift build -c release --scratch-path "$build" --target "$1" --sanitize=address -Xswiftc -sanitize=fuzzer \
    -Xswiftc -enable-testing -Xcc -fsanitize=fuzzer-no-link -Xcc -fno-omit-frame-pointer --quiet
}

link() {
  local module map objects=() maps=()
  for module in $modules; do
    mapfile -t -O ${#objects[@]} objects < <(find "$build/release/$module.build" -name '*.o')
    # Only modules in C have one.
    map=$build/release/$module.build/module.modulemap
    [ ! -f "$map" ] || maps+=(-Xcc "-fmodule-map-file=$map")
  done
  # lld, because gold does not know the sections of the coverage counters.
  swiftc -O -g -swift-version 6 -parse-as-library -sanitize=fuzzer,address -use-ld=lld \
    -I "$build/release/Modules" "${maps[@]}" \
    Tests/Fuzz/Harnesses/{Entry,$harness}.swift "${objects[@]}" -lpng -ljpeg -lz -lwebp -llcms2 -o "$build/fuzzers/$name"
}

# Ends with 1 when an input was found.
run() {
  local log=$build/found/$name.log
  mkdir -p "$build/corpus/$name"
  if "$build/fuzzers/$name" -max_total_time="$1" -max_len=$longest -timeout=10 -rss_limit_mb=2048 \
    -dict="Tests/Fuzz/Dictionaries/$name.dict" -artifact_prefix="$build/found/$name-" -print_final_stats=1 \
    "$build/corpus/$name" "${seeds[@]}" >"$log" 2>&1
  then
    local executed rate edges
    executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
    printf '%-14s %9d inputs, %6d a second, %5d edges\n' "$name" "$executed" "$rate" "$edges"
  else
    tail -n 40 "$log"
    echo "$name: found $(sed -n 's/.*Test unit written to //p' "$log"); the whole log is $log"
    return 1
  fi
}

budget=${1:?"Say for how many seconds."}
shift
[ $# -gt 0 ] || set -- "${all[@]}"
mkdir -p "$build"/{fuzzers,found}
status=0
for target in "$@"; do
  describe "$target"
  build_module "${modules%% *}"
  link
  if [ -f "$budget" ]; then
    "$build/fuzzers/$name" "$budget"
  else
    run "$budget" || status=1
  fi
done
exit $status
