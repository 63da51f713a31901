# What there is to do with this repository. Each command prepares the environment in .venv first.
SHELL := bash
.DEFAULT_GOAL := help

HOST ?= localhost
PORT ?= 8000
export HOST PORT

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= auto
SIZE ?= full
# What runs the Elasticsearch of the tests, and what fetches it once.
ELASTICSEARCH := default-jre-headless maven
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --durations 15
# The packages' sources: what formatters and template checks look at.
PLUGINS := base access activity search members groups challenges news site

.PHONY: help venv demo test test-all test-full lint format bench messages compile-messages upgrade-dump clean

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 20

$(READY): requirements.txt pyproject.toml scripts/venv
	@scripts/venv $(VENV)
	@touch $@

venv: $(READY) ## Create .venv with the pinned packages

demo: $(READY) ## Serve the demo on http://localhost:8000 (HOST, PORT) with its task worker
	@$(BIN)/python scripts/demo.py

test: $(READY) ## Run the suite on SQLite: no service, no browser
	$(PYTEST)

test-all: $(READY) ## Run the suite on PostgreSQL, Redis and Elasticsearch, then the browser tests
	@scripts/packages postgresql redis-server chromium gettext
	-@scripts/packages $(ELASTICSEARCH)
	$(BIN)/python -m tests.services --try elasticsearch bash -c 'failed=0; $(PYTEST) || failed=1; $(PYTEST) -m "e2e and not slow" || failed=1; exit $$failed'

test-full: $(READY) test test-all ## Run all of the above and what is too long for each change
	$(PYTEST) -m "slow and not e2e"
	$(BIN)/python -m tests.services --with elasticsearch $(PYTEST) -m slow

lint: $(READY) ## Check style, types, templates, layers, settings, migrations and translations
	@scripts/packages gettext
	@scripts/lint

format: $(READY) ## Put code and templates into the common form
	$(BIN)/ruff check --fix $(PLUGINS) tests scripts *.py
	$(BIN)/ruff format .
	$(BIN)/djhtml $(PLUGINS) tests

bench: $(READY) ## Measure on PostgreSQL (SIZE=full or small); results go to var/bench
	@scripts/packages postgresql redis-server
	$(BIN)/python -m tests.services --try elasticsearch $(BIN)/python -m tests.bench $(SIZE)

messages: $(READY) ## Collect the texts to translate into the German catalogues and compile them
	@scripts/packages gettext
	$(BIN)/python -m scripts.catalogues collect
	$(BIN)/python -m scripts.catalogues compile

compile-messages: $(READY) ## Compile the German catalogues
	$(BIN)/python -m scripts.catalogues compile

upgrade-dump: $(READY) ## Keep dumps of the demo's database for the upgrade test
	@scripts/packages postgresql redis-server
	$(BIN)/python -m tests.services $(BIN)/python -m tests.upgrade.dump

clean: ## Remove the environment, caches and the demo's data
	rm -rf $(VENV) var dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
