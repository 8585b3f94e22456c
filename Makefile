# The commands of this project. Needs Python 3.11 or newer and make, nothing else (Debian, macOS).
# Everything is installed into .venv; a second call installs nothing unless a list of packages has changed.

.PHONY: help app demo browser test test-all check format docs lists bench-inference requirements clean
.DELETE_ON_ERROR:

# Another interpreter: make test PYTHON=/path/to/python3.12
PYTHON =
BIN = .venv/bin
# Version 1 of the setup: a higher number makes every environment anew.
CREATED = .venv/.created-1
RUNTIME = .venv/.runtime
DEV = .venv/.dev
# What the browser tests need beside Python's packages: Chromium, and axe-core's script.
AXE_VERSION = 4.14.1
AXE = .venv/axe-core/package/axe.min.js

PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

help:
	@echo 'make app               the review app, in the browser'
	@echo 'make demo              the whole job on examples/shop, into demo/'
	@echo 'make test              the tests, of the slow ones a sample'
	@echo 'make test-all          all tests'
	@echo 'make check             ruff, format and mypy'
	@echo 'make format            lets ruff format and sort'
	@echo 'make docs              writes the tables of docs/recipe-language.md and docs/configuration.md anew'
	@echo 'make lists             makes the lists of well known names anew from the packages that have them'
	@echo 'make bench-inference   how often inference is right, beside packaged tools'
	@echo 'make requirements      pins the packages anew from pyproject.toml and requirements-dev.in'
	@echo 'make clean             removes the environment, the demo and caches'

app: $(RUNTIME)
	@$(BIN)/python -m streamlit run app.py

demo: $(RUNTIME)
	@rm -rf demo
	@mkdir -p demo
	@SYNTH_HOME=demo/projects $(BIN)/synth quickstart examples/shop \
		--target duckdb:demo/shop.duckdb --files demo/files
	@echo
	@echo 'Where to look:'
	@echo '  demo/shop.duckdb   the synthetic tables in a DuckDB database, the audit in synth_audit.audit'
	@echo '  demo/files         the same rows as files, each in the dialect of its source in examples/shop'
	@echo '  demo/projects      the project: project.yaml (what was inferred), recipe.yml (what makes the rows)'

# One worker more than two cores: tests wait a fifth of their time, for browsers and other processes.
test: $(DEV) browser
	@$(BIN)/python -m pytest -n 3 --dist worksteal

test-all: $(DEV) browser
	@$(BIN)/python -m pytest -n 3 --dist worksteal --slow

# Finds or installs what they need; without it they are skipped, and say why.
browser: $(DEV)
	@for name in chromium chromium-browser google-chrome; do \
		command -v $$name >/dev/null 2>&1 && exit 0; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium >/dev/null && exit 0; \
	fi; \
	echo 'make: there is no Chromium, so the browser tests are skipped.' >&2; \
	echo '  Debian: apt install chromium    macOS: brew install --cask chromium' >&2
	@test -f $(AXE) || { command -v npm >/dev/null 2>&1 && mkdir -p .venv/axe-core && cd .venv/axe-core && \
		npm pack --silent axe-core@$(AXE_VERSION) >/dev/null && tar -xzf axe-core-$(AXE_VERSION).tgz; } || \
		echo 'make: axe-core could not be got with npm, so the tests of accessibility are skipped.' >&2

check: $(DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(DEV)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(DEV)
	@$(BIN)/python -m synth_core.recipe.catalogue.markdown docs/recipe-language.md
	@$(BIN)/python -m synth_core.settings.markdown docs/configuration.md

lists: $(RUNTIME)
	@$(BIN)/python -m synth_core.stages.describe.make_known

# The tools that the benches compare with, and where labelled files and tables lie (see bench/inference.py).
DATA = ../shared/benchmarks
COMPARED = .venv/compared

bench-inference: $(DEV) $(COMPARED)/.done
	@test -d '$(DATA)' || { echo 'make: no folder $(DATA). Where is the data? make bench-inference DATA=FOLDER' >&2; exit 2; }
	@$(BIN)/python bench/inference.py --data '$(DATA)' --tools $(COMPARED)/bin/python

$(COMPARED)/.done: bench/requirements.txt | $(DEV)
	@$(BIN)/python -m venv $(COMPARED)
	@$(COMPARED)/bin/python -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@touch $@

COMPILE = CUSTOM_COMPILE_COMMAND='make requirements' $(BIN)/pip-compile --quiet --upgrade --allow-unsafe \
	--strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

# A newer Python would choose versions that 3.11 can't have.
requirements: $(DEV)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
		echo 'make: packages are pinned with Python 3.11, the oldest that is served:' >&2; \
		echo '  rm -rf .venv; make requirements PYTHON=python3.11' >&2; \
		exit 1; \
	}
	@$(COMPILE) --output-file requirements.txt pyproject.toml
	@$(COMPILE) --output-file requirements-dev.txt requirements-dev.in
	@$(COMPILE) --output-file bench/requirements.txt bench/requirements.in

clean:
	rm -rf .venv demo build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

# The environment. Versions that we test come first; then any Python that is new enough. A name may be there
# and not run (pyenv), so each is asked for its version. Debian's own Python has no ensurepip before
# python3-venv is installed; where the system has a pip, that one sets up ours.
$(CREATED):
	@rm -rf .venv
	@new='import sys; sys.exit(sys.version_info < (3, 11))'; \
	python=''; \
	for candidate in $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3 python3.14 python); do \
		if "$$candidate" -c "$$new" >/dev/null 2>&1; then python="$$candidate"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo 'make: no Python 3.11 or newer found$(if $(PYTHON), as $(PYTHON)).' >&2; \
		echo '  Debian: apt install python3 python3-venv    macOS: brew install python' >&2; \
		echo '  One in another place: make PYTHON=/path/to/python3 …' >&2; \
		exit 1; \
	fi; \
	echo "Setting up .venv with $$("$$python" --version) ($$python); this takes a minute or two, once."; \
	if "$$python" -c 'import ensurepip' >/dev/null 2>&1; then \
		"$$python" -m venv .venv; \
	elif "$$python" -m pip --version >/dev/null 2>&1; then \
		"$$python" -m venv --without-pip .venv && \
		"$$python" -m pip --python .venv/bin/python install --quiet pip; \
	else \
		version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "make: $$python can make no environment, its ensurepip is not installed." >&2; \
		echo "  Debian: apt install python$$version-venv" >&2; \
		exit 1; \
	fi
	@$(PIP_INSTALL) --upgrade --constraint requirements-dev.txt pip
	@touch $@

# Editable and without isolation: the setuptools of requirements.txt builds it, nothing is downloaded for it.
$(RUNTIME): $(CREATED) requirements.txt pyproject.toml
	@$(PIP_INSTALL) --requirement requirements.txt
	@$(PIP_INSTALL) --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(RUNTIME) requirements-dev.txt
	@$(PIP_INSTALL) --requirement requirements-dev.txt
	@touch $@
