# Everything one does with a checkout of Indberet. `make` alone explains the targets.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
export VENV

BIN := $(VENV)/bin
RUN := INDBERET_DEMO=1 $(BIN)/indberet
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
CODE := indberet tests $(wildcard bench) $(wildcard scripts/*.py)
TRANSLATIONS := $(wildcard indberet/locale/*/LC_MESSAGES/django.po)

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench messages docs rules guide assets pins clean

help: ## explain the targets
	@echo "Indberet: make <target>"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 12
	@echo
	@echo "make demo PORT=8080 takes another port; PYTHON=python3.12 another Python; VENV=folder another environment."

demo: $(VENV)/.installed $(TRANSLATIONS:.po=.mo) ## start Indberet with fictitious data on http://localhost:8000/ (PORT=)
	@$(RUN) migrate --verbosity 0
	@$(RUN) demo-data --if-empty
	@$(RUN) nightly > /dev/null
	@exec env INDBERET_DEMO=1 INDBERET_PORT=$(PORT) $(BIN)/indberet serve

test: check ## check, then run every test on SQLite and PostgreSQL (installs what is missing)
	@scripts/prepare-tests.sh
	@scripts/test.sh

check: $(VENV)/.developing $(TRANSLATIONS:.po=.mo) ## format, lint, types, templates, definitions: no tests
	@$(BIN)/ruff format --check --quiet $(CODE) || { echo "Some files are not formatted: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet $(CODE)
	@INDBERET_DEMO=1 $(BIN)/mypy --no-error-summary $(CODE)
	@$(BIN)/djlint --lint --quiet indberet
	@$(RUN) check
	@$(RUN) makemigrations --check --dry-run --verbosity 0 || { echo "A model changed without a migration." >&2; exit 1; }

format: $(VENV)/.developing ## format the Python files and mend what the linter can
	@$(BIN)/ruff check --fix --quiet $(CODE) || true
	@$(BIN)/ruff format $(CODE)

bench: $(VENV)/.developing $(TRANSLATIONS:.po=.mo) ## measure on a million records, on SQLite and PostgreSQL
	@scripts/prepare-tests.sh
	@POSTGRES_DURABLE=1 scripts/with-postgres.sh $(BIN)/python -m bench

messages: $(VENV)/.developing ## collect the texts to translate into indberet/locale
	@scripts/messages.sh

docs: rules ## write the generated pages: docs/rules.md and docs/operations/settings.md
	@$(BIN)/indberet settings --markdown > docs/operations/settings.md

rules: $(VENV)/.installed $(TRANSLATIONS:.po=.mo) ## write docs/rules.md, the catalogue of rules
	@$(RUN) rules --markdown > docs/rules.md.new && mv docs/rules.md.new docs/rules.md

guide: $(VENV)/.developing $(TRANSLATIONS:.po=.mo) ## write docs/guide, the user guide with its pictures
	@scripts/prepare-tests.sh
	@scripts/guide.sh

assets: ## fetch the design system and htmx again (needs npm); they are kept in the repository
	@scripts/assets.sh

pins: $(VENV)/.developing ## pin the newest dependencies that pyproject.toml allows
	@scripts/pins.sh

clean: ## remove what was made: environment, demo data, caches
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache
	find indberet tests -name __pycache__ -prune -exec rm -rf {} +
	rm -f $(TRANSLATIONS:.po=.mo)

$(VENV)/.made: scripts/venv.sh
	@scripts/venv.sh $(VENV) $(PYTHON)
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements/runtime.txt requirements/build.txt pyproject.toml
	@echo "Installing what Indberet needs ..."
	@$(PIP) --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.developing: $(VENV)/.installed requirements/dev.txt
	@echo "Installing what developers need ..."
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

%.mo: %.po | $(VENV)/.installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
