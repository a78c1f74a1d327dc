"""Algorithm 1 as a generator of events: each yield is progress and a place to stop; closing writes a checkpoint."""

import time
from collections.abc import Generator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from nas.architect import Outcome
from nas.checkpoint import Checkpoint, CheckpointFolder, newest_checkpoint
from nas.config.search import SearchConfig
from nas.data.augment import Scale
from nas.data.folder import DataSet
from nas.events import TELL_S, EpochSearched, Event, Progress, RunStarted
from nas.learning.device import Placement, memory_errors, place
from nas.learning.loss import refuse_infinite
from nas.learning.memory import used_mib
from nas.learning.reading import usable
from nas.learning.resuming import refuse_other_set
from nas.rundir import RunFolder
from nas.search.engine import SearchEngine
from nas.search.epochs import Epochs
from nas.search.estimate import estimate, memory_advice
from nas.search.halves import Halves, read_halves, search_spec
from nas.search.outcome import finish_search, keep_genotype
from nas.search.record import SearchRecord, read_search_record, resumed_search, search_plan
from nas.search.snapshot import Snapshot, snapshot
from nas.search.standing import Standing, Sums
from nas.space.network import count_parameters


def search(
    root: Path | DataSet, run: RunFolder, config: SearchConfig, changes: dict[str, Any] | None = None
) -> Iterator[Event]:
    """Search the two blocks (Algorithm 1 of the paper) and write them as genotype.json.

    Parameters
    ----------
    root
        The data-set folder, or the part of one to search on.
    run
        The run's folder, entered; where it resumes, the run goes on exactly where its last whole checkpoint stands.
    config
        The run's config; a run that resumes has its own.
    changes
        Fields to change where the run resumes: time limit, device and the like.

    Yields
    ------
    Event
        At least every half second or every step, whichever is longer. Closing the generator writes a checkpoint.

    Raises
    ------
    NasError
        The data cannot be searched on, the run cannot be resumed, the loss is no number any more, the memory does not
        suffice, the disk is full.
    """
    record = read_search_record(run) if run.resume else None
    if record is not None:
        config = resumed_search(record, changes or {})
    data = usable(root)
    placement = _placed(config)
    halves = yield from read_halves(data, config, run.store, placement.threads, placement.device)
    if record is not None:
        refuse_other_set(record.classes, data.classes, halves.fingerprint == record.data_fingerprint)
    else:
        record = SearchRecord(
            config=config, classes=data.classes, images=len(data.images), data_fingerprint=halves.fingerprint
        )
        run.write_json(run.config_file, record.model_dump(mode="json"))
    yield from Searching(config, halves, run, placement).events()


def _placed(config: SearchConfig) -> Placement:
    """Return where a search computes; on a CPU its weights' step in bf16 was slower than in fp32."""
    on_cpu = config.device == "cpu" or not torch.cuda.is_available()
    precision = "fp32" if config.precision == "auto" and on_cpu else config.precision
    return place(config.device, precision, "no", config.threads)


class Searching:
    """A search under way.

    Parameters
    ----------
    config
        The run's config.
    halves
        What it learns from.
    run
        Its folder.
    placement
        Where it computes.
    """

    def __init__(self, config: SearchConfig, halves: Halves, run: RunFolder, placement: Placement) -> None:
        self._config = config
        self._halves = halves
        self._run = run
        self._placement = placement
        self._epochs = Epochs(len(halves.train), len(halves.validation), config.batch, config.seed)
        self._checkpoints = CheckpointFolder(run.checkpoints)
        self._now = Standing()
        self._saved_at = time.monotonic()

    def events(self) -> Iterator[Event]:
        """Yield the events of the search from where it stands to its report."""
        if not self._run.resume:
            yield (yield from estimate(self._built, self._halves, self._epochs, self._config, self._placement.device))
        self._engine = self._built()
        if self._run.resume:
            yield from self._restore()
        self._now.end_by_limits(self._config.epochs, self._config.minutes)
        yield self._started()
        try:
            while not self._now.reason:
                yield from self._epoch()
        except GeneratorExit:
            self._save()
            raise
        yield finish_search(self._run, self._config, self._halves, self._now)

    def _built(self) -> SearchEngine:
        scale = Scale.of(search_spec(self._config), self._placement.device)
        plan = search_plan(self._config, len(self._halves.classes))
        return SearchEngine(self._config, plan, self._halves.counts, scale, self._placement)

    def _epoch(self) -> Iterator[Event]:
        begun = time.monotonic()
        rate = yield from self._learn(begun)
        judged = yield from self._judge()
        found = snapshot(self._engine.architecture, self._config, self._now)
        done = self._searched(judged, found, begun, rate)
        keep_genotype(self._run, self._now, found.event.genotype)
        self._now.end_epoch(done.seconds)
        self._now.reason = found.event.stop
        self._now.end_by_limits(self._config.epochs, self._config.minutes)
        self._save()
        yield found.event
        yield done

    def _learn(self, begun: float) -> Generator[Event, None, float]:
        """Take every step of the epoch that is still to come; return the frames a second."""
        epoch, steps = self._now.epoch, self._epochs.steps
        first = self._now.step - epoch * steps
        learns_lambda = epoch >= self._config.warmup_epochs
        training, validation = self._epochs.training(epoch), self._epochs.validation(epoch)
        weights, lambdas = _Counting(self._now.weights, self._placement), _Counting(self._now.lambdas, self._placement)
        told = time.monotonic()
        for index in range(first, steps):
            drawn = self._halves.train.at(training[index]), self._halves.validation.at(validation[index])
            with memory_errors(self._config.batch, lambda: memory_advice(self._config, self._config.batch)):
                of_weights, of_lambda = self._engine.step(*drawn, epoch + index / steps, self._now.step, learns_lambda)
            weights.add(of_weights, len(training[index]))
            if of_lambda is not None:
                lambdas.add(of_lambda, len(validation[index]))
            self._now.step += 1
            if time.monotonic() - told >= TELL_S:
                told = time.monotonic()
                self._now.take(weights.sums(), lambdas.sums(), self._config.lr_w)
                yield self._progress(index + 1, first, begun, float(of_weights.loss))
                if told - self._saved_at >= self._config.checkpoint_seconds:
                    self._save()
        self._now.take(weights.sums(), lambdas.sums(), self._config.lr_w)
        frames = sum(len(part) for part in [*training[first:], *(validation[first:] if learns_lambda else ())])
        return frames / max(time.monotonic() - begun, 1e-9)

    def _judge(self) -> Generator[Event, None, Sums]:
        """Return how the search network, with lambda as it is, judges D_val."""
        counting, told, done = _Counting(Sums(), self._placement), time.monotonic(), 0
        for part in self._epochs.judging():
            with memory_errors(self._config.batch, lambda: memory_advice(self._config, self._config.batch)):
                counting.add(self._engine.judge(self._halves.validation.at(part)), len(part))
            done += len(part)
            if time.monotonic() - told >= TELL_S:
                told = time.monotonic()
                yield Progress(phase="validating", done=done, total=len(self._halves.validation), epoch=self._now.epoch)
        return counting.sums()

    def _searched(self, judged: Sums, found: Snapshot, begun: float, rate: float) -> EpochSearched:
        """Choose the epoch's blocks if they are the best so far, and return how the epoch went."""
        now, config = self._now, self._config
        refuse_infinite(judged.loss, now.epoch, config.lr_w, "--lr-w")
        value = judged.top1 + found.rank
        best = value > now.best_value
        if best:
            now.choose(value, judged.top1, found.event.genotype, found.event.skips_capped)
        seconds = time.monotonic() - begun
        learned = now.lambdas.frames > 0
        return EpochSearched(
            epoch=now.epoch,
            epochs=config.epochs,
            lr=self._engine.rate_at(now.epoch + 1 - 1 / self._epochs.steps),
            train_loss=now.weights.mean_loss,
            train_top1=now.weights.top1,
            lambda_loss=now.lambdas.mean_loss if learned else None,
            lambda_top1=now.lambdas.top1 if learned else None,
            validation_loss=judged.mean_loss,
            top1=judged.top1,
            best=best,
            seconds=seconds,
            rate=rate,
            eta_s=seconds * (config.epochs - now.epoch - 1),
            memory_mb=used_mib(self._placement.device),
        )

    def _restore(self) -> Iterator[Event]:
        checkpoint, notices = newest_checkpoint(self._run)
        yield from notices
        if checkpoint is not None:
            self._now = Standing.of(checkpoint.state)
            self._engine.restore(checkpoint.tensors)

    def _save(self) -> None:
        self._checkpoints.save(self._now.step, Checkpoint(self._engine.tensors(), asdict(self._now)))
        self._saved_at = time.monotonic()

    def _started(self) -> RunStarted:
        return RunStarted(
            kind="search",
            resumed_at=self._now.epoch if self._run.resume else None,
            epochs=self._config.epochs,
            classes=self._halves.classes,
            train_frames=len(self._halves.train),
            none_frames=0,
            validation_frames=len(self._halves.validation),
            split_by=self._halves.split_by,
            parameters=count_parameters(self._engine.network),
            device=self._placement.name,
            precision=self._placement.precision,
            compiled=self._placement.compiled,
            threads=self._placement.threads,
        )

    def _progress(self, done: int, first: int, begun: float, loss: float) -> Progress:
        steps = self._epochs.steps
        a_step = max(time.monotonic() - begun, 1e-9) / (done - first)
        left = (steps - done) + (self._config.epochs - self._now.epoch - 1) * steps
        frames = (len(self._halves.train) + len(self._halves.validation)) / steps
        return Progress(
            phase="searching",
            done=done,
            total=steps,
            epoch=self._now.epoch,
            loss=loss,
            rate=frames / a_step,
            eta_s=left * a_step,
        )


class _Counting:
    """Sums outcomes on the device, so that a step need not wait for the one before."""

    def __init__(self, start: Sums, placement: Placement) -> None:
        device = placement.device
        self._loss: Tensor = torch.tensor(start.loss, dtype=torch.float64, device=device)
        self._right: Tensor = torch.tensor(start.right, device=device)
        self._frames = start.frames

    def add(self, outcome: Outcome, frames: int) -> None:
        """Take the outcome of a batch."""
        self._loss += outcome.loss * frames
        self._right += outcome.right
        self._frames += frames

    def sums(self) -> Sums:
        """Return the sums as numbers."""
        return Sums(float(self._loss), int(self._right), self._frames)
