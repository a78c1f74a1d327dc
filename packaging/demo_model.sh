#!/bin/sh
# Rebuilds resources/models/demo: simulated frames, two lessons, and the figures on subjects that it never saw. Takes hours on two cores.
set -eu
cd "$(dirname "$0")/.."
work=${1:-build/demo-model}
nas=.venv/bin/uiac-nas
desktop=.venv/bin/uiac-desktop

# Whole screens in grey first; then other women, half of them cropped as departments do, in colour.
[ -e "$work/train/labels.csv" ] || $desktop simulate "$work/train" --per-class 800 --subjects 200 --seed 1001 --none-factor 2.5 --extras 0.3
[ -e "$work/more/labels.csv" ] || $desktop simulate "$work/more" --per-class 800 --subjects 200 --seed 1003 --none-factor 3 --extras 0.4 --crops 0.5
[ -e "$work/test/labels.csv" ] || $desktop simulate "$work/test" --per-class 160 --subjects 40 --seed 1002 --none-factor 2 --extras 0.3 --crops 0.5
[ -e "$work/calibration/labels.csv" ] || $desktop simulate "$work/calibration" --examinations 60 --size 256 --seed 8001 --extras 0.2 --crops 0.5

# train DATA RUN CONFIG [OPTION...]: begin a run, go on with one that was stopped, or leave one that is done
train() {
    data=$1 run=$2 config=$3
    shift 3
    if [ -e "$run/model/config.json" ]; then
        return
    elif [ -e "$run/config.json" ]; then
        $nas train "$data" --out "$run" --resume
    else
        $nas train "$data" --out "$run" --config "$config" "$@"
    fi
}
train "$work/train" "$work/first" packaging/demo-model.toml
train "$work/more" "$work/run" packaging/demo-model-more.toml --begin-with "$work/first/model"

$nas calibrate "$work/run/model" "$work/calibration"
$nas evaluate "$work/run/model" "$work/test" --out "$work/figures"
mkdir -p resources/models
rm -rf resources/models/demo
cp -r "$work/run/model" resources/models/demo
.venv/bin/python -m tests.benchmarks sweeps || true  # a missed goal is told in the card, too
.venv/bin/python packaging/demo_card.py resources/models/demo "$work/figures" build/bench.json
