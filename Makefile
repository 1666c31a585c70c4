# What people type. `make help` lists it. Everything is installed below .venv/, everything made lies below out/.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# What to make: a content type by its name, and a brief; each type has an example.
TYPE ?= narrated_video
EXAMPLE_narrated_video := examples/honey-bees.yaml
EXAMPLE_podcast := examples/night-sky.podcast.yaml
EXAMPLE_illustrated_article := examples/why-rivers-bend.article.yaml
EXAMPLE_product_cards := examples/ceramic-mug.yaml
BRIEF ?= $(EXAMPLE_$(TYPE))
PYTHON ?= $(shell for name in python3.11 python3.12 python3 python; do \
	"$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null && command -v "$$name" && break; done)
AIRFLOW_PYTHON := .venv/airflow/bin/python
STAGE_PYTHON := .venv/stage/bin/python
UV = $(shell command -v uv || echo .venv/uv/bin/uv)
export PYTHONPATH := $(CURDIR)
export BRIEF TYPE
# How long `make fuzz` searches.
SECONDS := 60
# Where stages run: process (this machine), ray (a Ray head that is started here) or kubernetes (pods on the cluster of
# KUBECONFIG).
ENGINE ?= process
DEPLOYMENT_process := include/deployments/local.yaml
DEPLOYMENT_kubernetes := include/deployments/kubernetes.yaml
DEPLOYMENT_ray := include/deployments/ray.yaml
ifeq ($(DEPLOYMENT_$(ENGINE)),)
$(error ENGINE=$(ENGINE) is not known; allowed: process, kubernetes, ray)
endif
export ATELIER_DEPLOYMENT ?= $(DEPLOYMENT_$(ENGINE))

.PHONY: schema help demo up down setup setup-models setup-ray setup-dev test fuzz test-long test-cluster test-compose test-ray lint format bench lock images compose-env compose-demo sdk clean python

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: setup $(if $(filter ray,$(ENGINE)),setup-ray) ## Make a piece: make demo [TYPE=podcast] [BRIEF=my.yaml] [ENGINE=kubernetes|ray]
	@$(AIRFLOW_PYTHON) -m deploy.demo.run "$$BRIEF" "$$TYPE"

up: setup $(if $(filter ray,$(ENGINE)),setup-ray) ## Start Airflow and leave it running, to use its UI
	@$(AIRFLOW_PYTHON) -m deploy.local.commands up

down: ## Stop what `make up` started
	@if [ -x $(AIRFLOW_PYTHON) ]; then $(AIRFLOW_PYTHON) -m deploy.local.commands down; else echo "Nothing is running."; fi

setup: python ## Install both environments; what is up to date is left alone
	@"$(PYTHON)" -m deploy.development.setup

setup-models: python ## Install what language models of one's own need besides
	@"$(PYTHON)" -m deploy.development.setup --models

setup-ray: python ## Install what stages on a Ray cluster need besides
	@"$(PYTHON)" -m deploy.development.setup --ray

setup-dev: python
	@"$(PYTHON)" -m deploy.development.setup --dev

test: setup-dev ## Check style, types and layers, run unit and end-to-end tests
	@"$(PYTHON)" -m deploy.development.checks test

fuzz: setup-dev ## Search for inputs that break a reader: make fuzz [SECONDS=600]
	@"$(PYTHON)" -m deploy.development.checks fuzz "$(SECONDS)"

test-long: setup-dev ## Run the tests that take minutes
	@"$(PYTHON)" -m deploy.development.checks test-long

test-cluster: setup-dev ## Run the tests that need a Kubernetes cluster: the one of KUBECONFIG
	@[ -n "$${ATELIER_TEST_KUBECONFIG:-$$KUBECONFIG}" ] || { echo "make test-cluster needs a cluster: set KUBECONFIG to the kubeconfig of one that tests may use."; exit 1; }
	@"$(PYTHON)" -m deploy.development.checks test-cluster

test-compose: setup-dev ## Build the images, run docker-compose.yaml and make a film in it; needs Docker
	@"$(PYTHON)" -m deploy.development.checks test-compose

test-ray: setup-dev ## Run all tests that start a Ray cluster on this machine
	@"$(PYTHON)" -m deploy.development.checks test-ray

lint: setup-dev ## Check style, types and layers
	@"$(PYTHON)" -m deploy.development.checks lint

format: setup-dev ## Format the code
	@.venv/airflow/bin/ruff check --fix-only -q . && .venv/airflow/bin/ruff format .

schema: setup ## Write the JSON Schema with which editors complete content types
	@$(AIRFLOW_PYTHON) -m operators.cli schema --built-in

bench: python ## Run every benchmark; tables as in benchmarks/RESULTS.md
	@"$(PYTHON)" -m deploy.development.setup --bench
	$(AIRFLOW_PYTHON) -m benchmarks.parse
	$(AIRFLOW_PYTHON) -m benchmarks.plan
	$(STAGE_PYTHON) -m benchmarks.objects
	$(STAGE_PYTHON) -m benchmarks.store
	$(AIRFLOW_PYTHON) -m benchmarks.adding
	$(STAGE_PYTHON) -m benchmarks.loading
	$(STAGE_PYTHON) -m benchmarks.upscaling
	$(STAGE_PYTHON) -m benchmarks.video
	$(STAGE_PYTHON) -m benchmarks.peers
	$(STAGE_PYTHON) -m benchmarks.side_by_side
	$(STAGE_PYTHON) -m benchmarks.sound
	$(STAGE_PYTHON) -m benchmarks.text
	$(AIRFLOW_PYTHON) -m benchmarks.demo
	$(AIRFLOW_PYTHON) -m benchmarks.backfill
	$(AIRFLOW_PYTHON) -m benchmarks.wide
	$(AIRFLOW_PYTHON) -m benchmarks.ray_losses
	$(AIRFLOW_PYTHON) -m benchmarks.pools
	@mkdir -p out
	for round in 1 2 3; do $(AIRFLOW_PYTHON) -m benchmarks.rivals out/rivals.jsonl > out/rivals.md || exit; done; cat out/rivals.md
	@if [ -n "$$KUBECONFIG" ]; then $(AIRFLOW_PYTHON) -m benchmarks.pods && $(AIRFLOW_PYTHON) -m benchmarks.slots; \
	else echo "Skipped benchmarks/pods.py and benchmarks/slots.py: they need a cluster; set KUBECONFIG."; fi

lock: python ## Update every lock file from its *.in
	@"$(PYTHON)" -m deploy.development.setup --uv
	$(UV) pip compile -q -U --python-version 3.11 --generate-hashes --no-strip-markers requirements.in -o requirements.txt
	$(UV) pip compile -q -U --python-version 3.11 --generate-hashes include/runtime/requirements.in -o include/runtime/requirements.txt
	$(UV) pip compile -q -U --python-version 3.11 --generate-hashes --no-deps include/runtime/requirements-data.in -o include/runtime/requirements-data.txt
	$(UV) pip compile -q -U --python-version 3.11 --generate-hashes --only-binary :all: --excludes include/runtime/requirements.txt --excludes include/runtime/requirements-torch.txt include/runtime/requirements-models.in -o include/runtime/requirements-models.txt
	$(UV) pip compile -q -U --python-version 3.11 --generate-hashes --only-binary :all: -c include/runtime/requirements.txt --excludes include/runtime/requirements.txt --excludes include/runtime/requirements-torch.txt include/runtime/requirements-ray.in -o include/runtime/requirements-ray.txt
	$(UV) pip compile -q -U --python-version 3.11 --generate-hashes -c requirements.txt deploy/local/requirements.in -o deploy/local/requirements.txt
	$(UV) pip compile -q -U --python-version 3.11 --generate-hashes deploy/development/requirements-uv.in -o deploy/development/requirements-uv.txt
	$(UV) pip compile -q -U --python-version 3.11 --generate-hashes --only-binary :all: --excludes include/runtime/requirements-torch.txt benchmarks/requirements.in -o benchmarks/requirements.txt
	$(UV) pip compile -q -U --python-version 3.11 --generate-hashes --only-binary :all: benchmarks/requirements-movielite.in -o benchmarks/requirements-movielite.txt
	$(UV) pip compile -q -U --python-version 3.11 --generate-hashes --only-binary :all: -c include/runtime/requirements.txt -c include/runtime/requirements-ray.txt --excludes include/runtime/requirements.txt --excludes include/runtime/requirements-torch.txt benchmarks/requirements-ray.in -o benchmarks/requirements-ray.txt
	$(UV) pip compile -q -U --python-version 3.11 --generate-hashes -c requirements.txt -c include/runtime/requirements.txt requirements-dev.in -o requirements-dev.txt
	$(UV) pip compile -q -U --python-version 3.11 --generate-hashes --only-binary :all: requirements-dev-stage.in -o requirements-dev-stage.txt
	@echo "torch is pinned by hand in include/runtime/requirements-torch.txt. Run \`make test\` next: golden tests show which recipes changed."

images: python ## Build the images with Docker, and load the stage image into a local cluster
	@"$(PYTHON)" -m deploy.development.images

compose-env: python ## Write .env, with fresh secrets, for docker-compose.yaml
	@"$(PYTHON)" -m deploy.compose.environment

compose-demo: setup ## Make a film in the running compose installation: make compose-demo [BRIEF=my.yaml]
	@$(AIRFLOW_PYTHON) -m deploy.compose.demo "$$BRIEF" "$$TYPE"

sdk: setup ## Build the wheel with which recipes from outside are written and tested, into out/
	@$(AIRFLOW_PYTHON) -m pip wheel -q --no-deps --no-build-isolation --wheel-dir out .
	@rm -rf build atelier_sdk.egg-info && ls out/atelier_sdk-*.whl

clean: ## Remove environments, caches and the local servers' data, but not out/
	@$(MAKE) --no-print-directory down
	@for link in .atelier/postgres .atelier/*/postgres; do if [ -L "$$link" ]; then rm -rf "$$(readlink -f "$$link")"; fi; done
	rm -rf .venv .atelier .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@[ -n "$(PYTHON)" ] || { echo "No Python 3.11 or 3.12 was found; install one, or name it: make PYTHON=/path/to/python3.11 …"; exit 1; }
