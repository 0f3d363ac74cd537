# `make` builds a release from the tables, `make test` runs everything that tests it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: all assess validate release site test lint format merge docs benchmark clean help

all: assess validate release ## rebuild derived tables, validate, write the release into dist/

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

assess: $(VENV)/.ready ## rebuild data/derived/
	$(BIN)/python scripts/assess.py

validate: $(VENV)/.ready ## check structure, schemas and every rule
	$(BIN)/python scripts/validate.py

release: $(VENV)/.ready ## write zip, wheel, sdist and checksums into dist/
	$(BIN)/python scripts/release.py

site: $(VENV)/.ready ## build the static site into dist/site/
	$(BIN)/python scripts/site.py

test: lint ## lint, types, import floors, generated files current, all tests
	$(BIN)/python scripts/merge.py --check
	$(BIN)/python scripts/assess.py --check
	$(BIN)/python scripts/docs.py --check
	$(BIN)/python -m pytest -rs

lint: $(VENV)/.ready ## ruff, mypy and import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

merge: $(VENV)/.ready ## rebuild data/ from the raw readings in curation/
	$(BIN)/python scripts/merge.py

docs: $(VENV)/.ready ## rebuild codebook, extraction figures and forest plots
	$(BIN)/python scripts/docs.py

benchmark: $(VENV)/.ready ## measure validation, loading, growth, release and site; plant faults
	$(BIN)/python benchmarks/validation.py
	$(BIN)/python benchmarks/growth.py
	$(BIN)/python benchmarks/release.py
	$(BIN)/python benchmarks/faults.py
	$(BIN)/python benchmarks/site.py

clean: ## delete what was built
	rm -rf $(VENV) dist

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'
