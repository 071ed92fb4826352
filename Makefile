# What people and CI both call. `make` alone lists the targets.

VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements.lock
DEV_LOCK := requirements-dev.lock
DESK ?= samples/btc-2026-02
OUT ?= out

# The first Python that is new enough; a command that exists may still be too old, or a stub that only complains.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	"$$name" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && { echo "$$name"; break; }; done)

PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

# A process a core shares the tests; each of them holds a gigabyte of briefs.
WORKERS ?= auto
# Every process would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := $(BIN)/pytest -n $(WORKERS) --maxprocesses 8 --dist loadscope

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: $(VENV)/.installed $(VENV)/.system ## make .venv with the locked libraries and the reporter command

.PHONY: develop
develop: setup $(VENV)/.installed-dev $(VENV)/.system-test ## add what tests and linters need

.PHONY: brief
brief: setup ## build the sample's brief into out/
	$(BIN)/reporter build $(DESK) --out $(OUT)

.PHONY: test
test: develop ## run the tests but the long ones
	$(PYTEST)

.PHONY: test-all
test-all: develop ## run all tests, the long ones too
	$(PYTEST) -m ""

.PHONY: coverage
coverage: develop ## run the tests but the long ones, and say which lines they leave out
	$(PYTEST) --cov --cov-report=term

.PHONY: lint
lint: $(VENV)/.installed-dev ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: types
types: $(VENV)/.installed-dev ## mypy, strict
	$(BIN)/mypy

.PHONY: contracts
contracts: $(VENV)/.installed-dev ## import-linter: which package may import which
	$(BIN)/lint-imports

.PHONY: check
check: setup lint types contracts ## everything but the tests, and the sample desk's own check
	$(BIN)/reporter check $(DESK)

.PHONY: catalogues
catalogues: $(VENV)/.installed-dev ## bring the catalogues of labels up to what program and report types ask for
	$(BIN)/reporter labels update

.PHONY: diagnostics
diagnostics: setup ## write docs/diagnostics.md anew from the codes of reporter/diagnostics/diagnostics.toml
	$(BIN)/reporter explain --all > docs/diagnostics.md

.PHONY: mutations
mutations: develop ## edit finished briefs as a hostile sub-editor would, and print what share the gate holds
	$(BIN)/pytest tests/verify/test_gate_mutations.py -q -s -m ""

.PHONY: bench
bench: develop ## time and memory of a build, to out/bench.json
	$(BIN)/python tests/benchmarks/bench.py --desk $(DESK) --out $(OUT)/bench.json

.PHONY: gallery
gallery: develop ## a sheet of all samples' pages into out/gallery, and the README's pictures
	$(BIN)/python tests/render/gallery.py --out $(OUT)/gallery --docs docs

.PHONY: pictures
pictures: develop ## make the pictures that tests hold pages against anew; look at them
	REPORTER_NEW_PICTURES=1 $(BIN)/pytest -q tests/render/test_pictures.py

.PHONY: fills
fills: develop ## how full the pages of the samples and of many real days are
	$(BIN)/python tests/render/fills.py

.PHONY: lowest
lowest: ## try the lowest versions that pyproject.toml allows: a brief and quick tests
	.ci/pythons lowest

.PHONY: pythons
pythons: ## try the other Pythons that are here: a brief and quick tests
	.ci/pythons 3.12 3.13

.PHONY: clean
clean: ## remove what the commands made, except .venv
	rm -rf $(OUT) dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find reporter tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The locks are complete, so nothing is resolved: newer releases of anything, pip's habits among them, change nothing.
LOCKED := $(PIP) install --quiet --require-hashes --only-binary :all: --no-deps
# Proves that nothing is missing, and speaks only if something is.
COMPLETE := out=$$($(PIP) check) || { echo "$$out" >&2; exit 1; }

# A change of either lock starts over, which leaves nothing behind that is locked no more.
$(VENV)/.locked: $(LOCK) $(DEV_LOCK)
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and no python3.11, python3.12, python3.13 or python3" \
		"here is one. Install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' || { echo "$(PYTHON) is not Python 3.11 or newer" >&2; exit 1; }
	@.ci/system-packages venv "$(PYTHON)"
	"$(PYTHON)" -m venv --clear $(VENV)
	@echo "Installing the locked libraries; this takes a minute or two."
	$(LOCKED) -r $(LOCK)
	@touch $@

$(VENV)/.locked-dev: $(VENV)/.locked | $(VENV)/.installed
	@echo "Installing what tests and linters need besides."
	$(LOCKED) -r $(DEV_LOCK)
	@$(COMPLETE)
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.locked
	$(PIP) install --quiet --no-index --no-deps --no-build-isolation -e .
	@$(COMPLETE)
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed $(VENV)/.locked-dev
	@touch $@

# A missing library is said aloud but doesn't stop the set-up: Markdown, the linters and most tests do without.
# The stamp is only set when all is there, so the next call tries again.
$(VENV)/.system: .ci/system-packages | $(VENV)/.installed
	-@.ci/system-packages run && touch $@

$(VENV)/.system-test: .ci/system-packages | $(VENV)/.installed
	-@.ci/system-packages test && touch $@
