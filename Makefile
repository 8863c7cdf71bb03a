# The two commands are `make run` and `make test`; the rest is for who works on the project.

# Libraries with their headers, and what SwiftPM itself calls.
PACKAGES := libpng-dev libjpeg-dev zlib1g-dev libwebp-dev liblcms2-dev git
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PORT ?= 8080
VENV := .venv
# A target may import only what Package.swift says it depends on.
CHECKED := --explicit-target-dependency-import-check error

.PHONY: run build test test-release test-address test-thread fuzz load soak lint format bench bench-peers bench-process bench-report bench-http
.PHONY: bench-photo test-arm test-peers test-clients test-page test-api test-restarts mutants deps promtool

run: build
	.build/release/ugatit serve --models models --port $(PORT)

build: deps
	swift build -c release --product ugatit $(CHECKED)

# All tests at once would share the cores so that each takes as long as all; time limits, their own and those of what
# they start, would then tell how slow the machine is.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH := 8

test: deps promtool
	swift test --disable-xctest $(CHECKED)

test-release: deps promtool
	swift test --disable-xctest -c release -Xswiftc -enable-testing --scratch-path .build-release-tests

# Debian's lld, because gold does not know all sections of the sanitizers. Swift's crash reporter would wait for a
# process that a sanitizer has ended.
test-address test-thread: PACKAGES += lld
SANITIZED := SWIFT_BACKTRACE=enable=no swift test --disable-xctest -Xswiftc -use-ld=lld

# AddressSanitizer, and for C UndefinedBehaviorSanitizer, whose run-time library is part of the other's. Without its
# search for leaks: what waits in a task when a program ends looks like one, in libraries too.
test-address: deps promtool
	ASAN_OPTIONS=detect_leaks=0 $(SANITIZED) --sanitize=address --scratch-path .build-address \
	  -Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined

# ThreadSanitizer over what runs on several threads, ROUNDS times, for a race needs its moment.
ROUNDS ?= 3
THREADED := '^(Batching|HTTP|Service|Networks|EndToEnd)Tests'
# Two tests cannot run under it: of signals that come thick it trips over itself (tsan_interceptors_posix.cpp, "thr->slot"),
# and it begins with a temporary file, which the limit on a file's size that stands for a full disk forbids.
THREAD_OPTIONS := --skip 'SignalTests/harmless|UserFilesTests/fullDisk' --sanitize=thread --scratch-path .build-thread -Xlinker $(CURDIR)/.build-thread/mutex_tsan.o
test-thread: deps promtool
	mkdir -p .build-thread
	clang -O1 -c -Wall -Wextra -Werror Tests/Sanitizers/mutex_tsan.c -o .build-thread/mutex_tsan.o
	for round in $$(seq $(ROUNDS)); do $(SANITIZED) $(THREAD_OPTIONS) --filter $(THREADED) || exit; done

# What is for aarch64, under an emulator.
test-arm: PACKAGES += lld qemu-user libc6-dev-arm64-cross libgcc-12-dev-arm64-cross linux-libc-dev-arm64-cross
test-arm: deps
	Tests/KernelsTests/Neon/check.sh
	Tests/DigestsTests/Arm/check.sh

# How long each fuzzer runs, and which (all of them): make fuzz SECONDS=600 TARGET="png torch".
SECONDS ?= 60
TARGET ?=

fuzz: deps
	Tests/Fuzz/run.sh $(SECONDS) $(TARGET)

# Whether the tests notice changes of single lines, PARALLEL at a time, of all mutants or of those that have one of WORDS:
# make mutants PARALLEL=2 WORDS="Batching Retry". FRESH=1 forgets earlier verdicts. It ends with 1 when too many live.
PARALLEL ?= 2
WORDS ?=
mutants: deps
	python3 -m unittest discover --start-directory Tests/Mutants --top-level-directory Tests/Mutants
	Tests/Mutants/run.py --parallel $(PARALLEL) $(if $(FRESH),--fresh) $(WORDS)

# The release server against a thousand hostile clients, ten thousand idle ones, too few files, image bombs, more
# pictures than it can do, and many of these at once; or some of it: make load PARTS="idle bombs". It ends with 1 when a
# bound is not kept.
PARTS ?= hostile idle exhaustion bombs overload mix
load: build
	swift run -c release --package-path Tests/Load --scratch-path .build-load Load \
	  .build/release/ugatit models Tests/EndToEndTests/Fixtures/man.jpg $(PARTS)

# Restarts servers under load, one alone and two behind deploy/'s nginx.conf and haproxy.cfg; ends with 1 when a request
# is lost, or a body that is too large gets no 413, behind Apache too. WAYS="nginx" for one of them. Debian's packages start
# nginx and HAProxy: stop them where that is not wanted.
RESTARTS ?= 200
WAYS ?= direct nginx haproxy apache
test-restarts: PACKAGES += nginx haproxy apache2-bin openssl python3
test-restarts: build
	python3 Tests/Operation/restarts.py $(PROGRAM) $(RESTARTS) $(WAYS)

# The real clients of the Open Inference Protocol and of Hugging Face, from PyPI, against the release server.
test-clients: build $(VENV)/clients
	cd Tests/Clients && $(abspath $(VENV))/bin/python -m unittest

$(VENV)/clients: Tests/Clients/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --requirement Tests/Clients/requirements.txt
	touch $@

# The pages in Debian's Chromium, without a screen: pointer, keyboard, no scripts, a telephone's width, the dark. With
# PAGE_PICTURES=folder they are left there for people to look at.
test-page: PACKAGES += chromium chromium-driver
test-page: build $(VENV)/page
	cd Tests/Pages && PYTHONPATH=$(CURDIR)/Tests/Clients $(abspath $(VENV))/bin/python -m unittest

# Requests that schemathesis makes of /openapi.json, as described and otherwise, and whether the answers are as described.
# SEED tells which requests, EXAMPLES how many of each operation and kind.
SEED ?= 1
EXAMPLES ?= 30
test-api: build $(VENV)/api
	cd Tests/API && PYTHONPATH=$(CURDIR)/Tests/Clients $(abspath $(VENV))/bin/python check.py $(EXAMPLES) $(SEED)

$(VENV)/page: Tests/Pages/requirements.txt
$(VENV)/api: Tests/API/requirements.txt
$(VENV)/page $(VENV)/api:
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --requirement $<
	touch $@

# Traffic of every kind for MINUTES: what stays in memory, and whether metrics and log tell of the same requests.
MINUTES ?= 10
soak: PARTS := soak:$(MINUTES)
soak: load

lint:
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

format:
	swift format format --in-place --parallel --recursive Package.swift Sources Tests

# Where the benchmarks write their JSON.
RESULTS ?= .build/results
PROGRAM := .build/release/ugatit

# Every operator, both networks in both precisions, to the picture and to the heatmap, and the speed over sizes and
# widths; ours alone.
bench: build
	mkdir -p $(RESULTS)
	$(PROGRAM) bench kernels --save $(RESULTS)/kernels.json
	for variant in light full; do for precision in f32 bf16; do for output in picture heatmap; do \
	  $(PROGRAM) bench network --variant $$variant --precision $$precision --output $$output \
	    --save $(RESULTS)/$$output-$$variant-$$precision.json || exit 1; \
	done; done; done
	$(PROGRAM) bench sizes --save $(RESULTS)/sizes.json

# The peers come from PyPI into a virtual environment of their own. PyTorch's wheel there brings its GPU libraries,
# several gigabytes: name an interpreter that has Tests/Peers/requirements.txt, and nothing is installed:
#   make bench-peers PYTHON=/path/to/python OPTIONS="--variants light --batches 1"
# The ResNet generators have their turn when they are named: OPTIONS="--variants resnet resnet-antialiased".
ifdef PYTHON
PEERS :=
else
PYTHON := $(VENV)/bin/python
PEERS := $(VENV)/peers
endif

# Beside PyTorch, ONNX Runtime, OpenVINO and ncnn, in turns.
bench-peers: build $(PEERS)
	mkdir -p $(RESULTS)
	$(PYTHON) Tests/Peers/bench_peers.py $(PROGRAM) --json $(RESULTS)/peers.json $(OPTIONS)

# Cold start and memory.
bench-process: build $(PEERS)
	mkdir -p $(RESULTS)
	$(PYTHON) Tests/Peers/bench_process.py $(PROGRAM) --json $(RESULTS)/process.json $(OPTIONS)

# Reading photographs beside Pillow; with PYTHON an interpreter that has Tests/Peers/requirements-photo.txt.
PHOTO_PYTHON := $(if $(PEERS),$(VENV)/bin/python,$(PYTHON))
bench-photo: build $(if $(PEERS),$(VENV)/photo)
	mkdir -p $(RESULTS)
	$(PHOTO_PYTHON) Tests/Peers/bench_photo.py $(PROGRAM) --json $(RESULTS)/photographs.json $(OPTIONS)

# Beside a general HTTP server, in requests a second.
bench-http: PACKAGES += wrk curl
bench-http: build
	swift build -c release --package-path Tests/Peers/HummingbirdHello --scratch-path .build-hummingbird
	Tests/Peers/bench_http.sh $(PROGRAM) .build-hummingbird/release/HelloWorld

# The page of what `bench`, `bench-peers`, `bench-process` and `bench-photo` wrote.
bench-report:
	python3 Tests/Peers/report.py $(RESULTS)/*.json > Sources/ugatit/BENCHMARKS.md

test-peers: $(PEERS)
	$(PYTHON) -m unittest discover --start-directory Tests/Peers --top-level-directory Tests/Peers

$(VENV)/peers: Tests/Peers/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --requirement Tests/Peers/requirements.txt
	touch $@

$(VENV)/photo: Tests/Peers/requirements-photo.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --requirement Tests/Peers/requirements-photo.txt
	touch $@

# Prometheus' tool that checks what /metrics tells, out of Debian's package, which itself would start a server. Where it
# cannot be had the tests go on, and tell that they miss it.
PROMTOOL ?= $(or $(shell command -v promtool),$(CURDIR)/.build-tools/promtool)
export PROMTOOL
DOWNLOAD := apt-get download -qq -o APT::Sandbox::User=root prometheus
promtool:
	@[ -x "$(PROMTOOL)" ] || { mkdir -p .build-tools && cd .build-tools && \
	  { $(DOWNLOAD) || { $(SUDO) apt-get update -qq && $(DOWNLOAD); }; } && \
	  dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x --strip-components=3 ./usr/bin/promtool && \
	  rm prometheus_*.deb; } || echo "promtool cannot be had: its test will miss it"

deps:
	@missing=""; \
	for package in $(PACKAGES); do \
	  dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "Missing system libraries; installing with apt:$$missing"; \
	  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends $$missing; \
	fi
