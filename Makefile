# Every target works on a fresh clone with Python 3.10 or newer; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh

# The first interpreter that is new enough. Set PYTHON to choose another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.10; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help
help: ## List the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/python: 
	@test -n "$(PYTHON)" || { echo "No Python 3.10 or newer was found. Install one, or set PYTHON=/path/to/python3." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/demo: $(VENV)/python requirements/demo.txt
	@echo "Installing sgguard into $(VENV) …" >&2
	@$(PIP) install --require-hashes -r requirements/demo.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: $(VENV)/python requirements/dev.txt pyproject.toml
	@echo "Installing the development tools into $(VENV) …" >&2
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/demo

.PHONY: package
package: $(VENV)/dev ## Build the functions' zips for the service of docs/service.example.json (needs Python 3.10 too)
	@$(BIN)/python -m deploy build --service docs/service.example.json

.PHONY: demo
demo: $(VENV)/demo ## The whole story on the embedded cloud, no account needed
	@$(BIN)/sgguard demo

.PHONY: test
test: $(VENV)/dev ## Every test that needs no account
	@$(BIN)/python -m pytest -q

.PHONY: replay
replay: $(VENV)/demo ## Replay all recorded cases through the real function
	@$(BIN)/sgguard replay events/cases > /dev/null

.PHONY: fuzz
fuzz: $(VENV)/dev ## The property tests with many more examples
	SGGUARD_HYPOTHESIS=long $(BIN)/python -m pytest -q tests/unit

.PHONY: emulator-faces
emulator-faces: $(VENV)/dev ## The emulator's tests through each of its three ways in
	@for face in in-process server proxy; do echo "$$face:" && \
		TCMOCK_FACE=$$face $(BIN)/python -m pytest -q tests/emulator || exit 1; done

E2E_CLIENTS := sdk tccli custodian browser

.e2e/%/ready: requirements/e2e-%.txt
	@echo "Installing the client $* into .e2e/$* …" >&2
	@rm -rf .e2e/$*
	@$(PYTHON) -m venv .e2e/$*
	@.e2e/$*/bin/python -m pip --disable-pip-version-check --quiet install --no-compile --require-hashes -r $<
	@touch $@

.PHONY: e2e
e2e: $(VENV)/dev node_modules/.package-lock.json $(E2E_CLIENTS:%=.e2e/%/ready) ## The vendor's SDK and tccli, Cloud Custodian and a browser (needs chromium, chromium-driver)
	@$(BIN)/python -m pytest -q tests/e2e

.PHONY: mutate
mutate: $(VENV)/dev ## Break traffic and evaluate in 1,300 small ways and see which the tests notice (two hours)
	nice -n 19 $(BIN)/python tools/mutate.py $(if $(SHARE),--share $(SHARE))

.PHONY: bench
bench: $(VENV)/dev .e2e/custodian/ready ## Every benchmark, beside its peer where it has one; BENCH=verdict runs one
	@$(BIN)/python benchmarks/run.py $(BENCH)
node_modules/.package-lock.json: package.json package-lock.json
	@echo "Installing the Serverless Framework into node_modules …" >&2
	@npm ci --no-audit --no-fund --ignore-scripts --loglevel=error

.PHONY: e2e-deployment
e2e-deployment: $(VENV)/dev node_modules/.package-lock.json ## osls deploys the zip to the embedded cloud (needs Node.js and Python 3.10)
	@$(BIN)/python -m pytest -q tests/e2e/test_deployment.py

.PHONY: simulate
simulate: $(VENV)/dev ## 20,000 histories of a guarded cloud under faults, then planted defects; SEED=n prints one
	@PYTHONPATH=tests/support $(BIN)/python -m simulation $(if $(SEED),--seed $(SEED),--histories $(or $(HISTORIES),20000))
	@$(if $(SEED),true,PYTHONPATH=tests/support $(BIN)/python -m simulation --mutants)

.PHONY: lint
lint: $(VENV)/dev ## Format, lint, types, import contracts, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/compile_baseline.py --check
	$(BIN)/python tools/write_command_docs.py --check
	$(BIN)/python tools/write_verdict.py --check
	$(BIN)/python tools/write_deployment.py --check
	$(BIN)/python tools/write_coverage_docs.py --check

.PHONY: check
check: lint test ## What CI runs

.PHONY: coverage
coverage: $(VENV)/dev ## Tests with branch coverage
	$(BIN)/python -m pytest -q --cov --cov-report=term

.PHONY: generate
generate: $(VENV)/dev ## Write everything that is generated from something else
	$(BIN)/python tools/compile_baseline.py
	$(BIN)/python tools/write_command_docs.py
	$(BIN)/python tools/write_verdict.py
	$(BIN)/python tools/write_deployment.py
	$(BIN)/python tools/write_coverage_docs.py

.PHONY: lock
lock: ## Resolve the locked requirements anew (needs uv)
	uv pip compile --universal --no-strip-extras --python-version 3.10 --generate-hashes --no-header --no-annotate -q \
		pyproject.toml -o requirements/runtime.txt
	uv pip compile --universal --no-strip-extras --python-version 3.10 --generate-hashes --no-header --no-annotate -q \
		pyproject.toml --extra cli --extra emulator --group build -c requirements/runtime.txt -o requirements/demo.txt
	uv pip compile --universal --no-strip-extras --python-version 3.10 --generate-hashes --no-header --no-annotate -q \
		pyproject.toml --extra dev --group build -c requirements/demo.txt -o requirements/dev.txt
	for client in $(E2E_CLIENTS); do uv pip compile --universal --python-version 3.10.2 --generate-hashes --no-header \
		--no-annotate -q requirements/e2e-$$client.in -o requirements/e2e-$$client.txt || exit 1; done

.PHONY: pictures
pictures: $(VENV)/dev ## Draw the messages of docs/channels.md (needs chromium)
	$(BIN)/python tools/draw_messages.py

.PHONY: clean
clean: ## Remove everything that make has made
	rm -rf node_modules .serverless .e2e $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov dist
