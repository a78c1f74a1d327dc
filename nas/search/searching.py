"""A search under way: epoch after epoch from where it stands, on one process or as one of several alike."""

import time
from collections.abc import Generator, Iterator
from copy import deepcopy
from dataclasses import asdict

from nas.checkpoint import Checkpoint, CheckpointFolder
from nas.config.search import SearchConfig
from nas.data.augment import Scale
from nas.errors import RunError
from nas.events import TELL_S, EpochSearched, Event, Notice, Progress, RunStarted
from nas.learning.device import Placement, memory_errors
from nas.learning.loss import refuse_infinite
from nas.learning.memory import used_mib
from nas.learning.pace import Pace
from nas.learning.reading import preprocess_spec
from nas.rundir import RunFolder
from nas.search.counting import Counting
from nas.search.engine import SearchEngine
from nas.search.epochs import Epochs
from nas.search.estimate import estimate, memory_advice
from nas.search.halves import Halves
from nas.search.outcome import finish_search, keep_genotype
from nas.search.record import search_plan
from nas.search.snapshot import Snapshot, snapshot
from nas.search.standing import Standing, Sums
from nas.space.network import count_parameters


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
        Where it computes, and with which other processes.

    Raises
    ------
    RunError
        A batch has too few frames for its parts.
    """

    def __init__(self, config: SearchConfig, halves: Halves, run: RunFolder, placement: Placement) -> None:
        self._config = config
        self._halves = halves
        self._run = run
        self._placement = placement
        self._parts = placement.ranks.count * config.ghost_batches
        self._epochs = Epochs(len(halves.train), len(halves.validation), config.batch, config.seed, self._parts)
        self._checkpoints = CheckpointFolder(run.checkpoints)
        self._now = Standing()
        self._told: int | None = None
        self._saved_at = time.monotonic()

    def events(self, checkpoint: Checkpoint | None) -> Iterator[Event]:
        """Yield the events of the search from a checkpoint, or from the start, to its report."""
        if checkpoint is None:
            yield (yield from estimate(self._built, self._halves, self._epochs, self._config, self._placement))
        self._engine = self._built()
        if checkpoint is not None:
            yield from self._restore(checkpoint)
        self._now.end_by_limits(self._config.epochs, self._config.minutes)
        yield self._started(checkpoint is not None)
        try:
            while not self._now.reason:
                yield from self._epoch()
        except GeneratorExit:
            self._save()
            raise
        yield finish_search(self._run, self._config, self._halves, self._now)

    def _built(self) -> SearchEngine:
        scale = Scale.of(preprocess_spec(self._config), self._placement.device)
        plan = search_plan(self._config, len(self._halves.classes))
        return SearchEngine(self._config, plan, self._halves.counts, scale, self._placement)

    def _epoch(self) -> Iterator[Event]:
        begun = time.monotonic()
        rate = yield from self._learn(begun)
        self._refuse_disagreement()
        judged = yield from self._judge()
        before, log = deepcopy(self._now), self._run.log_length
        found = snapshot(self._engine.architecture, self._config, self._now)
        done = self._searched(judged, found, begun, rate)
        keep_genotype(self._run, self._now, found.event.genotype)
        self._now.end_epoch(self._placement.ranks.shared(done.seconds))
        self._now.reason = found.event.stop
        self._now.end_by_limits(self._config.epochs, self._config.minutes)
        try:
            yield found.event
        except GeneratorExit:
            self._now, self._told = before, log  # only half is told: the epoch is judged and told again
            raise
        yield done
        self._save()  # after the events are logged, so that a kill between the two loses neither

    def _learn(self, begun: float) -> Generator[Event, None, float]:
        """Take every step of the epoch that is still to come; return the frames a second."""
        epoch, steps, ranks = self._now.epoch, self._epochs.steps, self._placement.ranks
        first = self._now.step - epoch * steps
        learns_lambda = epoch >= self._config.warmup_epochs
        training, validation = self._epochs.training(epoch), self._epochs.validation(epoch)
        weights, lambdas = Counting(self._now.weights, self._placement), Counting(self._now.lambdas, self._placement)
        told = time.monotonic()
        a_step = (len(self._halves.train) + len(self._halves.validation)) / steps
        pace = Pace("searching", epoch, self._config.epochs, steps, first, a_step, begun)
        for index in range(first, steps):
            drawn = self._halves.train.at(training[index]), self._halves.validation.at(validation[index])
            with memory_errors(self._config.batch, lambda: memory_advice(self._config, self._config.batch)):
                of_weights, of_lambda = self._engine.step(*drawn, epoch + index / steps, self._now.step, learns_lambda)
            weights.add(of_weights, len(training[index]))
            if of_lambda is not None:
                lambdas.add(of_lambda, len(validation[index]))
            self._now.step += 1
            telling = ranks.decided(time.monotonic() - told >= TELL_S)
            saving = telling and time.monotonic() - self._saved_at >= self._config.checkpoint_seconds
            saving |= self._config.checkpoint_steps > 0 and self._now.step % self._config.checkpoint_steps == 0
            if telling or saving:
                self._now.take(weights.sums(), lambdas.sums(), self._config.lr_w)
            if telling:
                told = time.monotonic()
                yield pace.after(index + 1, float(of_weights.loss))
            if saving:
                self._save()
        self._now.take(weights.sums(), lambdas.sums(), self._config.lr_w)
        frames = sum(len(part) for part in [*training[first:], *(validation[first:] if learns_lambda else ())])
        return frames / max(time.monotonic() - begun, 1e-9)

    def _judge(self) -> Generator[Event, None, Sums]:
        """Return how the search network, with lambda as it is, judges D_val; processes take batches in turn."""
        counting, told, ranks = Counting(Sums(), self._placement), time.monotonic(), self._placement.ranks
        batches, total = self._epochs.judging(), len(self._halves.validation)
        for first in range(0, len(batches), ranks.count):
            for part in batches[first : first + ranks.count][ranks.number : ranks.number + 1]:
                with memory_errors(self._config.batch, lambda: memory_advice(self._config, self._config.batch)):
                    counting.add(self._engine.judge(self._halves.validation.at(part)), len(part))
            if ranks.decided(time.monotonic() - told >= TELL_S):
                told = time.monotonic()
                done = sum(map(len, batches[: first + ranks.count]))
                yield Progress(phase="validating", done=done, total=total, epoch=self._now.epoch)
        return counting.of_all()

    def _searched(self, judged: Sums, found: Snapshot, begun: float, rate: float) -> EpochSearched:
        """Choose the epoch's blocks if they are the best so far, and return how the epoch went."""
        now, config = self._now, self._config
        refuse_infinite(judged.loss, now.epoch, config.lr_w, "--lr-w")
        value = judged.top1 + found.rank
        best = value > now.best_value
        if best:
            now.choose(value, judged.top1, found.event)
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

    def _restore(self, checkpoint: Checkpoint) -> Iterator[Event]:
        self._now = Standing.of(checkpoint.state)
        self._engine.restore(checkpoint.tensors)
        if self._now.parts != self._parts:
            yield Notice(
                level="warning",
                message=f"Batches were normalised in {self._now.parts} parts; from now on in {self._parts}.",
                advice="The search differs from an uninterrupted one; --ghost-batches times processes tells the parts.",
            )

    def _save(self) -> None:
        if not self._run.leads:
            return
        self._now.parts = self._parts
        self._now.log = self._run.log_length if self._told is None else self._told
        self._checkpoints.save(self._now.step, Checkpoint(self._engine.tensors(), asdict(self._now)))
        self._saved_at = time.monotonic()

    def _refuse_disagreement(self) -> None:
        if not self._engine.agrees():
            raise RunError(
                "The processes of the run no longer have the same weights and lambda, which a faulty device or link may"
                " cause.",
                "Go on with --resume from the last checkpoint, on other computers.",
            )

    def _started(self, resumes: bool) -> RunStarted:
        return RunStarted(
            kind="search",
            resumed_at=self._now.epoch if resumes else None,
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
