# make demo   set up, build the demo city, plan its night, serve it on 127.0.0.1:8000
# make test   install what the tests need and pass them all
# make check  format, lint, types, contracts, messages

UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := .venv/bin
SYNC := $(UV) sync --quiet --frozen --inexact

.PHONY: demo test check format setup browser kannel

demo: $(UV)
	@$(SYNC) --no-dev
	@$(RUN)/xunfang demo

test: setup browser kannel
	@$(RUN)/python -m xunfang.cli.compiled
	@$(RUN)/pytest --numprocesses=2 --dist=worksteal

setup: $(UV)
	@$(SYNC) --all-groups --all-extras

browser: setup
	@tests/browser/install.sh

kannel:
	@tests/rooms/api/install.sh

check: setup
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports

format: setup
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

# A uv that is missing goes into the project, never into the system. Three ways, since a
# bare Debian has neither ensurepip nor pip and a bare macOS has both.
.tools/bin/uv:
	@echo "uv is missing: putting one into .tools/"
	@py=$$(command -v python3.13 || command -v python3); \
	{ $$py -m venv .tools && .tools/bin/python -m pip install --quiet uv; } 2>/dev/null \
	|| { rm -rf .tools && $$py -m pip install --quiet --target .tools uv; } 2>/dev/null \
	|| { rm -rf .tools && { curl -LsSf https://astral.sh/uv/install.sh || wget -qO- https://astral.sh/uv/install.sh; } \
	     | env UV_UNMANAGED_INSTALL=.tools/bin sh; } \
	|| { echo "Could not install uv. Install python3-venv, or uv itself, and try again." >&2; exit 1; }
	@test -x .tools/bin/uv
