# Vigil. `make run` and `make test` need nothing but Python 3.11 to 3.13 and a package index.

PYTHON ?=
DATA ?= $(CURDIR)/.local
PORT_BASE ?= 8100
DETACH ?=
T ?=

SETUP_PYTHON := $(or $(PYTHON),$(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell command -v $(name) 2>/dev/null))))
SETUP = PYTHON="$(PYTHON)" $(or $(SETUP_PYTHON),python3) deploy/local/setup.py
VENV_PYTHON = .venv/bin/python
STACK = DATA="$(DATA)" PORT_BASE="$(PORT_BASE)" $(VENV_PYTHON) -m deploy.local

.DEFAULT_GOAL := help
.PHONY: help setup run stop status links test lint types

help: ## what this file can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## .venv and downloads; starts nothing, safe to repeat
	@$(SETUP)

run: setup ## start everything, show what happens, stop with Ctrl-C (DETACH=1 DATA=dir PORT_BASE=8100)
	@$(STACK) run $(if $(filter-out 0,$(DETACH)),--detach)

stop: ## stop what runs on DATA
	@if [ -x $(VENV_PYTHON) ]; then $(STACK) stop; else echo "Nothing runs here."; fi

status: setup ## which components run, and whether they are ready
	@$(STACK) status

links: setup ## fresh links to the pages
	@$(STACK) links

test: ## the whole suite against a real Kafka and a real Postgres (T=path for one file)
	@$(SETUP) --tests
	@$(VENV_PYTHON) -m pytest $(T)

lint: ## ruff and import-linter
	@$(SETUP) --tests
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports

types: ## mypy --strict
	@$(SETUP) --tests
	@$(VENV_PYTHON) -m mypy --strict shared services deploy
