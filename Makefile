# Capillary: every target works on a machine that has Python 3.11+, make and the package registry.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup run test test-browser check bench bench-http bench-solvers bench-ranking openapi visibility docs-deals lock fuzz clean

help: ## show this help
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*?## "} {printf "  make %-13s %s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Capillary needs Python 3.11 or newer; set PYTHON=python3.x") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	$(BIN)/pip check --disable-pip-version-check
	@touch $@

setup: $(STAMP) ## make .venv with the locked dependencies

run: $(STAMP) ## start everything with the demo market, and show its best matches
	$(BIN)/capillary up --demo

test: $(STAMP) ## run the test suite
	$(BIN)/pytest

test-browser: $(STAMP) ## run the console's journeys in Chromium (Debian: apt-get install chromium fonts-noto-cjk)
	$(BIN)/pytest tests/browser

check: $(STAMP) ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: bench-http bench-solvers bench-ranking ## measure ours against other ways, side by side in one run

bench-http: $(STAMP) ## requests and bulk against a FastAPI + SQLModel twin
	$(BIN)/python -m tests.benchmarks

bench-solvers: $(VENV)/.rivals ## blends, allocations and sitings against other solvers
	missed=0; for name in blending allocation siting; do $(BIN)/python -m tests.benchmarks.$$name || missed=1; done; exit $$missed

bench-ranking: $(STAMP) ## a page of matches against evaluating every lot
	$(BIN)/python -m tests.benchmarks.ranking

$(VENV)/.rivals: $(STAMP) requirements-bench.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-bench.lock
	@touch $@

openapi: $(STAMP) ## write openapi/openapi.json from the app
	$(BIN)/capillary openapi > openapi/openapi.json

visibility: $(STAMP) ## write docs/visibility.md from the matrix
	$(BIN)/python -m tests.support.visibility_page > docs/visibility.md

docs-deals: $(STAMP) ## write docs/deals.md from the table of transitions
	$(BIN)/python -m tests.support.deals_page > docs/deals.md

fuzz: $(STAMP) ## generated requests for ten minutes, beyond the budget of `make test`
	CAPILLARY_FUZZ_SECONDS=600 $(BIN)/pytest tests/fuzz

lock: ## resolve requirements.lock again (needs uv)
	uv pip compile pyproject.toml --group dev --group bench --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock
	uv pip compile pyproject.toml --group dev --group bench --group rivals --constraint requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-bench.lock

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .schemathesis
