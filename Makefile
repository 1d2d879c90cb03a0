# `make run` and `make test` need nothing but a clone: they install what is missing (scripts/setup.sh) and build.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: help run test build release check format lint test-rust test-pages bench check-long clean setup setup-test

# Real data for tests and measurements, where the folder exists beside the checkout.
DATA := $(wildcard $(abspath ../shared/data))
export ATRIUM_TEST_DATA ?= $(DATA)
ifeq ($(ATRIUM_TEST_DATA),)
unexport ATRIUM_TEST_DATA
endif

TOOLS := . target/toolchain.env &&
CRATES := -p atrium -p connect -p sandbox
SOURCES := $(shell find src crates style public migrations demo -type f -not -path '*/node_modules/*' 2>/dev/null) Cargo.toml Cargo.lock
LEPTOS := cargo leptos build --split

help: ## What there is
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: setup target/.built ## Set up, build, and start the portal with its demo organisation
	@$(TOOLS) exec target/debug/atrium demo

test: setup-test lint test-rust test-pages ## Set up and run every test
	@scripts/tally.sh

build: setup target/.built ## Server and browser half, unoptimised

release: setup target/.built-release ## Server and browser half, optimised

setup:
	@scripts/setup.sh build

setup-test:
	@scripts/setup.sh test

# One stamp for both halves: cargo-leptos links, splits and hashes even when nothing changed. Both builds write
# target/site, so each undoes the other's stamp: a portal serves only the files that its own build left.
target/.built: $(SOURCES) | setup
	@echo "building: the first time takes about ten minutes, later ones seconds"
	@rm -f target/.built-release
	$(TOOLS) scripts/assets.sh && $(LEPTOS)
	@touch $@

target/.built-release: $(SOURCES) | setup
	@rm -f target/.built
	$(TOOLS) scripts/assets.sh && $(LEPTOS) --release -P
	@touch $@

lint: ## Contrast of the colours, formatting and clippy, warnings as errors
	@$(TOOLS) node scripts/contrast.mjs
	@$(TOOLS) scripts/rustfmt.sh --check
	$(TOOLS) cargo clippy -q $(CRATES) -p bench --all-targets -- -D warnings
	$(TOOLS) cargo clippy -q -p client --target wasm32-unknown-unknown -- -D warnings

format: ## Write the formatting
	@$(TOOLS) scripts/rustfmt.sh

test-rust: ## Units, stores on both engines, connectors against real servers
	$(TOOLS) scripts/with-postgres.sh cargo test $(CRATES) 2>&1 | tee target/test-rust.log

test-pages: target/.built ## Pages in Chromium, hydrated and without JavaScript
	$(TOOLS) (cd end2end && npx playwright test) 2>&1 | tee target/test-pages.log

bench: setup ## Figures, one a line: name value unit
	$(TOOLS) scripts/bench.sh

check-long: setup-test ## What takes too long for every change: hundreds of kills
	$(TOOLS) ATRIUM_TEST_KILLS=300 scripts/with-postgres.sh cargo test -p atrium kill -- --nocapture

clean: ## Forget what was built; what was installed stays
	rm -rf target/site target/debug target/release target/front target/.built*
