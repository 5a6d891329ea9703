# The first use of any target makes the virtual environment. Needs only python >= 3.11 and make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# What reads scans and 7z and RAR archives lives in an environment of its own: the base stays small.
EXTRA := .venv-extras/bin
EXTRA_READY := .venv-extras/.ready

.PHONY: setup setup-extras demo run test test-corpus test-extras test-corpus-extras test-browser screenshots check bench lock format clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("tenderwatch needs Python 3.11 or later; name one: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $(READY)

setup-extras: $(EXTRA_READY)

$(EXTRA_READY): requirements-extras.lock pyproject.toml $(READY)
	test -x $(EXTRA)/python || $(BIN)/python -m venv .venv-extras
	$(BIN)/uv pip sync --quiet --python $(EXTRA)/python --require-hashes requirements-extras.lock
	$(BIN)/uv pip install --quiet --python $(EXTRA)/python --no-deps --no-build-isolation --editable .
	touch $(EXTRA_READY)

demo: setup
	$(BIN)/python -m monitor.demo $(if $(filter 0,$(SERVE)),--no-serve)

run: setup
	$(BIN)/tenderwatch run

test: setup
	$(BIN)/python -m pytest -m "not corpus and not extras and not browser" $(ARGS)

test-corpus: setup
	$(BIN)/python -m pytest -m "corpus and not extras and not browser" $(ARGS)

# A running desk before a real browser: needs Debian's chromium and fonts-noto-cjk besides.
test-browser: setup
	$(BIN)/python -m pytest -m browser $(ARGS) tests/browser

# Pictures of each page, to be looked at, in data/screenshots; and those that the README and the howto show.
screenshots: setup
	$(BIN)/python -m tests.browser.screenshots data/screenshots
	$(BIN)/python -m tests.browser.screenshots docs/images --docs
	! command -v pngquant >/dev/null || pngquant --force --ext .png --quality 70-95 docs/images/desk-*.png

# Needs Debian's libarchive13 and fonts-noto-cjk besides.
test-extras: setup-extras
	$(EXTRA)/python -m pytest -m "extras and not corpus" $(ARGS) tests/documents

test-corpus-extras: setup-extras
	$(EXTRA)/python -m pytest -m "extras and corpus" $(ARGS) tests/documents

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
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --group dev --extra ocr --extra archives --constraint requirements.lock --custom-compile-command "make lock" \
	  --output-file requirements-extras.lock pyproject.toml

clean:
	rm -rf .venv .venv-extras data
