# `make` turns seeds/ into output/; `make test` runs the tests. Both set up .venv themselves and need only Python and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: feeds test check lint types fresh bench clean

# Without a record, so that trying the sample leaves nothing in a feed of your own.
feeds: $(VENV)/.feeds-ready
	@$(BIN)/feedgen-smm build --no-record

test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest

check: lint types test fresh

lint: $(VENV)/.dev-ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev-ready
	$(BIN)/mypy

# The committed feeds are what a build of the committed pages gives, from nothing.
fresh: $(VENV)/.feeds-ready
	$(BIN)/feedgen-smm build --no-record --check

# What the program costs, in a table. `make bench OPTIONS=--quick` takes less than a minute.
bench: $(VENV)/.dev-ready
	@$(BIN)/python -m tests.bench $(OPTIONS)

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@echo "Setting up $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.feeds-ready: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev-ready: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@ $(VENV)/.feeds-ready
