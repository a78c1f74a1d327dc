"""A training run under way: epoch after epoch from where it stands, on one process or as one of several alike."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from dataclasses import asdict
from operator import attrgetter
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nas.calibration import negative_log_likelihood
from nas.checkpoint import Checkpoint, CheckpointFolder
from nas.config.train import TrainConfig
from nas.data.augment import Scale
from nas.errors import RunError
from nas.evaluate.metrics import measure
from nas.events import TELL_S, EpochDone, Event, Notice, Progress, RunStarted
from nas.learning.device import Placement, memory_errors
from nas.learning.loss import NO_PLANE, refuse_infinite
from nas.learning.memory import used_mib
from nas.learning.pace import Pace
from nas.learning.prediction import evidence_rows, predict
from nas.learning.reading import preprocess_spec
from nas.learning.schedule import EarlyStop
from nas.learning.seeds import seed_of, shuffled
from nas.novelty import Evidence, vivid_shares
from nas.rundir import RunFolder
from nas.space.network import UiacNetwork, count_parameters
from nas.train.beginning import Beginning, begin_with, kept_beginning
from nas.train.engine import Engine, Part
from nas.train.finish import finish
from nas.train.frames import Frames
from nas.train.network import built, network_plan
from nas.train.progress import Standing
from nas.train.record import TrainRecord


class Training:
    """A run under way.

    Parameters
    ----------
    record, config
        What the run was started with, and its config with what resume changed.
    frames
        What it learns from and is judged by.
    run
        Its folder.
    placement
        Where it computes.
    beginning
        The model that it begins with, where that was read already; else the run's folder is asked.
    """

    def __init__(
        self,
        record: TrainRecord,
        config: TrainConfig,
        frames: Frames,
        run: RunFolder,
        placement: Placement,
        beginning: Beginning | None = None,
    ) -> None:
        self._record = record
        self._config = config
        self._frames = frames
        self._run = run
        self._placement = placement
        self._scale = Scale.of(preprocess_spec(config), placement.device)
        self._plan = network_plan(record, config)
        self._engine = Engine(config, lambda: self._network(record, beginning), frames.counts, self._scale, placement)
        self._checkpoints = CheckpointFolder(run.checkpoints)
        self._now = Standing()
        self._resumes = False
        self._saved_at = time.monotonic()
        self._batch = min(config.batch, len(frames.train))
        self._steps = len(frames.train) // self._batch
        self._parts = placement.ranks.count * config.ghost_batches
        if self._batch < 2 * self._parts:
            raise RunError(
                f"A batch of {self._batch} frames cannot be normalised in {self._parts} parts of at least two frames.",
                "Give a larger --batch or more frames, or use fewer processes or --ghost-batches.",
            )

    def _network(self, record: TrainRecord, beginning: Beginning | None) -> nn.Module:
        network = built(self._plan, self._config, record.baseline)
        if record.began_with and isinstance(network, UiacNetwork):
            begin_with(network, beginning or kept_beginning(self._run), record.classes)
        return network

    def events(self, checkpoint: Checkpoint | None) -> Iterator[Event]:
        """Yield the events of the run from a checkpoint, or from the start, to its model folder."""
        self._resumes = checkpoint is not None
        if checkpoint is not None:
            yield from self._restore(checkpoint)
        self._now.end_by_limits(self._config.epochs, self._config.minutes)
        stands = bool(self._now.reason) and self._config.name == self._record.config.name
        yield self._started()
        try:
            yield from self._epochs()
        except GeneratorExit:
            self._save()
            raise
        network, evidence = self._engine.judged, None
        best = self._checkpoints.best()
        if best is not None:
            network.load_state_dict(best.tensors)
            evidence = yield from self._held_out_evidence(has_maps=isinstance(network, UiacNetwork))
        yield finish(
            self._run, self._record, self._config, self._plan, self._frames, network, evidence, self._now, stands
        )

    def _epochs(self) -> Iterator[Event]:
        while not self._now.reason:
            begun = time.monotonic()
            rate = yield from self._learn(begun)
            autocast = self._placement.fabric.autocast
            logits = yield from self._held_out_rows("validating", self._engine.side, autocast)
            done = self._judged(logits, begun, rate)
            self._now.end_epoch(self._placement.ranks.shared(done.seconds))
            self._now.end_by_limits(self._config.epochs, self._config.minutes)
            self._refuse_disagreement()
            yield done
            self._save()  # after the event is logged, so that a kill between the two loses neither

    def _learn(self, begun: float) -> Generator[Event, None, float]:
        """Learn from every batch of the epoch that is still to come; return the frames a second."""
        epoch, device = self._now.epoch, self._placement.device
        order = shuffled(len(self._frames.train), seed_of(self._config.seed, "order", epoch))
        self._engine.begin_epoch(epoch)
        loss_sum = torch.tensor(self._now.loss_sum, dtype=torch.float64, device=device)
        right_sum = torch.tensor(self._now.right_sum, device=device)
        told, first = time.monotonic(), self._now.step - epoch * self._steps
        ranks = self._placement.ranks
        pace = Pace("training", epoch, self._config.epochs, self._steps, first, self._batch, begun)
        for index in range(first, self._steps):
            chosen = order[index * self._batch : (index + 1) * self._batch]
            with memory_errors(self._batch):
                loss, right = self._engine.step(self._own(chosen), epoch + index / self._steps, self._now.step)
            loss_sum += loss
            right_sum += right
            self._now.step += 1
            telling = ranks.decided(time.monotonic() - told >= TELL_S)
            saving = telling and time.monotonic() - self._saved_at >= self._config.checkpoint_seconds
            saving |= self._config.checkpoint_steps > 0 and self._now.step % self._config.checkpoint_steps == 0
            if telling or saving:
                self._now.take(float(loss_sum), int(right_sum), self._config.lr)
            if telling:
                told = time.monotonic()
                yield pace.after(index + 1, float(loss))
            if saving:
                self._save()
        self._now.take(float(loss_sum), int(right_sum), self._config.lr)
        return (self._steps - first) * self._batch / max(time.monotonic() - begun, 1e-9)

    def _own(self, chosen: Tensor) -> list[Part]:
        """Return this process's parts of a batch, on the device."""
        ghosts, frames = self._config.ghost_batches, self._frames
        first = self._placement.ranks.number * ghosts
        parts = chosen.tensor_split(self._parts)[first : first + ghosts]
        return [Part(frames.train.at(part), frames.train_labels[part].to(self._placement.device)) for part in parts]

    def _held_out_evidence(self, has_maps: bool) -> Generator[Event, None, Evidence]:
        """Return what the network gives for the held-out frames at full size; one without maps gives logits alone."""
        kinds = 3 if has_maps else 1
        take = evidence_rows if has_maps else attrgetter("logits")
        rows = yield from self._held_out_rows("finishing", self._config.size, nullcontext, take, kinds)
        if not has_maps:
            return Evidence.of_logits(rows)
        logits, peaks, spreads = np.split(rows, kinds, axis=1)
        return Evidence(logits, peaks, spreads, self._held_out_colour())

    def _held_out_colour(self) -> NDArray[np.float64]:
        """Return how coloured each held-out frame is, (N,)."""
        held_out, batch = self._frames.held_out, self._batch
        parts = [held_out[first : first + batch].cpu().numpy() for first in range(0, len(held_out), batch)]
        return np.concatenate([vivid_shares(part) for part in parts])

    def _held_out_rows(
        self,
        phase: Literal["validating", "finishing"],
        side: int,
        autocast: Callable[[], Any],
        take: Callable[[Any], Tensor] = attrgetter("logits"),
        kinds: int = 1,
    ) -> Generator[Event, None, NDArray[np.float32]]:
        """Return what is taken from the network's output for every held-out frame, (N, kinds · K)."""
        ranks, told, held_out = self._placement.ranks, time.monotonic(), self._frames.held_out
        own = ranks.part(torch.arange(len(held_out))).tolist()
        found = [torch.zeros((0, kinds * len(self._frames.classes)), device=self._placement.device)]
        part = held_out.between(own[0], own[-1] + 1) if own else held_out.between(0, 0)
        for rows in predict(self._engine.judged, part, self._scale, self._batch, autocast, side, take):
            found.append(rows)
            if ranks.count == 1 and time.monotonic() - told >= TELL_S:
                told = time.monotonic()
                done = sum(map(len, found))
                yield Progress(phase=phase, done=done, total=len(held_out), epoch=self._now.epoch)
        return np.asarray(ranks.gathered(torch.cat(found)).cpu().numpy(), dtype=np.float32)

    def _judged(self, logits: NDArray[np.float32], begun: float, rate: float) -> EpochDone:
        """Take the held-out frames' logits: keep the weights if they are the best, and return how the epoch went."""
        labels = self._frames.held_out_labels
        planes = labels != NO_PLANE
        loss = negative_log_likelihood(logits[planes], labels[planes], 1.0)
        refuse_infinite(loss, self._now.epoch, self._config.lr)
        metrics = measure(logits, labels, self._frames.classes)
        value = metrics.top1 if self._config.choice == "choice_on_test" else metrics.macro_f1
        # An epoch at full size is better than any at a smaller one, since the model will see full frames.
        value += self._engine.side == self._config.size
        best = value > self._now.best_value
        if best and self._run.leads:
            self._checkpoints.save_best(Checkpoint(self._engine.judged_tensors(), {"epoch": self._now.epoch}))
        if best:
            self._now.best_value, self._now.best_epoch = value, self._now.epoch
        train_loss = self._now.loss_sum / self._steps
        self._stop_early(train_loss)
        seconds = time.monotonic() - begun
        return EpochDone(
            epoch=self._now.epoch,
            epochs=self._config.epochs,
            lr=self._engine.rate_at(self._now.epoch + 1 - 1 / self._steps),
            train_loss=train_loss,
            train_top1=self._now.right_sum / max(self._steps * self._batch * self._share_of_planes(), 1),
            validation_loss=loss,
            top1=metrics.top1,
            macro_f1=metrics.macro_f1,
            kappa=metrics.kappa,
            best=best,
            seconds=seconds,
            rate=rate,
            eta_s=seconds * (self._config.epochs - self._now.epoch - 1),
            memory_mb=used_mib(self._placement.device),
        )

    def _stop_early(self, train_loss: float) -> None:
        rule = EarlyStop(self._config.stop_after, self._config.patience, self._now.stop_best, self._now.stop_stale)
        if rule.update(self._now.epoch, train_loss):
            self._now.reason = "early_stop"
        self._now.stop_best, self._now.stop_stale = rule.best, rule.stale

    def _restore(self, checkpoint: Checkpoint) -> Iterator[Event]:
        self._now = Standing(**checkpoint.state)
        self._engine.restore(checkpoint.tensors, self._now.engine)
        if self._now.parts != self._parts:
            yield Notice(
                level="warning",
                message=f"Batches were normalised in {self._now.parts} parts; from now on in {self._parts}.",
                advice="The run differs from an uninterrupted one; --ghost-batches times processes tells the parts.",
            )

    def _save(self) -> None:
        if not self._run.leads:
            return
        self._now.engine, self._now.parts = self._engine.numbers(), self._parts
        self._now.log = self._run.log_length
        self._checkpoints.save(self._now.step, Checkpoint(self._engine.tensors(), asdict(self._now)))
        self._saved_at = time.monotonic()

    def _refuse_disagreement(self) -> None:
        if not self._engine.agrees():
            raise RunError(
                "The processes of the run no longer have the same weights, which a faulty device or link may cause.",
                "Go on with --resume from the last checkpoint, on other computers.",
            )

    def _started(self) -> RunStarted:
        frames = self._frames
        return RunStarted(
            resumed_at=self._now.epoch if self._resumes else None,
            epochs=self._config.epochs,
            classes=frames.classes,
            train_frames=sum(frames.counts),
            none_frames=len(frames.train) - sum(frames.counts),
            validation_frames=len(frames.held_out),
            split_by=frames.split_by,
            parameters=count_parameters(self._engine.network),
            device=self._placement.name,
            precision=self._placement.precision,
            compiled=self._placement.compiled,
            threads=self._placement.threads,
        )

    def _share_of_planes(self) -> float:
        return sum(self._frames.counts) / len(self._frames.train)
