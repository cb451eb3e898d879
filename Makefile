# `make demo` and `make test` set up all they need; see CONTRIBUTING.md.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo check test unit e2e other-pythons bench docs format clean

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
TOOLS := source .ci/tools
UNIT := -m "not e2e" -q -n 2
CLI := $(BIN)/lambda-alerts
# Compiled once, not by each of the hundreds of processes that tests start.
unexport PYTHONDONTWRITEBYTECODE

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml constraints.txt
	@python=$$(.ci/python) && $$python -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --compile-bytecode -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(READY) ## Deploy an example to an embedded AWS, make it fail, watch the alerts arrive
	@$(TOOLS) provider; $(CLI) demo

check: $(READY) ## Format, lint, types, import directions, generated files, unit tests: under a minute
	@$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@$(BIN)/pytest $(UNIT)

# What the end-to-end tests need is fetched meanwhile: that is mostly waiting, as the unit tests are mostly work.
test: $(READY) ## Everything, with real Terraform and real images
	@($(TOOLS) engine browser) & tools=$$!; $(MAKE) --no-print-directory check other-pythons || { wait $$tools; exit 1; }; \
	wait $$tools && $(MAKE) --no-print-directory e2e

# Four at once on two cores: most of a deploy is waiting, as the provider looks again every few seconds whether a queue is there. In
# their own order: files with few tests are the longest, and would otherwise come last, one after the other. Terraform
# collects less garbage (GOGC), as it does when the tool runs it.
e2e: $(READY) ## The end-to-end tests alone
	@$(TOOLS) provider engine browser; export GOGC=400; \
	$(BIN)/pytest -m e2e -q -n 4 --dist loadfile --no-loadscope-reorder --durations=8

other-pythons: $(READY) ## The unit tests on the other supported Pythons that are installed
	@for version in 3.12 3.13; do \
	  python=$$(.ci/python $$version) || { echo "Python $$version is not installed"; continue; }; \
	  place=$(VENV)-$$version; \
	  [[ $$place/ready -nt $(READY) ]] || { $(BIN)/uv venv -q --clear --python "$$python" $$place && \
	    VIRTUAL_ENV=$$place $(BIN)/uv pip install -q -c constraints.txt -e '.[dev]' && touch $$place/ready; }; \
	  echo "Python $$version:"; $$place/bin/pytest $(UNIT); \
	done

bench: $(READY) ## Ratios from paired runs: --help, an unchanged deploy, a changed deploy
	@$(TOOLS) provider engine; $(BIN)/python bench/run.py

docs: $(READY) ## Write the generated files: help page, references, JSON schema
	@$(BIN)/python -m tests.generated --write

format: $(READY) ## Format the code
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix . ; terraform fmt -recursive terraform

clean: ## Remove what the targets above have made
	@for place in . lambda-alerts-demo; do (cd $$place && $(CURDIR)/$(CLI) sandbox down) >/dev/null 2>&1 || true; done
	@rm -rf $(VENV) $(VENV)-3.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .lambda-alerts lambda-alerts-demo dist
