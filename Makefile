# Everything a newcomer needs: make demo, make test. `kms --help` does the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN); echo $$((n < 4 ? n : 4)))

export HF_HUB_OFFLINE ?= 1
export OMP_WAIT_POLICY ?= PASSIVE
export TOKENIZERS_PARALLELISM ?= false
# Compiled modules are kept, also where the environment says not to: the tests start some two hundred processes, each of
# which would compile 1,300 modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint bench neo4j screenshots clean install system

help: ## what can be made
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(STAMP): pyproject.toml requirements.lock scripts/install.sh
	PYTHON=$(PYTHON) VENV=$(VENV) scripts/install.sh
	touch $(STAMP)

install: $(STAMP) ## the virtual environment with everything in it

system: ## what tests and screenshots want of the machine (Debian as root; elsewhere it says what to install)
	scripts/install_system.sh

demo: $(STAMP) ## the whole way on the sample catalogue, then serve; CHECK=1: check it and stop
	$(BIN)/kms demo $(if $(CHECK),--check,)

test: $(STAMP) system ## all tests, in WORKERS processes (default: one for each core, at most 4)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadgroup $(ARGS)

lint: $(STAMP) ## ruff, mypy strict, import layering
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP) ## the figures of docs/benchmarks.md that take minutes, on data that is there
	$(BIN)/python scripts/bench.py $(ARGS)

neo4j: $(STAMP) system ## a local Neo4j with its Browser, loaded with the sample graph
	$(BIN)/kms neo4j up

screenshots: $(STAMP) system ## the pages in a real Chromium, into docs/images
	$(BIN)/python scripts/screenshots.py

clean: ## everything that was made; sources stay
	rm -rf $(VENV) .state .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
