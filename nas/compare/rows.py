"""The rows of a comparison's tables: models as in the paper's Tables 1-4, every seed, every plane, every pair."""

from typing import Any, Final

from nas.compare.outcome import Outcome, Row, Spread
from nas.compare.tables import Table
from nas.compare.verdict import said_p

_NOTHING: Final = "–"
_MODELS: Final = (
    "model", "top-1 %", "macro-F1 %", "kappa %", "parameters M", "rounds", "training s", "frames/s, 1",
    "frames/s, 96", "note",
)  # fmt: skip
MODEL_COLUMNS: Final = (
    "model", "runs", "top1_mean", "top1_sd", "macro_f1_mean", "macro_f1_sd", "kappa_mean", "kappa_sd",
    "parameters_min", "parameters_max", "rounds_mean", "training_s_mean", "frames_per_s_1", "frames_per_s_96", "note",
)  # fmt: skip
SEED_COLUMNS: Final = (
    "model", "seed", "top1", "macro_f1", "kappa", "parameters", "rounds", "best_round", "training_s", "ended_by",
)  # fmt: skip


def model_table(found: Outcome) -> Table:
    """Return one row a model, percent; the best first, those without a result last."""
    rows = [
        (
            row.model,
            percent(row.top1),
            percent(row.macro_f1),
            percent(row.kappa),
            _millions(row.parameters),
            f"{row.epochs:.0f}",
            f"{row.seconds:.0f}",
            f"{row.speed.one:.0f}",
            f"{row.speed.many:.0f}",
            note(found, row.model, row),
        )
        for row in found.rows
    ]
    nothing = (_NOTHING,) * (len(_MODELS) - 2)
    return Table(_MODELS, (*rows, *((name, *nothing, note(found, name)) for name in _without_result(found))))


def model_values(found: Outcome) -> list[list[Any]]:
    """Return the same as numbers under `MODEL_COLUMNS`, fractions."""
    rows: list[list[Any]] = [
        [
            row.model, row.runs, row.top1.mean, row.top1.sd, row.macro_f1.mean, row.macro_f1.sd, row.kappa.mean,
            row.kappa.sd, *row.parameters, row.epochs, row.seconds, row.speed.one, row.speed.many,
            note(found, row.model, row),
        ]
        for row in found.rows
    ]  # fmt: skip
    empty = [None] * (len(MODEL_COLUMNS) - 3)
    return rows + [[name, 0, *empty, note(found, name)] for name in _without_result(found)]


def note(found: Outcome, model: str, row: Row | None = None) -> str:
    """Say what became of a model's runs where not all went to their last epoch."""
    failed = [failure for failure in found.failures if failure.model == model]
    parts = []
    if failed:
        parts.append(f"{len(failed)} of {len(found.seeds)} failed: {failed[0].message.rstrip('.')}")
    if row is not None and row.by_clock:
        parts.append(f"{row.by_clock} of {row.runs} ended by the clock")
    return "; ".join(parts)


def seed_table(found: Outcome) -> Table:
    """Return one row a run, percent."""
    header = (
        "model", "seed", "top-1 %", "macro-F1 %", "kappa %", "parameters M", "rounds", "round kept", "training s",
        "ended by",
    )  # fmt: skip
    return Table(
        header,
        tuple(
            (
                run.model, str(run.seed), f"{100 * run.top1:.2f}", f"{100 * run.macro_f1:.2f}",
                f"{100 * run.kappa:z.2f}", _millions((run.parameters, run.parameters)), str(run.epochs),
                str(run.best_epoch + 1), f"{run.seconds:.0f}", run.reason.replace("_", " "),
            )
            for run in found.results
        ),
    )  # fmt: skip


def seed_values(found: Outcome) -> list[list[Any]]:
    """Return the same as numbers under `SEED_COLUMNS`, fractions."""
    return [
        [
            run.model, run.seed, run.top1, run.macro_f1, run.kappa, run.parameters, run.epochs, run.best_epoch + 1,
            run.seconds, run.reason,
        ]
        for run in found.results
    ]  # fmt: skip


def plane_table(found: Outcome) -> Table:
    """Return one row a plane and one column a model, percent: the paper's Figure 7 in numbers."""
    names = tuple(row.model for row in found.rows)
    return Table(
        ("plane", *names),
        tuple((plane, *(percent(row.per_plane[plane]) for row in found.rows)) for plane in found.rows[0].per_plane),
    )


def plane_values(found: Outcome) -> tuple[list[str], list[list[Any]]]:
    """Return heading and rows of means and deviations, fractions."""
    header = ["plane", *(f"{row.model}_{part}" for row in found.rows for part in ("mean", "sd"))]
    rows = [
        [plane, *(value for row in found.rows for value in (row.per_plane[plane].mean, row.per_plane[plane].sd))]
        for plane in found.rows[0].per_plane
    ]
    return header, rows


def pair_table(found: Outcome) -> Table:
    """Return the best model against every other, in points of a hundred."""
    return Table(
        (f"{found.best} against", "difference, points", "95 % interval", "Wilcoxon", "after Holm"),
        tuple(
            (
                pair.other,
                f"{100 * pair.difference:z.2f}",
                f"{100 * pair.low:z.2f} to {100 * pair.high:z.2f}",
                said_p(pair.p),
                said_p(pair.p_holm),
            )
            for pair in found.pairs
        ),
    )


def percent(spread: Spread) -> str:
    """Return mean and deviation in percent, as the paper's tables write them."""
    return f"{100 * spread.mean:z.2f}" + ("" if spread.sd is None else f" ± {100 * spread.sd:.2f}")


def _millions(parameters: tuple[int, int]) -> str:
    low, high = (f"{count / 1e6:.3f}" if count < 1e6 else f"{count / 1e6:.2f}" for count in parameters)
    return low if low == high else f"{low} to {high}"


def _without_result(found: Outcome) -> list[str]:
    judged = {row.model for row in found.rows}
    return [name for name in found.models if name not in judged]
