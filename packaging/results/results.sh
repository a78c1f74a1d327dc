#!/bin/sh
# Compares the searched network with the paper's block, one by chance and four baselines on simulated scans and, where
# DICOM_FOLDER is given, on real stress-echo views; three seeds each. At most three hours on two cores, most of it the
# simulated set, and 6 GB of disk for the weights. Run it again to go on where it stopped; Ctrl+C or a file named stop in the folder under way stops it.
# usage: results.sh GENOTYPE [DICOM_FOLDER] [WORK]
#   GENOTYPE      genotype file of a search, or the search's folder
#   DICOM_FOLDER  holds stress_echo_views.csv and the clips that it names; "" for none
#   WORK          where everything goes; build/results where not given
# DEVICE=cuda|cpu and THREADS=N in the environment choose where to compute, MINUTES=N how long a run may take: 8 with one thread are the 4 with two.
set -eu
cd "$(dirname "$0")/../.."
[ -n "${1:-}" ] || { sed -n 's/^# usage: /usage: /p' "$0" >&2; exit 2; }
genotype=$1
dicom=${2:-}
work=${3:-build/results}
nas=.venv/bin/uiac-nas
desktop=.venv/bin/uiac-desktop
device="--device ${DEVICE:-auto} --threads ${THREADS:-0}"
minutes=${MINUTES:+--minutes $MINUTES}

# compared FOLDER RECIPE LEARNING TEST
compared() {
    [ ! -e "$1/report.md" ] || { echo "$1/report.md is there"; return 0; }
    if [ -e "$1/config.json" ]; then
        # shellcheck disable=SC2086
        $nas compare "$3" --out "$1" --test "$4" --resume $device
    else
        # shellcheck disable=SC2086
        $nas compare "$3" --out "$1" --test "$4" --config "$2" --seeds 3 --seed 11 $device $minutes \
            --models "uiac:$genotype" uiac random resnet18 densenet121 vgg13_bn alexnet
    fi
}

mkdir -p "$work"
[ -e "$work/simulated/learning/labels.csv" ] || $desktop simulate "$work/simulated/learning" --per-class 90 --subjects 60 --seed 2001 --none-factor 0.2
[ -e "$work/simulated/test/labels.csv" ] || $desktop simulate "$work/simulated/test" --per-class 60 --subjects 20 --seed 2002 --none-factor 0.2
compared "$work/simulated/comparison" packaging/results/recipe.toml "$work/simulated/learning" "$work/simulated/test"
[ -n "$dicom" ] || exit 0
[ -e "$work/stress-echo/test/labels.csv" ] || .venv/bin/python packaging/results/stress_echo.py "$dicom" "$work/stress-echo"
compared "$work/stress-echo/comparison" packaging/results/stress-echo.toml "$work/stress-echo/learning" "$work/stress-echo/test"
