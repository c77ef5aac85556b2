# make run: the product. make test: everything the tests need, then the tests. make bench: the figures.
.PHONY: run test check bench faults fuzz

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

run: $(VENV)/.installed
	@exec $(BIN)/python manage.py up --demo

test:
	@bin/install-for-tests
	@$(MAKE) --no-print-directory check

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m pytest -n 2 $(TESTS)

# Every fault at full size, then the report; FAULTS_SEED=… hurts at the same places again.
faults: $(VENV)/.installed-dev
	@exec $(BIN)/python -m tests.faults

# 10,000 random calls for each kind of token and database; FUZZ_SEED=… makes others.
fuzz: $(VENV)/.installed-dev
	@exec $(BIN)/python -m tests.fuzz

bench: $(VENV)/.installed-dev
	@bin/install-for-tests libnginx-mod-nchan
	@exec $(BIN)/python -m bench

$(VENV)/.installed: requirements.lock | $(BIN)/python
	@echo "Installing what requirements.lock names; this takes a minute, once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock requirements.lock | $(BIN)/python
	@echo "Installing what requirements-dev.lock names; this takes a minute, once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@ $(VENV)/.installed

$(BIN)/python:
	@PYTHON=$(PYTHON) bin/make-environment $(VENV)
