# make demo | test | proofs | check | bench | demo-model | results | wizard | kills; each makes its own environment in .venv first.
PYTHON_BIN := .venv/bin/python
WORKERS ?= 2

.PHONY: demo test proofs check bench demo-model results wizard kills lock setup setup-test clean

demo: setup
	$(PYTHON_BIN) -m uiac_desktop --demo $(ARGS)

test: setup-test
	OMP_NUM_THREADS=1 $(PYTHON_BIN) -m pytest -n $(WORKERS) $(ARGS)

# What the tests show with one seed, with all seeds that were fixed beforehand (a minute).
proofs: setup-test
	OMP_NUM_THREADS=1 $(PYTHON_BIN) -m pytest -n $(WORKERS) -m proof $(ARGS)

check: setup-test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PYTHON_BIN) packaging/check_house.py

bench: setup-test
	$(PYTHON_BIN) -m tests.benchmarks $(ARGS)

# Draws the simulated data, trains the shipped network and measures it on other subjects (hours on two cores).
demo-model: setup-test
	sh packaging/demo_model.sh

# Searched network, paper's block, chance and four baselines: GENOTYPE=FILE, DICOM=FOLDER of the stress echo or empty; resumes.
results: setup-test
	sh packaging/results/results.sh "$(GENOTYPE)" "$(DICOM)"

# Learn gone through by mouse and keyboard on an X server of its own, from a simulated set to the model at work in Scan, timed and judged on other women;
# pictures and evidence.json in WIZARD, a new folder. ARGS="--blocks uiac" skips the search; ARGS="--data FOLDER --test FOLDER" takes other frames.
WIZARD ?= build/wizard
wizard: setup-test
	$(PYTHON_BIN) -m tests.e2e.whole_wizard "$(WIZARD)" $(ARGS)

# A run killed 40 times at random moments with a checkpoint every step, against one that nobody touched; KIND=search the
# same for a search; KIND=exam kills an examination 100 times and looks whether all that it said was kept is there (minutes).
KIND ?= train
kills: setup-test
	OMP_NUM_THREADS=1 $(PYTHON_BIN) -m $(if $(filter exam,$(KIND)),tests.uiac_desktop.exam.kills 100,tests.nas.training.kills $(KIND) 40)

lock: setup-test
	.venv/bin/python -m pip install --quiet uv
	.venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate -o packaging/requirements.lock
	.venv/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate -o packaging/requirements-dev.lock
	printf "hatchling\neditables\n" | .venv/bin/uv pip compile - --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate -c packaging/requirements-dev.lock -o packaging/requirements-build.lock

setup:
	@sh packaging/setup.sh run

setup-test:
	@sh packaging/setup.sh test

clean:
	rm -rf build dist .mypy_cache .ruff_cache .import_linter_cache
