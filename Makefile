# Vigil. `make run` and `make test` need nothing but Python 3.11 to 3.13 and a package index.

PYTHON ?=
DATA ?= $(CURDIR)/.local
PORT_BASE ?= 8100
FILES ?= $(CURDIR)/.compose
PROJECT ?= vigil
BROKERS ?= 1
PROFILES ?= mail samples
BIND ?= 127.0.0.1
MORE ?=
KEEP ?=
DETACH ?=
T ?=
SEED ?= 1
SCHEDULES ?=
MINUTES ?= 30
ARGS ?=
case ?=
from ?= 2018-06-29
to ?= 2024-12-31
incidents ?= 40
seed ?= $(SEED)

# The first that runs at all can run setup.py, which builds .venv with PYTHON or a suitable one.
SETUP_PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11; do \
  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 7))' >/dev/null 2>&1 && echo "$$name" && break; done)
NO_PYTHON = echo "Vigil needs Python 3.11, 3.12 or 3.13, and no python3 on PATH runs." >&2; exit 1;
SETUP = $(if $(SETUP_PYTHON),PYTHON="$(PYTHON)" $(SETUP_PYTHON) deploy/local/setup.py,$(NO_PYTHON))
VENV_PYTHON = .venv/bin/python
IS_SET_UP = [ -x $(VENV_PYTHON) ] || { echo "Nothing runs here. \`make run\` starts it."; exit $(1); };
ON_STACK = DATA="$(DATA)" PORT_BASE="$(PORT_BASE)" $(VENV_PYTHON) -m
STACK = $(ON_STACK) deploy.local
CONTAINERS = FILES="$(FILES)" PORT_BASE="$(PORT_BASE)" PROJECT="$(PROJECT)" MORE="$(MORE)" $(VENV_PYTHON) -m deploy.compose
OPERATE = $(call IS_SET_UP,1) $(ON_STACK) deploy.operate

.DEFAULT_GOAL := help
.PHONY: help setup run stop status links test lint types contracts alerts
.PHONY: verify quarantine parked replay reconcile consumers trace canary
.PHONY: up down test-containers telemetry
.PHONY: simulate drill interleave crash-points faults soak bench mutate

help: ## what this file can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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

up: setup ## the same in containers, ready and with the samples (BROKERS=3 PROFILES="mail samples telemetry")
	@BROKERS="$(BROKERS)" PROFILES="$(PROFILES)" BIND="$(BIND)" $(CONTAINERS) up

down: setup ## take containers, networks, volumes and keys away (KEEP=1: keys and records stay)
	@$(CONTAINERS) down $(if $(filter-out 0,$(KEEP)),--keep)

test: ## the whole suite against a real Kafka and a real Postgres (T=path for one file)
	@$(SETUP) --tests
	@$(VENV_PYTHON) -m pytest $(T)

test-containers: ## the same suite on Kafka and Postgres in containers, and the services' own images
	@$(SETUP) --tests
	@VIGIL_TEST_INFRASTRUCTURE=containers $(VENV_PYTHON) -m pytest $(T)

lint: ## ruff and import-linter
	@$(SETUP) --tests
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports

contracts: setup ## schemas, AsyncAPI and OpenAPI documents again, after a change of an event or route
	@$(VENV_PYTHON) -m shared.contracts.generate
	@$(VENV_PYTHON) -m services.openapi_documents

alerts: setup ## the Prometheus rules again, after a change of an alarm
	@$(VENV_PYTHON) -m deploy.operate.alert_rules

telemetry: setup ## the collector's settings and the dashboards again, after a change of either
	@$(VENV_PYTHON) -m deploy.telemetry.generate

types: ## mypy --strict
	@$(SETUP) --tests
	@$(VENV_PYTHON) -m mypy --strict shared services deploy

verify: ## whether the books balance: every store, every topic, every invariant (ARGS="--strict --json")
	@$(OPERATE) verify $(ARGS)

quarantine: ## records that wait for a person (ARGS="list", "show ID", "release ID --name N --reason R")
	@$(OPERATE) quarantine $(ARGS)

parked: ## events that wait for their turn, and for what (ARGS="fetch", "apply")
	@$(OPERATE) parked $(ARGS)

replay: ## take records in once more (ARGS="SERVICE --source S --topic T --dry-run"; ARGS=--help)
	@$(OPERATE) replay $(ARGS)

reconcile: ## after a store was restored (ARGS="SERVICE --name N --reason R"; else what it would do)
	@$(OPERATE) reconcile $(or $(ARGS),--dry-run)

consumers: ## where they stand; stop and resume (ARGS="stop SERVICE PART --name N --reason R")
	@$(OPERATE) consumers $(ARGS)

canary: ## a synthetic case through everything that runs, hop by hop (ARGS="--within 300")
	@$(OPERATE) canary $(ARGS)

trace: ## one case in every inbox and outbox, and the link to its trace (case=ID)
	@$(OPERATE) trace $(case) $(ARGS)

drill: setup ## years of invented incidents on a clock of its own (from=2018-06-29 to=2024-12-31 incidents=40 seed=1)
	@DATA="$(DATA)" $(VENV_PYTHON) -m deploy.drill --from $(from) --to $(to) --incidents $(incidents) --seed $(seed) $(ARGS)

simulate: ## four services under a seeded scheduler, without Kafka or Postgres (SCHEDULES=100000 SEED=1)
	@$(SETUP) --tests
	@$(VENV_PYTHON) -m tests.simulation --schedules $(or $(SCHEDULES),100000) --seed $(SEED) $(ARGS)

cases: ## cases to which anything may happen, their clocks right at every step (EXAMPLES=1000 STEPS=60 SEED=1)
	@$(SETUP) --tests
	@VIGIL_CASE_EXAMPLES=$(or $(EXAMPLES),1000) VIGIL_CASE_STEPS=$(or $(STEPS),60) VIGIL_CASE_SEED=$(SEED) \
		$(VENV_PYTHON) -m pytest -s tests/stateful -k whatever_happens --timeout 0

interleave: ## transactions on a real Postgres, stopped at every statement (SCHEDULES=24 SEED=1)
	@$(SETUP) --tests
	@SEED=$(SEED) SCHEDULES=$(SCHEDULES) $(VENV_PYTHON) -m pytest -s tests/interleave

crash-points: ## kill every service at every crash point, on a real Kafka and Postgres
	@$(SETUP) --tests
	@$(VENV_PYTHON) -m pytest -m "long or not long" -s tests/faults/crash

faults: ## the faults that take minutes: brokers, stores, networks, restores, upgrades
	@$(SETUP) --tests
	@$(VENV_PYTHON) -m pytest -m long -s $(or $(T),tests)

soak: ## load, random kills and faults, quiet, verify (MINUTES=30 SEED=1)
	@$(SETUP) --tests
	@$(VENV_PYTHON) -m tests.soak --minutes $(MINUTES) --seed $(SEED) $(ARGS)

bench: ## every figure beside its bare operation, from the same run
	@$(SETUP) --tests
	@$(VENV_PYTHON) -m tests.benchmarks

mutate: ## small changes of rules, dates and code: do the tests notice? (ARGS="calendar rules --jobs 2")
	@$(SETUP) --tests
	@$(VENV_PYTHON) -m tests.mutation $(ARGS)
