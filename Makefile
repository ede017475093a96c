# Two commands for a newcomer, `make demo` and `make test`; each sets up what it needs, once.
PYTHON ?= python3
VENV := .venv
# `make test PYTHON=python3.13` uses .venv-3.13 if .venv was made by another version of Python, and leaves .venv as it is.
version_of = $(shell $(1) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
ifneq ($(origin PYTHON),file)
VERSION := $(or $(call version_of,$(PYTHON)),$(error PYTHON=$(PYTHON) does not run: name a Python that is installed))
ifneq ($(wildcard .venv/bin/python),)
ifneq ($(VERSION),$(call version_of,.venv/bin/python))
VENV := .venv-$(VERSION)
endif
endif
endif
BIN := $(VENV)/bin
PIP := $(PYTHON) -m pip --python $(BIN)/python
QUIET := -qq --disable-pip-version-check --no-warn-script-location

.PHONY: help demo extras test replay-tools campaign bench bench-extraction bench-archive docs format messages lock clean
help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 18

demo: $(VENV)/.core   ## crawl a replica of the channel on this machine, into demo-data/
	@$(BIN)/python -m demo

extras: $(VENV)/.extras   ## what the reading room and Parquet need, into .venv/
	@echo "$(VENV) has all extras; try: $(BIN)/kepu serve --db demo-data/kepu.db --open"

test: $(VENV)/.dev    ## lint, types and all the tests (loopback only)
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/lint-imports --no-cache >.lint-imports.log || { cat .lint-imports.log; exit 1; }
	@echo "style and imports are in order; running the tests, with mypy among them: about six minutes on two cores"
	@$(BIN)/pytest -m 'not campaign' -n 3 --dist loadgroup

replay-tools: | $(BIN)/python   ## pywb and ReplayWeb.page into .replay-tools/: the tests replay captures with them
	@$(PYTHON) -m venv --without-pip .replay-tools/pywb && $(PYTHON) -m pip --python .replay-tools/pywb/bin/python install -q pywb
	@mkdir -p .replay-tools/replaywebpage && cd .replay-tools/replaywebpage && tar xzf "$$(npm pack --silent replaywebpage)"

campaign: $(VENV)/.dev   ## the heavy fault campaigns
	@$(BIN)/pytest -m campaign

bench: $(VENV)/.core     ## what the job costs beside bare Scrapy, and extraction beside parsing
	@$(BIN)/python -m bench.job

bench-extraction: $(VENV)/.core   ## the extractor beside five others, which it installs into bench-data/
	@$(BIN)/python -m bench.extraction

bench-archive: $(VENV)/.dev    ## keeping, exporting, searching, near duplicates, rebuilding: each as a ratio
	@$(BIN)/python -m bench.archive

docs: $(VENV)/.dev       ## the documents as a site, into site/
	@$(BIN)/mkdocs build --strict --quiet && echo "open site/index.html"

format: $(VENV)/.dev     ## format and fix what can be fixed
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

messages: $(VENV)/.dev   ## bring the Chinese of what the program says in step
	@$(BIN)/python -m kepu.locale.update_catalogue

# The virtual environment is made without its own pip (Debian has none to give it): ours installs into it.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kepu-archive needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv --without-pip $(VENV)

# $(call install,LOCK): the locked packages by hash, then this checkout itself.
install = echo "setting up $(VENV), once: $$(grep -c == $(1)) packages of $(1), which takes some minutes" \
  && $(PIP) install $(QUIET) --require-hashes -r $(1) && echo "setting up $(VENV): this checkout itself" \
  && $(PIP) install $(QUIET) --no-deps --no-build-isolation --editable . && echo "setting up $(VENV): done"

$(VENV)/.core: requirements.txt pyproject.toml | $(BIN)/python
	@test -e $(VENV)/.dev || { $(call install,requirements.txt); }
	@touch $@

$(VENV)/.extras: requirements-extras.txt pyproject.toml | $(VENV)/.core
	@test -e $(VENV)/.dev || { $(call install,requirements-extras.txt); }
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(BIN)/python
	@$(call install,requirements-dev.txt)
	@touch $(VENV)/.core $@

lock:            ## pin anew (needs uv)
	uv pip compile pyproject.toml --group build -o requirements.txt $(LOCK)
	uv pip compile pyproject.toml --group dev -o requirements-dev.txt $(LOCK)
	uv pip compile pyproject.toml --all-extras -o requirements-extras.txt $(LOCK)
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url

clean:           ## remove .venv (and .venv-3.*), demo-data, bench-data and site with everything in them, and the caches of the tests
	rm -rf $(VENV) .venv-3.* demo-data bench-data site .pytest_cache .mypy_cache .ruff_cache .hypothesis
