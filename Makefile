# Portico. Python 3.11 or newer with venv, git and make are enough; `make help` lists what there is.

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PO := $(wildcard portal/translations/*/LC_MESSAGES/messages.po)
MO := $(PO:.po=.mo)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup run test check fix lock messages assets bench screenshots clean

help: ## List what one can do
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/installed assets $(MO) ## Make environment, assets, database, starter content and index
	@$(BIN)/flask --app wsgi setup

run: setup ## Serve on port 8000
	@exec $(BIN)/python deploy/serve.py

test: .venv/installed-dev assets $(MO) ## Run every test that this machine can run
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: .venv/installed-dev $(MO) ## Style, types, imports, templates, content and translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint portal/templates
	$(BIN)/python bin/messages --check
	PORTAL_INSTANCE=$$(mktemp -d) $(BIN)/flask --app wsgi content check
	PORTAL_INSTANCE=$$(mktemp -d) $(BIN)/flask --app wsgi eligibility check

fix: .venv/installed-dev ## Mend what tools can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --reformat --quiet portal/templates || true

lock: .venv/installed-dev ## Pin the newest versions that fit together
	$(BIN)/pip-compile --quiet --upgrade --no-emit-index-url --no-emit-find-links --no-header --strip-extras -o requirements.txt requirements.in
	$(BIN)/pip-compile --quiet --upgrade --no-emit-index-url --no-emit-find-links --no-header --strip-extras --allow-unsafe -o requirements-dev.txt requirements-dev.in
	$(BIN)/pip-compile --quiet --upgrade --no-emit-index-url --no-emit-find-links --no-header --strip-extras -o requirements-semantic.txt requirements-semantic.in
	$(BIN)/pip-compile --quiet --upgrade --no-emit-index-url --no-emit-find-links --no-header -o requirements-assets.txt requirements-assets.in

messages: .venv/installed-dev ## Collect the texts of the interface for translation
	$(BIN)/python bin/messages

assets: .venv/installed ## Compile styles and scripts
	@command -v npm >/dev/null || test -x $(BIN)/npm || $(BIN)/pip install --quiet --requirement requirements-assets.txt
	@$(BIN)/python bin/assets

bench: .venv/installed-dev assets $(MO) ## Measure; ONLY=name for one part
	$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY))

screenshots: .venv/installed-dev assets $(MO) ## Make the pictures of the documentation
	$(BIN)/python bin/screenshots

clean: ## Remove what was made, but no data
	rm -rf .venv node_modules portal/static/dist $(MO)

.venv/installed: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --requirement requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@$(BIN)/pip install --quiet --requirement requirements-dev.txt
	@touch $@

%.mo: %.po .venv/installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
