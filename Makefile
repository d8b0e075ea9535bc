# Everything runs from a private environment in .venv, made from hashed locks on first use.

PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
	--no-header --python-version 3.11 --override requirements/overrides.txt

.DEFAULT_GOAL := help
.PHONY: help demo check test bench train lock clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/run.stamp ## Explain a sample prompt on the embedded model
	@$(BIN)/prompt-salience explain samples/menu/1-mistake.j2 --target-unit 2

check: .venv/dev.stamp ## Format, lint, types, import contracts and pure tests: under a minute
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/unit

test: check ## Every test
	$(BIN)/pytest tests --ignore tests/unit

bench: .venv/run.stamp ## Measure speed on this machine
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/language_server.py

train: .venv/dev.stamp ## Train the embedded model again, export and evaluate it (an hour; resumes by itself)
	$(BIN)/python training/train.py --seed 0
	$(BIN)/python training/export.py --seed 0
	$(BIN)/python training/calibrate.py
	$(BIN)/python training/evaluate.py --json > training/figures.json
	$(BIN)/python training/card.py
	$(BIN)/python training/plot.py --seed 0

lock: .venv/dev.stamp ## Write the hashed locks again after a change of dependencies
	$(COMPILE) --group build pyproject.toml -o requirements/run.txt
	$(COMPILE) --group dev pyproject.toml -o requirements/dev.txt -c requirements/run.txt

clean: ## Remove the environment and all caches
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv"; rm -rf .venv; exit 1; }

.venv/run.stamp: requirements/run.txt pyproject.toml | .venv/bin/python
	@echo "Installing what prompt-salience needs into .venv (about 600 MB, once) ..."
	@$(PIP_INSTALL) --require-hashes -r requirements/run.txt
	@$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	@echo "Installing the development tools into .venv ..."
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@
