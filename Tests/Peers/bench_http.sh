#!/usr/bin/env bash
# Requests a second of GET /health on 64 connections that are kept alive: ours, and Hummingbird's hello-world.
#
#   Tests/Peers/bench_http.sh .build/release/ugatit PATH/TO/HelloWorld [ROUNDS [SECONDS]]
#
# The two take turns, so that a machine whose speed drifts drifts for both; the ratio of the medians is the figure to
# quote. wrk, with one thread, runs beside the server, which therefore has what is left of the cores.
set -euo pipefail
cd "$(dirname "$0")/../.."

ours=$1 peer=$2 rounds=${3:-5} seconds=${4:-3}
ours_port=18080 peer_port=18081
work=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -r "$work"' EXIT

# Neither writes a line for each request.
"$ours" serve --models models --port $ours_port --log-level error >"$work/ours.log" &
servers+=($!)
"$peer" $peer_port >"$work/peer.log" 2>&1 &
servers+=($!)

wait_until_ready() {
  for _ in {1..100}; do
    curl --silent --fail --output /dev/null "$1" && return
    sleep 0.1
  done
  echo "no answer from $1" >&2
  exit 1
}

measure() {
  wrk --threads 1 --connections 64 --duration "${seconds}s" "http://127.0.0.1:$1/health" >"$work/wrk.log"
  if grep -E 'Socket errors|Non-2xx' "$work/wrk.log"; then exit 1; fi
  sed -n 's/^Requests\/sec: *//p' "$work/wrk.log"
}

median() { sort -n "$1" | sed -n "$(((rounds + 1) / 2))p"; }

wait_until_ready http://127.0.0.1:$ours_port/health/ready
wait_until_ready http://127.0.0.1:$peer_port/health
for ((round = 1; round <= rounds; round++)); do
  measure $ours_port | tee -a "$work/ours"
  measure $peer_port | tee -a "$work/peer"
done | paste -d ' ' - - | awk '{ printf "ours %9.0f/s   Hummingbird %9.0f/s   %.2f\n", $1, $2, $1 / $2 }'
awk -v ours="$(median "$work/ours")" -v peer="$(median "$work/peer")" \
  'BEGIN { printf "medians: ours %.0f/s, Hummingbird %.0f/s, ratio %.2f\n", ours, peer, ours / peer }'
