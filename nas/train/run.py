"""Algorithm 2 as a generator of events: each yield is progress and a place to stop; closing writes a checkpoint."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nas.calibration import negative_log_likelihood
from nas.checkpoint import Checkpoint, CheckpointFolder
from nas.config.train import TrainConfig
from nas.data.augment import Scale
from nas.data.folder import DataSet
from nas.evaluate.metrics import measure
from nas.events import TELL_S, EpochDone, Event, Notice, Progress, RunStarted
from nas.learning.device import Placement, memory_errors, place
from nas.learning.loss import NO_PLANE, refuse_infinite
from nas.learning.memory import used_mib
from nas.learning.prediction import predict
from nas.learning.reading import usable
from nas.learning.resuming import refuse_other_set
from nas.learning.schedule import EarlyStop
from nas.learning.seeds import seed_of, shuffled
from nas.rundir import RunFolder
from nas.space.network import count_parameters
from nas.train.engine import Engine
from nas.train.finish import finish
from nas.train.frames import Frames, preprocess_spec, read_frames
from nas.train.network import built, network_plan
from nas.train.progress import Standing
from nas.train.record import TrainRecord, chosen_genotype, read_record, resumed_config


def train(
    root: Path | DataSet,
    run: RunFolder,
    config: TrainConfig,
    changes: dict[str, Any] | None = None,
    baseline: str = "",
    store: Path | None = None,
) -> Iterator[Event]:
    """Train a network (Algorithm 2 of the paper) and write its model folder.

    Parameters
    ----------
    root
        The data-set folder, or the part of one to train on.
    run
        The run's folder, entered; where it resumes, the run goes on exactly where its last whole checkpoint stands.
    config
        The run's config; a run that resumes has its own.
    changes
        Fields to change where the run resumes: limits, device and the like.
    baseline
        torchvision's name of a network to train in place of the UIAC network; a run that resumes has its own.
    store
        Folder of the decoded frames, where runs share one; the run's own where None.

    Yields
    ------
    Event
        At least every half second or every step, whichever is longer. Closing the generator writes a checkpoint.

    Raises
    ------
    NasError
        The data cannot be trained on, the run cannot be resumed, the loss is no number any more, the disk is full.
    """
    if run.resume:
        record = read_record(run)
        config = resumed_config(record, changes or {})
    else:
        config, genotype = chosen_genotype(config)
    data = usable(root)
    if run.resume:
        refuse_other_set(record.classes, data.classes, same_images=True)
    else:
        record = TrainRecord(
            config=config,
            genotype=genotype,
            baseline=baseline,
            classes=data.classes,
            images=len(data.images),
        )
        run.write_json(run.config_file, record.model_dump(mode="json"))
        run.write_json(run.path / "genotype.json", record.genotype.model_dump(mode="json"))
    placement = place(config.device, config.precision, config.compile, config.threads)
    frames = yield from read_frames(data, config, store or run.store, placement.threads, placement.device)
    refuse_other_set(record.classes, data.classes, record.data_fingerprint in ("", frames.fingerprint))
    if not record.data_fingerprint:
        record = record.model_copy(update={"data_fingerprint": frames.fingerprint})
        run.write_json(run.config_file, record.model_dump(mode="json"))
    yield from Training(record, config, frames, run, placement).events()


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
    """

    def __init__(
        self, record: TrainRecord, config: TrainConfig, frames: Frames, run: RunFolder, placement: Placement
    ) -> None:
        self._config = config
        self._frames = frames
        self._run = run
        self._placement = placement
        self._scale = Scale.of(preprocess_spec(config), placement.device)
        self._plan = network_plan(record, config)
        self._engine = Engine(
            config, lambda: built(self._plan, config, record.baseline), frames.counts, self._scale, placement
        )
        self._checkpoints = CheckpointFolder(run.checkpoints)
        self._now = Standing()
        self._saved_at = time.monotonic()
        self._batch = min(config.batch, len(frames.train))
        self._steps = len(frames.train) // self._batch

    def events(self) -> Iterator[Event]:
        """Yield the events of the run from where it stands to its model folder."""
        if self._run.resume:
            yield from self._restore()
        self._now.end_by_limits(self._config.epochs, self._config.minutes)
        yield self._started()
        try:
            yield from self._epochs()
        except GeneratorExit:
            self._save()
            raise
        network, logits = self._engine.judged, None
        best = self._checkpoints.best()
        if best is not None:
            network.load_state_dict(best.tensors)
            logits = yield from self._held_out_logits("finishing", self._config.size, nullcontext)
        yield finish(self._run, self._config, self._plan, self._frames, network, logits, self._now)

    def _epochs(self) -> Iterator[Event]:
        while not self._now.reason:
            begun = time.monotonic()
            rate = yield from self._learn(begun)
            autocast = self._placement.fabric.autocast
            logits = yield from self._held_out_logits("validating", self._engine.side, autocast)
            done = self._judged(logits, begun, rate)
            self._now.end_epoch(done.seconds)
            self._now.end_by_limits(self._config.epochs, self._config.minutes)
            self._save()
            yield done

    def _learn(self, begun: float) -> Generator[Event, None, float]:
        """Learn from every batch of the epoch that is still to come; return the frames a second."""
        epoch, frames, device = self._now.epoch, self._frames, self._placement.device
        order = shuffled(len(frames.train), seed_of(self._config.seed, "order", epoch))
        self._engine.begin_epoch(epoch)
        loss_sum = torch.tensor(self._now.loss_sum, dtype=torch.float64, device=device)
        right_sum = torch.tensor(self._now.right_sum, device=device)
        told, first = time.monotonic(), self._now.step - epoch * self._steps
        for index in range(first, self._steps):
            chosen = order[index * self._batch : (index + 1) * self._batch]
            with memory_errors(self._batch):
                loss, right = self._engine.step(
                    frames.train.at(chosen),
                    frames.train_labels[chosen].to(device),
                    epoch + index / self._steps,
                    self._now.step,
                )
            loss_sum += loss
            right_sum += right
            self._now.step += 1
            if time.monotonic() - told >= TELL_S:
                told = time.monotonic()
                self._now.take(float(loss_sum), int(right_sum), self._config.lr)
                yield self._progress(index + 1, first, begun, float(loss))
                if told - self._saved_at >= self._config.checkpoint_seconds:
                    self._save()
        self._now.take(float(loss_sum), int(right_sum), self._config.lr)
        return (self._steps - first) * self._batch / max(time.monotonic() - begun, 1e-9)

    def _held_out_logits(
        self, phase: Literal["validating", "finishing"], side: int, autocast: Callable[[], Any]
    ) -> Generator[Event, None, NDArray[np.float32]]:
        found: list[Tensor] = []
        held_out, told, done = self._frames.held_out, time.monotonic(), 0
        for logits in predict(self._engine.judged, held_out, self._scale, self._batch, autocast, side):
            found.append(logits)
            done += len(logits)
            if time.monotonic() - told >= TELL_S:
                told = time.monotonic()
                yield Progress(phase=phase, done=done, total=len(held_out), epoch=self._now.epoch)
        return np.asarray(torch.cat(found).cpu().numpy(), dtype=np.float32)

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
        if best:
            self._checkpoints.save_best(Checkpoint(self._engine.judged_tensors(), {"epoch": self._now.epoch}))
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

    def _restore(self) -> Iterator[Event]:
        checkpoint, damaged = self._checkpoints.newest()
        if damaged:
            where = "from the one before" if checkpoint is not None else "from the start"
            yield Notice(
                level="warning",
                message=f"Damaged checkpoints are passed over ({len(damaged)}); the run goes on {where}.",
            )
        if checkpoint is not None:
            self._now = Standing(**checkpoint.state)
            self._engine.restore(checkpoint.tensors, self._now.engine)

    def _save(self) -> None:
        self._now.engine = self._engine.numbers()
        self._checkpoints.save(self._now.step, Checkpoint(self._engine.tensors(), asdict(self._now)))
        self._saved_at = time.monotonic()

    def _started(self) -> RunStarted:
        frames = self._frames
        return RunStarted(
            resumed_at=self._now.epoch if self._run.resume else None,
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

    def _progress(self, done: int, first: int, begun: float, loss: float) -> Progress:
        a_step = max(time.monotonic() - begun, 1e-9) / (done - first)
        left = (self._steps - done) + (self._config.epochs - self._now.epoch - 1) * self._steps
        return Progress(
            phase="training",
            done=done,
            total=self._steps,
            epoch=self._now.epoch,
            loss=loss,
            rate=self._batch / a_step,
            eta_s=left * a_step,
        )

    def _share_of_planes(self) -> float:
        return sum(self._frames.counts) / len(self._frames.train)
