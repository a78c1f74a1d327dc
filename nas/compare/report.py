"""The report of a comparison: one page that says what was asked, what came out, and what that does not show."""

from pathlib import Path
from typing import Any, Final

from nas.compare.entrants import recipe_of
from nas.compare.outcome import Outcome
from nas.compare.rows import (
    MODEL_COLUMNS,
    SEED_COLUMNS,
    model_table,
    model_values,
    pair_table,
    plane_table,
    plane_values,
    seed_table,
    seed_values,
)
from nas.compare.tables import as_csv
from nas.config.train import TrainConfig
from nas.figures.plane_accuracy import draw_plane_accuracy
from nas.rundir import disk_errors, write_atomic

_PICTURE: Final = "per_plane"
_NOT_SAID: Final = frozenset({"seed", "threads", "device", "checkpoint_seconds", "name", "genotype"})


def write_report(folder: Path, found: Outcome, learned_from: str) -> None:
    """Write report.md, comparison.json, tables as CSV and LaTeX and the figure of planes into a folder.

    Parameters
    ----------
    folder
        Of the comparison; files of an earlier report there are replaced.
    found
        What came out.
    learned_from
        The data that models learned from and how the test part was held back, in one sentence.

    Raises
    ------
    NasError
        The disk refuses.
    """
    pictured = {
        row.model: {plane: (spread.mean, spread.sd or 0.0) for plane, spread in row.per_plane.items()}
        for row in found.rows
    }
    for ending in ("png", "pdf"):
        draw_plane_accuracy(pictured, folder / f"{_PICTURE}.{ending}")
    files = {
        "table.csv": as_csv(MODEL_COLUMNS, model_values(found)),
        "per_seed.csv": as_csv(SEED_COLUMNS, seed_values(found)),
        "per_plane.csv": as_csv(*plane_values(found)),
        "table.tex": model_table(found).latex(),
        "per_seed.tex": seed_table(found).latex(),
        "per_plane.tex": plane_table(found).latex(),
        "report.md": report(found, learned_from),
    }
    answers = {"results": {"__all__": {"answers"}}}  # they stand in each run's test.json
    with disk_errors():
        for name, text in files.items():
            write_atomic(folder / name, text.encode("utf-8-sig" if name.endswith(".csv") else "utf-8"))
        content = found.model_dump_json(indent=2, exclude=answers)
        write_atomic(folder / "comparison.json", (content + "\n").encode())


def report(found: Outcome, learned_from: str) -> str:
    """Return the report in Markdown."""
    sections = [
        "# Comparison of models",
        f"**{found.verdict}**",
        "## Models",
        model_table(found).markdown(),
        _caption(found),
        *_failures(found),
        "## Paired test by subject",
        *_paired(found),
        "## Accuracy by plane",
        plane_table(found).markdown(),
        f"Percent of the frames of each plane, mean ± deviation over seeds.\n\n![Accuracy by plane]({_PICTURE}.png)",
        "## Every run",
        seed_table(found).markdown(),
        "## Data",
        learned_from,
        "## Recipe",
        *_recipe(found),
        "## What this does not show",
        _limits(found),
    ]
    return "\n\n".join(sections) + "\n"


def _caption(found: Outcome) -> str:
    return (
        f"Figures on {found.test_frames} test frames{of_subjects(found.test_subjects)}, mean ± standard deviation over"
        f" seeds {', '.join(map(str, found.seeds))}; rounds are epochs done, parameters are without the auxiliary head."
        f" Frames a second: {found.device}, {found.threads} threads, float32, normalisation included, all models in"
        " turns, medians. Seconds of training are those of the machine, and of what else it did."
    )


def _failures(found: Outcome) -> list[str]:
    if not found.failures:
        return []
    lines = [f"- {one.model}, seed {one.seed}: {one.message} {one.advice}" for one in found.failures]
    return ["Runs that failed:\n\n" + "\n".join(lines)]


def _paired(found: Outcome) -> list[str]:
    if not found.pairs:
        return ["No test: it takes two models with a result, and test frames of at least two known subjects."]
    return [
        pair_table(found).markdown(),
        (
            f"Accuracy of {found.best} minus that of the other on each of {found.test_subjects} test subjects, averaged"
            " over seeds. Interval: bootstrap over subjects, 10,000 resamples. Test: Wilcoxon signed-rank, two-sided,"
            " with Holm's correction for the number of pairs."
        ),
    ]


def _recipe(found: Outcome) -> list[str]:
    config = found.config
    reductions = ", ".join(map(str, config.reduce_at)) or "none"
    return [
        (
            "The recipe is the same for every model: data, split, order of frames, augmentation, optimiser, schedule,"
            " limits and choice of the epoch; of one seed they differ in the network and its random weights alone."
            " The auxiliary loss and drop-path exist only in UIAC networks. UIAC networks have"
            f" {config.blocks} blocks and {config.channels} channels, reductions at {reductions} (counted from 0);"
            " `random` draws another genotype for every seed. Baselines are torchvision's, with random weights."
            f"{_whole_frames(found)}"
        ),
        f"    {command(found)}",
    ]


def _whole_frames(found: Outcome) -> str:
    """Say which models saw whole frames while those of the others grew."""
    whole = [name for name in found.models if recipe_of(name, found.config) != found.config]
    if not whole:
        return ""
    return (
        f" One difference: {' and '.join(whole)} cannot take the small frames of the first epochs, and saw frames of"
        f" {found.config.size} pixels from the start."
    )


def command(found: Outcome) -> str:
    """Return the command that asks for the same again, with placeholders for folders."""
    models = " ".join(name if not name.startswith("uiac:") else f"{name}.json" for name in found.models)
    test = "--test TEST" if found.test_share is None else f"--test-share {found.test_share:g}"
    plain = TrainConfig()
    changed = [
        _flag(name, getattr(found.config, name))
        for name in TrainConfig.model_fields
        if name not in _NOT_SAID and getattr(found.config, name) != getattr(plain, name)
    ]
    words = [f"--models {models}", f"--seeds {len(found.seeds)}", f"--seed {found.config.seed}", test, *changed]
    return f"uiac-nas compare DATA --out OUT {' '.join(words)}"


def _flag(name: str, value: Any) -> str:
    flag = name.replace("_", "-")
    if isinstance(value, bool):
        return f"--{flag}" if value else f"--no-{flag}"
    return f"--{flag} {' '.join(map(str, value)) if isinstance(value, tuple) else value}"


def _limits(found: Outcome) -> str:
    lines = [
        "The best model was found on the same test frames on which its lead is measured, which flatters the lead.",
        "The test asks whether a difference holds for other subjects; the deviation over seeds tells what chance does.",
        "One budget for all is not the best recipe for each: a model that learns slowly may win with more time.",
    ]
    if len(found.seeds) == 1:
        lines.insert(1, "One seed only: another training could turn the order.")
    if any(row.by_clock for row in found.rows):
        lines.append(
            "Some runs were ended by the clock, before their learning rate had fallen; that holds slow models back."
        )
    return "\n".join(f"- {line}" for line in lines)


def of_subjects(count: int) -> str:
    """Return how many women images are of, as the end of a sentence's part."""
    return f" of {count} subject{'s' if count > 1 else ''}" if count else ", subjects not known"
