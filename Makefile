# Every word works alone in a fresh clone. `make demo` and `make test` are all that a newcomer needs.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .make
# Half of what the tests do is waiting for servers: one worker more than there are cores.
WORKERS := $(shell expr $$(nproc 2>/dev/null || echo 1) + 1)

.PHONY: setup check test soak demo world docs catalogue bench clean

setup: $(STAMP)/setup

$(STAMP)/setup: pyproject.toml hatch_build.py
	@mkdir -p $(STAMP)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .[dev]
	$(BIN)/python -m compileall -q .venv/lib src || true
	@touch $@

# Facts and messages are compiled anew whenever a file of theirs changed.
SOURCES := $(shell find catalogue src/bascule/report/locale -name '*.toml' -o -name '*.po' -o -name '*.xz')
COMPILED := src/bascule/catalogue/data/catalogue.msgpack

$(COMPILED): $(STAMP)/setup $(SOURCES) tools/compile.py $(wildcard src/bascule/catalogue/network*.py)
	$(BIN)/python tools/compile.py

catalogue: $(COMPILED)
	$(BIN)/bascule --lang en catalogue check

check: $(COMPILED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bascule --lang en catalogue check
	$(BIN)/python tools/schemas.py --check
	$(BIN)/python tools/messages.py --check

# A browser for the page tests, where the system has none yet.
$(STAMP)/browser: tools/browser.sh tools/apt.sh
	@mkdir -p $(STAMP)
	tools/browser.sh
	@touch $@

# Name servers, web and mail servers for the world that the tests make, where the system has none yet.
$(STAMP)/world: tools/world.sh tools/apt.sh
	@mkdir -p $(STAMP)
	tools/world.sh
	@touch $@

# Two mail servers of different make for the tests of `bascule move`.
$(STAMP)/mail: tools/mail.sh tools/apt.sh
	@mkdir -p $(STAMP)
	tools/mail.sh
	@touch $@

test: $(COMPILED) $(STAMP)/browser $(STAMP)/world $(STAMP)/mail
	$(BIN)/pytest -n $(WORKERS)

# Long runs: every firm of the world under every fault.
soak: $(COMPILED) $(STAMP)/world $(STAMP)/mail
	$(BIN)/pytest -n auto -m soak

# A shell in a closed little Internet: try `bascule couper atelier-brunel.fr` there.
world: $(COMPILED) $(STAMP)/world
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m world

demo: $(COMPILED)
	@mkdir -p demo
	$(BIN)/bascule audit --offline examples/atelier-brunel -o demo/audit.json -o demo/rapport.html -o demo/tableau.csv
	$(BIN)/bascule report demo/audit.json
	$(BIN)/bascule couper demo/audit.json -o demo/couper.html
	@echo "demo/rapport.html demo/couper.html"

docs: $(COMPILED) $(STAMP)/browser $(STAMP)/world
	$(BIN)/python tools/schemas.py
	$(BIN)/python tools/pictures.py

bench: $(COMPILED) $(STAMP)/world
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/networks.py
	$(BIN)/python benchmarks/pages.py $(wildcard ../shared/data/web)
	$(BIN)/python -m benchmarks.accuracy
	$(BIN)/python benchmarks/drift.py
	$(BIN)/python benchmarks/readers.py
	$(BIN)/python benchmarks/latency.py

clean:
	rm -rf demo $(STAMP) .venv src/bascule/catalogue/data
