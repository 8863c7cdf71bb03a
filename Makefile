# The two commands are `make run` and `make test`; the rest is for who works on the project.

# Libraries with their headers, and what SwiftPM itself calls.
PACKAGES := libpng-dev libjpeg-dev zlib1g-dev git
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PORT ?= 8080
VENV := .venv
# A target may import only what Package.swift says it depends on.
CHECKED := --explicit-target-dependency-import-check error

.PHONY: run build test test-release test-address test-thread fuzz lint format bench bench-peers deps

run: build
	.build/release/ugatit serve --models models --port $(PORT)

build: deps
	swift build -c release --product ugatit $(CHECKED)

test: deps
	swift test --disable-xctest $(CHECKED)

test-release: deps
	swift test --disable-xctest -c release -Xswiftc -enable-testing --scratch-path .build-release-tests

# The sanitizers need lld (Debian: lld).
test-address: deps
	swift test --disable-xctest --sanitize=address -Xswiftc -use-ld=lld --scratch-path .build-address

test-thread: deps
	swift test --disable-xctest --sanitize=thread -Xswiftc -use-ld=lld --scratch-path .build-thread

# How long each fuzzer runs, and which (all of them): make fuzz SECONDS=600 TARGET="png torch".
SECONDS ?= 60
TARGET ?=

fuzz: deps
	Tests/Fuzz/run.sh $(SECONDS) $(TARGET)

lint:
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

format:
	swift format format --in-place --parallel --recursive Package.swift Sources Tests

# Ours alone, then beside ONNX Runtime (from PyPI, in a virtual environment of its own).
bench: build bench-peers
	.build/release/ugatit bench kernels

bench-peers: build $(VENV)/peers
	$(VENV)/bin/python Tests/Peers/bench_peers.py .build/release/ugatit

$(VENV)/peers: Tests/Peers/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --requirement Tests/Peers/requirements.txt
	touch $@

deps:
	@missing=""; \
	for package in $(PACKAGES); do \
	  dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "Missing system libraries; installing with apt:$$missing"; \
	  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends $$missing; \
	fi
