# Everything runs from a private environment in .venv, made from hashed locks on first use.

PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
	--no-header --python-version 3.11 --override requirements/overrides.txt

NPM := $(shell command -v npm)
CHROMIUM := $(shell for name in chromium chromium-browser google-chrome \
	"/Applications/Chromium.app/Contents/MacOS/Chromium" "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do \
	command -v "$$name" && break; done)
CLIENT_MODULES := client-vscode/node_modules/.package-lock.json
RING_MODULES := tests/vscode/node_modules/.package-lock.json

# Unless make was told itself how many jobs to run.
SIDE_BY_SIDE = $(if $(findstring -j,$(MAKEFLAGS)),,-j2) $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.DEFAULT_GOAL := help
.PHONY: help demo check check-server check-style check-tests check-client test test-server test-vscode vsix pictures bench bench-lit bench-faithfulness train lock clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/run.stamp ## Explain a sample prompt on the embedded model
	@$(BIN)/prompt-salience explain samples/menu/1-mistake.j2 --target-unit 2

# After all is installed two parts at once, the longest first. What each says comes in one piece, where make can do that
# (4.0 or newer).
check: .venv/dev.stamp $(if $(NPM),$(CLIENT_MODULES) $(RING_MODULES)) ## Format, lint, types, import contracts and pure tests: a minute or two
	@$(MAKE) --no-print-directory $(SIDE_BY_SIDE) check-tests check-client check-style

check-server: check-style check-tests

check-style: .venv/dev.stamp
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

check-tests: .venv/dev.stamp
	$(BIN)/pytest -q tests/unit

test: check test-server test-vscode ## Every test

test-server: .venv/dev.stamp
	$(BIN)/pytest tests --ignore tests/unit

# Where Node.js or a browser is missing, what needs it is left out with a word; continuous integration demands all of it.
ifneq ($(NPM),)
check-client: $(CLIENT_MODULES) $(RING_MODULES)
	cd client-vscode && npm run --silent check && npm run --silent test
	cd tests/vscode && npm run --silent check

vsix: .venv/dev.stamp $(CLIENT_MODULES) ## Build the VS Code extension and the Python package that it installs, into dist/
	@rm -rf dist && mkdir dist
	cd client-vscode && npm run --silent build
	$(BIN)/python -m hatchling build -t wheel -d dist
	cd client-vscode && node package.mjs ../dist
else
check-client vsix:
	@echo "Left out: the VS Code extension. It needs Node.js 20 or newer with npm."; test -z "$$CI"
endif

ifneq ($(and $(NPM),$(CHROMIUM)),)
test-vscode: vsix $(RING_MODULES)
	cd tests/vscode && npm run --silent test

pictures: vsix $(RING_MODULES) ## Take the pictures of the extension's README from a real VS Code
	cd tests/vscode && npm run --silent pictures
else
test-vscode pictures:
	@echo "Left out: the tests in a real VS Code. They need Node.js 20 or newer with npm, and Chromium;"
	@echo "on Debian and Ubuntu: apt-get install npm chromium, on macOS: brew install node chromium"
	@test -z "$$CI"
endif

bench: .venv/run.stamp ## Measure speed on this machine
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/language_server.py

bench-lit: .venv/run.stamp ## Compare with LIT, which gets an environment of its own in .cache/lit (3.2 GB, once)
	$(BIN)/python benchmarks/lit.py

bench-faithfulness: .venv/dev.stamp ## Measure which method tells the truth, and write docs/faithfulness.md
	$(BIN)/python benchmarks/faithfulness --markdown docs/faithfulness.md --plot docs/faithfulness.png

train: .venv/dev.stamp ## Train the embedded model again, export and evaluate it (an hour; resumes by itself)
	$(BIN)/python training/train.py --seed 0
	$(BIN)/python training/export.py --seed 0
	$(BIN)/python training/calibrate.py
	$(BIN)/python training/evaluate.py --json > training/figures.json
	$(BIN)/python training/card.py
	$(BIN)/python training/plot.py --seed 0

lock: .venv/dev.stamp ## Write the hashed locks again after a change of dependencies
	$(COMPILE) --group build pyproject.toml -o requirements/run.txt
	$(COMPILE) pyproject.toml -o requirements/extension.txt -c requirements/run.txt
	$(COMPILE) --group dev pyproject.toml -o requirements/dev.txt -c requirements/run.txt

clean: ## Remove the environment and all caches
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	rm -rf client-vscode/dist client-vscode/node_modules client-vscode/samples client-vscode/LICENSE
	rm -rf tests/vscode/artefacts tests/vscode/node_modules

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

%/node_modules/.package-lock.json: %/package-lock.json
	@echo "Installing what $* needs to be built and tested ..."
	@cd $* && npm ci --ignore-scripts --silent && touch node_modules/.package-lock.json
