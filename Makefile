# acrida's menu, for people and for CI; `make` alone prints it. Every word is complete on a fresh Debian 12 that has
# git, make and apt (as root or with sudo), and quick when nothing has changed.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?=
VENV ?= .venv
JOBS ?= $(shell nproc)

build := build/release
py := $(VENV)/bin/python
export CMAKE_BUILD_PARALLEL_LEVEL := $(JOBS)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# A container or CI may give us no home; pip and ccache need one.
ifeq ($(strip $(HOME)),)
export HOME := $(CURDIR)/build/home
endif

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# ---- set-up: system packages, .venv, the compiled and installed package

.PHONY: system
system:
	@tools/setup_system.sh build test

$(py): | system
	@python=$$(tools/find_python.sh "$(PYTHON)"); echo "making $(VENV) with $$python"; "$$python" -m venv --clear $(VENV)

requirements := $(VENV)/.requirements
$(requirements): pyproject.toml tools/requirements.py | $(py)
	@mkdir -p build
	$(py) tools/requirements.py build runtime test > build/requirements.txt
	$(py) -m pip install -q --retries 10 -r build/requirements.txt
	@touch $@

# The list of sources is a file too, so that a deleted or renamed one is noticed.
build/sources.txt: force
	@mkdir -p build
	@find src python cmake webui -path '*/node_modules' -prune -o -path webui/dist -prune -o -type f -not -name '*.pyc' -not -name '*.so' -print | LC_ALL=C sort > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
.PHONY: force
force:

installed := $(VENV)/.installed
sources := $(shell find src python cmake webui -path '*/node_modules' -prune -o -path webui/dist -prune -o -type f -not -name '*.pyc' -not -name '*.so' -print) tools/build_webui.py
$(installed): $(requirements) $(sources) CMakeLists.txt pyproject.toml build/sources.txt
	$(py) -m pip install -q --no-build-isolation --no-deps --force-reinstall . \
	  --config-settings=build-dir=$(build) \
	  --config-settings=cmake.define.ACRIDA_TESTS=ON \
	  --config-settings=cmake.define.ACRIDA_WERROR=ON
	@touch $@

.PHONY: install
install: system $(installed) ## build and install into .venv: .venv/bin/acrida

.PHONY: dev
dev: install $(VENV)/.lint ## the same, with the tools of `make lint` and the commit hook
	$(VENV)/bin/pre-commit install

# ---- run it

.PHONY: demo
demo: install ## a real load test of examples/ against a small built-in target
	$(py) -m acrida._demo examples/basic.py

.PHONY: demo-ui
demo-ui: install ## the same with the web page left open
	$(py) -m acrida._demo --ui examples/basic.py

.PHONY: bench
bench: install ## side-by-side figures against wrk and Locust; ONLY=scenario for one of them
	@tools/setup_system.sh bench
	$(py) -m bench $(if $(ONLY),--only $(ONLY)) $(ARGS)

# ---- prove it

.PHONY: test
test: install arrows cpp-test ## everything that must pass
	@# The Python suite waits more than it computes: the sanitizers' compilers take what it leaves of the processor.
	$(MAKE) --no-print-directory -j2 compile-sanitized pytest
	$(MAKE) --no-print-directory sanitize

.PHONY: arrows
arrows: | $(py)
	$(py) tools/check_arrows.py

.PHONY: cpp-test
cpp-test: install
	cmake --build $(build) --target unit_tests acrida_main # the latter for tests/native, whose time is limited
	ctest --test-dir $(build) --output-on-failure -j $(JOBS)

.PHONY: compile-sanitized
compile-sanitized: | system
	@for preset in asan tsan; do cmake --preset $$preset -Wno-dev > /dev/null; nice -n 19 cmake --build --preset $$preset; done

.PHONY: sanitize
sanitize: sanitize-asan sanitize-tsan ## the C++ tests under asan + ubsan and under tsan
sanitize-%: | system
	cmake --preset $* -Wno-dev > /dev/null
	cmake --build --preset $*
	ctest --preset $* -j $(JOBS)

.PHONY: pytest
pytest: install ## the Python suite, or ARGS='tests/cli -k keys'
	$(py) $(if $(ARGS),-m pytest $(ARGS),tools/run_tests.py -j $$(($(JOBS) + 1))) # most parts wait more than they compute

.PHONY: parity
parity: install ## the table of behaviours beside Locust's; RECORD=1 records them anew
	$(py) -m tests.parity

.PHONY: simulate
simulate: install ## random faults in a simulated swarm: SEEDS=10000, or SEED=17 for one with its trace
	cmake --build $(build) --target cluster_simulate
	$(build)/cluster_simulate $(if $(SWARM),swarm $(SWARM),$(if $(SEED),seed $(SEED),seeds $(or $(SEEDS),1000)))

.PHONY: fresh-test
fresh-test: ## `make demo` and `make test` in a fresh Debian 12 (chroot; root or sudo)
	tools/fresh_test.sh

.PHONY: fuzz
fuzz: system ## every fuzzer for SECONDS (600)
	@tools/setup_system.sh fuzz
	cmake --preset fuzz > /dev/null
	cmake --build --preset fuzz
	tools/fuzz.sh build/fuzz $(or $(SECONDS),600)

# ---- keep it tidy

$(VENV)/.lint: pyproject.toml tools/requirements.py | $(py)
	@tools/setup_system.sh lint
	@mkdir -p build
	$(py) tools/requirements.py lint > build/requirements-lint.txt
	$(py) -m pip install -q --retries 10 -r build/requirements-lint.txt
	@touch $@

.PHONY: lint
lint: install $(VENV)/.lint arrows ## form and lint of C++ and Python, types, stubs
	@cmake --build $(build) --target acrida_program > /dev/null # makes the rows of its option table
	tools/lint.sh $(VENV) $(build)

.PHONY: fmt
fmt: $(VENV)/.lint ## formats C++ and Python in place
	git ls-files -z '*.h' '*.cpp' '*.cc' | xargs -0 -r clang-format-14 -i
	$(VENV)/bin/ruff check -q --fix-only .
	$(VENV)/bin/ruff format -q .

.PHONY: stubs
stubs: install ## python/acrida/_core.pyi anew from the binary
	$(py) tools/make_stubs.py python/acrida/_core.pyi

.PHONY: wheel
wheel: system $(requirements) ## a wheel in dist/
	$(py) -m pip wheel -q --no-deps -w dist .

.PHONY: image
image: ## the container image `acrida` (needs docker)
	docker build -f deploy/Dockerfile -t acrida .

.PHONY: clean
clean: ## forget all build results (keeps .venv's packages)
	rm -rf build dist $(VENV)/.installed
