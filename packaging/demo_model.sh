#!/bin/sh
# Rebuilds resources/models/demo: simulated frames, two lessons, and the figures on subjects that it never saw. Takes hours on two cores.
set -eu
cd "$(dirname "$0")/.."
work=${1:-build/demo-model}
nas=.venv/bin/uiac-nas
desktop=.venv/bin/uiac-desktop
[ -e "$work/first/labels.csv" ] || $desktop simulate "$work/first" --per-class 800 --subjects 200 --seed 1001 --none-factor 2.5 --extras 0.3
[ -e "$work/second/labels.csv" ] || $desktop simulate "$work/second" --per-class 2600 --subjects 650 --seed 1101 --none-factor 3 --extras 0.5
[ -e "$work/test/labels.csv" ] || $desktop simulate "$work/test" --per-class 160 --subjects 40 --seed 1002 --none-factor 2 --extras 0.3
[ -e "$work/calibration/labels.csv" ] || $desktop simulate "$work/calibration" --examinations 60 --size 256 --seed 8001 --extras 0.2

# Trains RUN on DATA by CONFIG, or goes on with it where it stopped: lesson RUN DATA CONFIG [--begin-with MODEL]
lesson() {
    run=$1 data=$2 config=$3
    shift 3
    if [ -e "$run/config.json" ]; then
        $nas train "$data" --out "$run" --resume
    else
        $nas train "$data" --out "$run" --config "$config" "$@"
    fi
}

lesson "$work/run1" "$work/first" packaging/demo-model.toml
lesson "$work/run2" "$work/second" packaging/demo-model-second.toml --begin-with "$work/run1/model"
$nas calibrate "$work/run2/model" "$work/calibration"
$nas evaluate "$work/run2/model" "$work/test" --out "$work/figures"
mkdir -p resources/models
rm -rf resources/models/demo
cp -r "$work/run2/model" resources/models/demo
.venv/bin/python -m tests.benchmarks sweeps || true  # a missed goal is told in the card, too
.venv/bin/python packaging/demo_card.py resources/models/demo "$work/figures" build/bench.json
