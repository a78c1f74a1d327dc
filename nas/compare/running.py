"""A comparison as a generator of events: every model and seed an ordinary training run, then judged, timed and told."""

import gc
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final, cast

import torch

from nas.checkpoint import CheckpointFolder
from nas.compare.entrants import Entrant, entrants, recipe_of
from nas.compare.judging import best_network, judged
from nas.compare.outcome import Outcome, outcome
from nas.compare.parts import HeldBack, Parts, parts, read_held_back
from nas.compare.record import (
    RESULT_FILE,
    CompareRecord,
    Failure,
    RunResult,
    read_compare_record,
    read_result,
    refuse_other_question,
)
from nas.compare.report import of_subjects, write_report
from nas.compare.speed import Speed, measured_speeds
from nas.config.train import TrainConfig
from nas.data.augment import Scale
from nas.data.store import fingerprint
from nas.errors import NasError, RunError
from nas.events import CompareDone, Event, ModelJudged, ModelStarted, Notice, RunFailed, RunFinished, RunStopped
from nas.learning.device import Placement, memory_errors, place
from nas.learning.reading import preprocess_spec
from nas.rundir import RunFolder
from nas.train.run import train

SEEDS: Final = 3
TEST_SHARE: Final = 0.25


def compare(
    root: Path,
    folder: RunFolder,
    config: TrainConfig,
    models: tuple[str, ...] = (),
    seeds: int | None = None,
    test: Path | None = None,
    test_share: float = TEST_SHARE,
    changes: dict[str, Any] | None = None,
) -> Iterator[Event]:
    """Train and judge several models under one recipe.

    Parameters
    ----------
    root
        The data-set folder.
    folder
        The comparison's folder, entered; where it resumes, runs that are done stay and the one under way goes on.
    config
        The recipe; a comparison that resumes has its own.
    models
        As in `nas.compare.entrants.entrants`; a comparison that resumes has its own.
    seeds
        Runs of each model, with seeds `config.seed` and the numbers after it; 3 where None.
    test
        Another data-set folder to judge on; None to hold subjects of the first one back.
    test_share
        Share of the images held back where there is no such folder (fraction).
    changes
        Fields named anew where the comparison resumes; all but device, threads and checkpoint_seconds must be the same.

    Yields
    ------
    Event
        Those of every run, in between the models' own. Closing the generator keeps the state of the run under way.

    Raises
    ------
    NasError
        The data or the models cannot be compared, the comparison cannot be resumed, every run failed. The failure of a
        single run is a notice and stands in the report.
    """
    if folder.resume:
        record = read_compare_record(folder)
        config = refuse_other_question(record, models, seeds, changes or {})
        seeds, test_share = record.seeds, record.test_share if record.test_share is not None else test_share
        _refuse_other_test(record, test)
    else:
        _refuse_unfair(config)
        found = entrants(models, config.size)
    seeds = SEEDS if seeds is None else seeds
    made = parts(root, test, test_share, config, seeds)
    learning, judging = (fingerprint(part, preprocess_spec(config)) for part in (made.pool, made.test))
    if not folder.resume:
        record = CompareRecord(
            config=config,
            entrants=found,
            seeds=seeds,
            test_share=None if test else test_share,
            classes=made.pool.classes,
            learning=learning,
            judging=judging,
        )
        folder.write_json(folder.config_file, record.model_dump(mode="json"))
    elif (learning, judging) != (record.learning, record.judging):
        raise RunError(
            "The images are not those that the comparison was started with.",
            "Resume with the same data sets, or start a new comparison in another folder.",
        )
    yield from made.notices
    yield from _Comparison(folder, record, config, made).events()


class _Comparison:
    """A comparison under way; `config` is the record's with what resume may change."""

    def __init__(self, folder: RunFolder, record: CompareRecord, config: TrainConfig, made: Parts) -> None:
        self._folder = folder
        self._record = record
        self._config = config
        self._parts = made
        self._results: list[RunResult] = []
        self._failures: list[Failure] = []
        self._placement: Placement = place(config.device, "fp32", threads=config.threads)

    def events(self) -> Iterator[Event]:
        """Yield the events of every run that is still to be done, and of the end."""
        held_back = yield from read_held_back(self._parts, self._config, self._folder.store / "test", self._placement)
        runs = self._record.runs()
        for number, (entrant, seed) in enumerate(runs, 1):
            yield ModelStarted(model=entrant.name, seed=seed, number=number, total=len(runs))
            yield from self._run(entrant, seed, held_back)
        if not self._results:
            raise RunError(
                f"No run could be done. {self._failures[0].model}: {self._failures[0].message}",
                self._failures[0].advice,
            )
        speeds = yield from self._speeds()
        found = outcome(self._record, self._results, self._failures, held_back, speeds, self._placement)
        write_report(self._folder.path, found, self._data())
        yield _done(found)

    def _run(self, entrant: Entrant, seed: int, held_back: HeldBack) -> Iterator[Event]:
        path = self._path(entrant.folder, seed)
        result = read_result(path)
        if result is None:
            try:
                with memory_errors(self._config.batch):
                    result = yield from self._trained(entrant, seed, path, held_back)
            except NasError as error:
                failure = Failure(model=entrant.name, seed=seed, message=error.message, advice=error.advice)
                self._failures.append(failure)
                yield Notice(
                    level="warning", message=f"{entrant.name}, seed {seed}: {error.message}", advice=error.advice
                )
            _free()
        if result is not None:
            self._results.append(result)
            figures = {name: getattr(result, name) for name in ("top1", "macro_f1", "kappa")}
            yield ModelJudged(model=entrant.name, seed=seed, **figures)

    def _trained(
        self, entrant: Entrant, seed: int, path: Path, held_back: HeldBack
    ) -> Generator[Event, None, RunResult]:
        """Train and judge one model; its folder is that of an ordinary run, but the frames are shared by all."""
        finished: Event | None = None
        with RunFolder(path, resume=(path / "config.json").is_file()) as run:
            try:
                with closing(self._training(entrant, seed, run)) as events:
                    for finished in events:
                        run.append(finished)
                        yield finished
            except GeneratorExit:
                run.append(RunStopped())
                raise
            except NasError as error:
                run.append(RunFailed(message=error.message, advice=error.advice))
                raise
            result = judged(entrant.name, seed, run, cast(RunFinished, finished), held_back, self._placement)
            run.write_json(path / RESULT_FILE, result.model_dump(mode="json"))
            CheckpointFolder(run.checkpoints).keep_best()
        return result

    def _training(self, entrant: Entrant, seed: int, run: RunFolder) -> Generator[Event, None, None]:
        changes = {name: getattr(self._config, name) for name in ("device", "threads", "checkpoint_seconds")}
        recipe = recipe_of(entrant.baseline, self._config)
        config = recipe.model_copy(update={"seed": seed, "name": entrant.name})
        genotype = entrant.genotype_of(seed)
        if genotype is not None and not run.resume:
            file = run.path / f"{entrant.folder}.json"
            run.write_json(file, genotype.model_dump(mode="json"))
            config = config.model_copy(update={"genotype": str(file)})
        yield from train(self._parts.pool, run, config, changes, entrant.baseline, self._folder.store / "learning")

    def _speeds(self) -> Generator[Event, None, dict[str, Speed]]:
        """Time the first run of every model that has one."""
        networks = {}
        for result in self._results:
            if result.model not in networks:
                entrant = next(entrant for entrant in self._record.entrants if entrant.name == result.model)
                run = RunFolder(self._path(entrant.folder, result.seed))
                networks[result.model] = best_network(run, self._placement)
        scale = Scale.of(preprocess_spec(self._config), self._placement.device)
        with memory_errors(self._config.batch):
            return (yield from measured_speeds(networks, scale, self._config.size, self._placement))

    def _path(self, name: str, seed: int) -> Path:
        return self._folder.path / "runs" / f"{name}-{seed}"

    def _data(self) -> str:
        """Say what was learned from and how the test part was kept apart."""
        pool, test, by = self._parts.pool, self._parts.test, self._parts.by
        apart = "a folder of its own" if self._record.test_share is None else f"held back by {by}, before anything else"
        learned, judged_on = (f"{len(part.images)} images{of_subjects(len(part.subjects))}" for part in (pool, test))
        return (
            f"Learned from, with {100 * self._config.validation:g} % of it as the validation part that chooses the"
            f" epoch: {learned}. Judged on: {judged_on}, {apart}. Planes: {', '.join(pool.classes)}."
        )


def _refuse_unfair(config: TrainConfig) -> None:
    if config.choice == "choice_on_test":
        raise NasError(
            "A comparison judges on frames that no choice has seen, so the epoch cannot be chosen on them.",
            "Add --choice macro_f1.",
        )
    if config.genotype != TrainConfig().genotype:
        raise NasError("--genotype names one model.", "Name genotypes among --models, as uiac:FILE.")


def _refuse_other_test(record: CompareRecord, test: Path | None) -> None:
    if (record.test_share is None) != (test is not None):
        raise RunError(
            "The comparison was started with another test part.",
            "Resume with the same --test, or without one where subjects were held back.",
        )


def _done(found: Outcome) -> CompareDone:
    return CompareDone(best=found.best, verdict=found.verdict, runs=len(found.results), failed=len(found.failures))


def _free() -> None:
    """Give back the memory of a model before the next one."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
