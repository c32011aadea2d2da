# What a developer does here. `make` alone lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help run demo-data test test-fast check format servers stop clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

run: $(VENV)/run ## Serve the shop on http://127.0.0.1:5000, with all that it needs
	@$(BIN)/flask db-migrate
	@$(BIN)/flask seed --when-empty --now
	@# The shell becomes the web server, and the worker ends with it, however that ends.
	@$${PORT:+env MARKETPLACE_BASE_URL=http://127.0.0.1:$$PORT} $(BIN)/flask worker --with-parent $$$$ & \
	exec $(BIN)/flask run --debug --extra-files "$$(echo marketplace/templates/macros/*.html | tr ' ' :)" --port $${PORT:-5000}

demo-data: $(VENV)/run ## Load the sample shops, products, people and orders
	$(BIN)/flask db-migrate
	$(BIN)/flask seed --now

test: $(VENV)/dev ## Run every test: fast, on real servers, and in Chromium
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest -m "not (browser or slow or alone)" -n 2 --dist loadgroup --durations 20 --cov --cov-report=term --cov-report=json:coverage.json
	@$(BIN)/python -m tests.branches coverage.json 90
	$(BIN)/python -m pytest -m "(browser or slow) and not alone" -n 2 --dist loadgroup --durations 40
	$(BIN)/python -m pytest -m alone

test-fast: $(VENV)/dev ## Run the tests that need no servers
	$(BIN)/python -m pytest -m "not real and not browser and not slow"

check: $(VENV)/dev ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev ## Write the code the way that `make check` wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

servers: $(VENV)/run ## Show the embedded MongoDB and Redis
	@$(BIN)/flask servers

stop: $(VENV)/run ## Stop the embedded MongoDB and Redis
	@$(BIN)/flask servers stop

clean: ## Remove what can be made again; the data under instance/ stays
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage* coverage.json

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/run: pyproject.toml | $(BIN)/python
	@echo "Installing (once)…"
	@$(BIN)/python -m pip install --quiet --editable '.[embedded,production]'
	@touch $@

$(VENV)/dev: pyproject.toml | $(BIN)/python
	@echo "Installing what tests need (once)…"
	@$(BIN)/python -m pip install --quiet --editable '.[embedded,dev]'
	@touch $(VENV)/run $@
