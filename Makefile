# Vigil. `make run` and `make test` need nothing but Python 3.11 to 3.13 and a package index.

PYTHON ?=
DATA ?= $(CURDIR)/.local
PORT_BASE ?= 8100
DETACH ?=
T ?=

# The first that runs at all can run setup.py, which builds .venv with PYTHON or a suitable one.
SETUP_PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11; do \
  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 7))' >/dev/null 2>&1 && echo "$$name" && break; done)
NO_PYTHON = echo "Vigil needs Python 3.11, 3.12 or 3.13, and no python3 on PATH runs." >&2; exit 1;
SETUP = $(if $(SETUP_PYTHON),PYTHON="$(PYTHON)" $(SETUP_PYTHON) deploy/local/setup.py,$(NO_PYTHON))
VENV_PYTHON = .venv/bin/python
IS_SET_UP = [ -x $(VENV_PYTHON) ] || { echo "Nothing runs here. \`make run\` starts it."; exit $(1); };
STACK = DATA="$(DATA)" PORT_BASE="$(PORT_BASE)" $(VENV_PYTHON) -m deploy.local

.DEFAULT_GOAL := help
.PHONY: help setup run stop status links test lint types contracts

help: ## what this file can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## .venv and downloads; starts nothing, safe to repeat
	@$(SETUP)

run: setup ## start everything, show what happens, stop with Ctrl-C (DETACH=1 DATA=dir PORT_BASE=8100)
	@$(STACK) run $(if $(filter-out 0,$(DETACH)),--detach)

stop: ## stop what runs on DATA
	@$(call IS_SET_UP,0) $(STACK) stop

status: ## which components run, and whether they are ready
	@$(call IS_SET_UP,1) $(STACK) status

links: ## fresh links to the pages
	@$(call IS_SET_UP,1) $(STACK) links

test: ## the whole suite against a real Kafka and a real Postgres (T=path for one file)
	@$(SETUP) --tests
	@$(VENV_PYTHON) -m pytest $(T)

lint: ## ruff and import-linter
	@$(SETUP) --tests
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports

contracts: setup ## schemas and AsyncAPI documents again, after a change of an event
	@$(VENV_PYTHON) -m shared.contracts.generate

types: ## mypy --strict
	@$(SETUP) --tests
	@$(VENV_PYTHON) -m mypy --strict shared services deploy
