# Each command sets up what it needs, on a machine with Python 3.11, make and git.
UV_VERSION := 0.13.9
PYTHON ?= python3.11
UV := .tools/bin/uv
RUN := $(UV) run --frozen --no-sync

.PHONY: demo test check bench soak setup browser

setup: .venv/.ready

$(UV):
	@command -v $(PYTHON) >/dev/null || { echo "Attune needs Python 3.11. Install it, or say which one to use: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.ready: $(UV) pyproject.toml uv.lock
	$(UV) sync --frozen --quiet --python $(PYTHON)
	@touch $@

demo: setup
	$(RUN) attune demo

# Where neither a chromium nor npm is installed, npm comes from a wheel.
browser: setup
	@$(RUN) python -m tests.browser || { $(UV) sync --frozen --quiet --group browser && $(RUN) python -m tests.browser; }

test: setup browser
	$(RUN) pytest -n 2 --cov --cov-report= $(ARGS)
	$(RUN) coverage report --skip-covered --skip-empty --fail-under=95
	$(RUN) coverage report --include='bot/core/*' --skip-covered --fail-under=100

check: setup
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports --verbose
	$(RUN) attune check

soak: setup
	$(RUN) pytest -m soak $(ARGS)

bench: setup
	$(RUN) python -m tests.bench
