"""What a comparison found, as one record: rows like the paper's tables, planes, paired tests and a plain verdict."""

from collections.abc import Mapping, Sequence
from statistics import fmean, stdev

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from nas.compare.paired import Pair, paired_tests, subject_accuracy
from nas.compare.parts import HeldBack
from nas.compare.record import CompareRecord, Failure, RunResult
from nas.compare.speed import Speed
from nas.compare.verdict import verdict
from nas.config.train import TrainConfig
from nas.learning.device import Placement


class Spread(BaseModel):
    """Mean over seeds and sample standard deviation, which a single seed does not have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mean: float
    sd: float | None

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Return mean and deviation (n - 1) of values."""
        return cls(mean=fmean(values), sd=stdev(values) if len(values) > 1 else None)


class Row(BaseModel):
    """One model over its seeds.

    Attributes
    ----------
    runs
        How many seeds it was judged with.
    top1, macro_f1, kappa
        On the test frames (fractions).
    per_plane
        Recall of each plane there.
    parameters
        Fewest and most over the seeds, without the auxiliary head; they differ for random genotypes alone.
    epochs, seconds
        Means of the epochs done and of the time of training.
    by_clock
        Runs that the time limit ended before their last epoch.
    speed
        Frames a second.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    runs: int
    top1: Spread
    macro_f1: Spread
    kappa: Spread
    per_plane: dict[str, Spread]
    parameters: tuple[int, int]
    epochs: float
    seconds: float
    by_clock: int
    speed: Speed


class Outcome(BaseModel):
    """comparison.json.

    Attributes
    ----------
    config
        The recipe of every run but for its seed.
    models, seeds
        As they were asked for.
    test_share
        As it was asked for; None where a folder was given.
    classes
        The planes.
    test_frames, test_subjects
        Frames of planes and women judged on; 0 women where they are not known.
    device, threads
        Where runs were judged and speeds measured, in float32.
    rows
        Models with a result, the highest mean top-1 first.
    results, failures
        Every run.
    subject_accuracy
        Accuracy of each model on each test subject, mean over seeds; the subjects in the order of their names.
    best, pairs, verdict
        The model of highest mean top-1, its tests against the others on two subjects or more, and what they say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    config: TrainConfig
    models: tuple[str, ...]
    seeds: tuple[int, ...]
    test_share: float | None
    classes: tuple[str, ...]
    test_frames: int
    test_subjects: int
    device: str
    threads: int
    rows: tuple[Row, ...]
    results: tuple[RunResult, ...]
    failures: tuple[Failure, ...]
    subject_accuracy: dict[str, tuple[float, ...]]
    best: str
    pairs: tuple[Pair, ...]
    verdict: str


def outcome(
    record: CompareRecord,
    results: Sequence[RunResult],
    failures: Sequence[Failure],
    held_back: HeldBack,
    speeds: Mapping[str, Speed],
    placement: Placement,
) -> Outcome:
    """Return what results of at least one model say.

    Parameters
    ----------
    record
        What was asked.
    results, failures
        Every run.
    held_back
        The test frames that all models were judged on.
    speeds
        Of every model with a result, by its name.
    placement
        Where they were judged.
    """
    by_model = {
        entrant.name: [result for result in results if result.model == entrant.name] for entrant in record.entrants
    }
    rows = [_row(name, runs, speeds[name]) for name, runs in by_model.items() if runs]
    rows.sort(key=lambda row: (row.top1.mean, row.macro_f1.mean), reverse=True)
    accuracy = {row.model: _accuracy(by_model[row.model], held_back) for row in rows}
    best = rows[0].model
    subjects = len(set(held_back.subjects) - {""})
    pairs = paired_tests(best, accuracy) if subjects > 1 else ()
    return Outcome(
        config=record.config,
        models=tuple(by_model),
        seeds=tuple(range(record.config.seed, record.config.seed + record.seeds)),
        test_share=record.test_share,
        classes=record.classes,
        test_frames=len(held_back.truth),
        test_subjects=subjects,
        device=placement.name,
        threads=placement.threads,
        rows=tuple(rows),
        results=tuple(results),
        failures=tuple(failures),
        subject_accuracy={name: tuple(values.tolist()) for name, values in accuracy.items()},
        best=best,
        pairs=pairs,
        verdict=verdict(best, len(rows), subjects, pairs),
    )


def _row(name: str, runs: Sequence[RunResult], speed: Speed) -> Row:
    parameters = [run.parameters for run in runs]
    return Row(
        model=name,
        runs=len(runs),
        top1=Spread.of([run.top1 for run in runs]),
        macro_f1=Spread.of([run.macro_f1 for run in runs]),
        kappa=Spread.of([run.kappa for run in runs]),
        per_plane={plane: Spread.of([run.per_plane[plane] for run in runs]) for plane in runs[0].per_plane},
        parameters=(min(parameters), max(parameters)),
        epochs=fmean(run.epochs for run in runs),
        seconds=fmean(run.seconds for run in runs),
        by_clock=sum(run.reason == "time" for run in runs),
        speed=speed,
    )


def _accuracy(runs: Sequence[RunResult], held_back: HeldBack) -> NDArray[np.float64]:
    """Return a model's accuracy on each test subject (S,), mean over its seeds."""
    each = [subject_accuracy(np.array(run.answers) == held_back.truth, held_back.subjects) for run in runs]
    return np.asarray(np.mean(each, axis=0))
