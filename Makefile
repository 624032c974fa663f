# `make run` and `make test` do everything on a fresh machine.
.DEFAULT_GOAL := help
PORT ?= 8000
CHILDREN ?= 3000
BIN := .venv/bin
DEV := SAFEGUARD_ENV=development

.PHONY: help run test bench lint clean

help:  ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run:  ## Set up, load demo data, and start the service on this machine
	@.setup/system run
	@.setup/python run
	@.setup/frontend
	@$(DEV) $(BIN)/flask --app wsgi db upgrade
	@$(DEV) $(BIN)/flask --app wsgi demo load --if-empty --children $(CHILDREN)
	@echo
	@echo "The service is at http://127.0.0.1:$(PORT). Press Ctrl+C to stop. For another port: make run PORT=8001"
	@$(DEV) $(BIN)/gunicorn --bind 127.0.0.1:$(PORT) --workers 2 --threads 4 --log-level warning wsgi:app

test:  ## Set up and run every test: unit, both databases, browser
	@.setup/system test
	@.setup/python dev
	@.setup/frontend
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

bench:  ## Measure the hot paths, as ratios against something outside
	@.setup/system test
	@.setup/python dev
	@.setup/frontend
	@$(BIN)/python -m tests.bench $(ARGS)
	-@$(BIN)/python -m tests.bench.linking

lint:  ## Style, types, and which room may know which
	@.setup/python dev
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

clean:  ## Remove everything that was made, the demo's database included
	rm -rf .venv instance .setup/stamps safeguard/web/static/vendor safeguard/web/frontend/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
