#!/bin/sh
# Rebuilds resources/models/demo: simulated frames, training, and the figures on subjects that it never saw. Takes hours on two cores.
set -eu
cd "$(dirname "$0")/.."
work=${1:-build/demo-model}
nas=.venv/bin/uiac-nas
desktop=.venv/bin/uiac-desktop
[ -e "$work/train/labels.csv" ] || $desktop simulate "$work/train" --per-class 800 --subjects 200 --seed 1001 --none-factor 2.5 --extras 0.3
[ -e "$work/test/labels.csv" ] || $desktop simulate "$work/test" --per-class 160 --subjects 40 --seed 1002 --none-factor 2 --extras 0.3
[ -e "$work/calibration/labels.csv" ] || $desktop simulate "$work/calibration" --examinations 60 --size 256 --seed 8001 --extras 0.2
if [ -e "$work/run/config.json" ]; then
    $nas train "$work/train" --out "$work/run" --resume
else
    $nas train "$work/train" --out "$work/run" --config packaging/demo-model.toml
fi
$nas calibrate "$work/run/model" "$work/calibration"
$nas evaluate "$work/run/model" "$work/test" --out "$work/figures"
mkdir -p resources/models
rm -rf resources/models/demo
cp -r "$work/run/model" resources/models/demo
.venv/bin/python -m tests.benchmarks sweeps || true  # a missed goal is told in the card, too
.venv/bin/python packaging/demo_card.py resources/models/demo "$work/figures" build/bench.json
