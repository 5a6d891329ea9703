# The first use of any target makes the virtual environment. Needs only python >= 3.11 and make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: setup demo run test test-corpus check bench lock format clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("tenderwatch needs Python 3.11 or later; name one: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $(READY)

demo: setup
	$(BIN)/python -m monitor.demo $(if $(filter 0,$(SERVE)),--no-serve)

run: setup
	$(BIN)/tenderwatch run

test: setup
	$(BIN)/python -m pytest -m "not corpus" $(ARGS)

test-corpus: setup
	$(BIN)/python -m pytest -m corpus $(ARGS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	for script in bench/*.py; do $(BIN)/python $$script || exit 1; done

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Makes the lock anew: universal, with hashes, naming no index address.
lock:
	test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet uv; }
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --group dev --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv data
