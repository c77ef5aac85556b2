# make run: the product. make test: everything the tests need, then the tests. make bench: the figures.
.PHONY: run test check bench faults fuzz image locks

# An environment for each lock, made by bin/environment where it is missing: the tests' own is not the product's.
export PYTHON
DEV = $(shell bin/environment requirements-dev.lock)/bin
UV ?= uv
LOCK = $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header

run:
	@exec bin/notifcenter up --demo

test:
	@bin/install-for-tests
	@$(MAKE) --no-print-directory check

check:
	@bin/environment requirements.lock >/dev/null
	@bin/environment requirements-dev.lock >/dev/null
	$(DEV)/ruff format --check .
	$(DEV)/ruff check .
	$(DEV)/mypy
	$(DEV)/lint-imports
	$(DEV)/python bin/audit-dependencies
	@if command -v tsc >/dev/null; then echo tsc -p tsconfig.json; tsc -p tsconfig.json; else echo "tsc (node-typescript) is missing: the scripts' types are not checked" >&2; fi
	DJANGO_SETTINGS_MODULE=tests.settings $(DEV)/python manage.py makemigrations --check --dry-run
	$(DEV)/python -m pytest -n 2 $(TESTS)

# Every fault at full size, then the report; FAULTS_SEED=… hurts at the same places again.
faults:
	@exec $(DEV)/python -m tests.faults

# The image by the Dockerfile's own steps, and the product in it; as root on Debian, without a daemon.
image:
	@bin/install-for-tests buildah debootstrap
	IMAGE=1 $(DEV)/python -m pytest -n 0 tests/deploy

# 10,000 random calls for each kind of token and database; FUZZ_SEED=… makes others.
fuzz:
	@exec $(DEV)/python -m tests.fuzz

bench:
	@bin/install-for-tests libnginx-mod-nchan
	@bin/environment requirements.lock >/dev/null
	@exec $(DEV)/python -m bench

# Both locks anew after a change of pyproject.toml; UPGRADE=--upgrade also takes the newest of everything.
locks:
	$(LOCK) $(UPGRADE) --output-file requirements.lock
	$(LOCK) $(UPGRADE) --group dev --constraints requirements.lock --output-file requirements-dev.lock
