# On a fresh machine with Python 3.11 or later: make lab, make test. On Windows see README.md.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help lab test lint docs benchmark clean

help:
	@echo "make lab        judge the embedded lab: pytest --hosts=backends"
	@echo "make test       run the project's own tests"
	@echo "make lint       check style, types and the import contract"
	@echo "make docs       write docs/ anew from the requirements and the article's coverage"
	@echo "make benchmark  measure the collecting beside plain testinfra"
	@echo "make clean      remove the virtual environment and what tools have left"

lab: .venv/lab
	@$(BIN)/pytest --hosts=backends

test: .venv/dev
	$(BIN)/pytest -c selftests/pytest.ini selftests -n auto --dist loadfile --no-loadscope-reorder

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: .venv/dev
	@$(BIN)/pytest --write-docs=docs

benchmark: .venv/dev
	$(BIN)/python benchmarks/collect.py

clean:
	rm -rf .venv .selftests_bytecode .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis exgate.egg-info

.venv/lab .venv/dev: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name one: make $(@F) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[$(@F)]'
	@touch $@
