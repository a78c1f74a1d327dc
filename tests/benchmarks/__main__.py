"""Runs the benchmarks that are named, or all but the long ones; prints one table and writes build/bench.json."""

import json
import sys
from importlib import import_module

from rich.console import Console
from rich.table import Table

from tests.benchmarks.figure import Figure, SkippedError
from tests.benchmarks.inputs import BUILD

NAMES = (
    "label_speed",
    "map_cost",
    "reading",
    "simulation",
    "throughput",
    "display",
    "agreement",
    "sweeps",
    "auto_capture",
    "sector_watch",
    "demo_model",
    "start",
    "chain",
    "search_step",
    "train_step",
    "beside_training",
    "data_scale",
    "graphics_card",
)
ON_REQUEST = ("chain_paper_size", "soak", "review", "estimate")


def main(chosen: list[str]) -> int:
    """Measure; return 0, 1 where a goal is missed or a benchmark broke, 2 for an unknown name."""
    unknown = [name for name in chosen if name not in NAMES + ON_REQUEST]
    if unknown:
        print(
            f"error: there is no benchmark {unknown[0]}\nadvice: known are {', '.join(NAMES + ON_REQUEST)}",
            file=sys.stderr,
        )
        return 2
    measured: list[Figure] = []
    broken = False
    for name in chosen or NAMES:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            measured += import_module(f"tests.benchmarks.{name}").figures()
        except SkippedError as reason:
            print(f"{name}: skipped, {reason}", file=sys.stderr)
        except Exception as error:  # noqa: BLE001 - the other benchmarks still count
            broken = True
            print(f"{name}: failed, {type(error).__name__}: {error}", file=sys.stderr)
    _show(measured)
    _write(measured, keep_others=bool(chosen))
    return int(broken or any(figure.met is False for figure in measured))


def _show(measured: list[Figure]) -> None:
    table = Table("figure", "value", "unit", "goal", "met", "remark")
    for figure in measured:
        met = {True: "yes", False: "NO", None: ""}[figure.met]
        table.add_row(figure.name, f"{figure.value:.4g}", figure.unit, figure.goal, met, figure.remark)
    Console(width=120).print(table)


def _write(measured: list[Figure], keep_others: bool) -> None:
    BUILD.mkdir(exist_ok=True)
    place = BUILD / "bench.json"
    known = json.loads(place.read_text(encoding="utf-8")) if keep_others and place.exists() else {}
    known |= {figure.name: figure.as_json() for figure in measured}
    place.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
