"""Algorithm 2 as a generator of events: each yield is progress and a place to stop, and closing it writes a checkpoint."""

import math
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import psutil
import torch
from numpy.typing import NDArray
from torch import Tensor

from nas.calibration import fit_none_threshold, fit_temperature, negative_log_likelihood, softmax
from nas.checkpoint import Checkpoint, CheckpointFolder
from nas.config import TrainConfig
from nas.data.augment import Scale
from nas.data.store import fingerprint
from nas.errors import RunError
from nas.evaluate.metrics import Metrics, measure
from nas.events import EpochDone, Event, Notice, Progress, RunFinished, RunStarted
from nas.learning.device import Placement, place
from nas.learning.loss import NO_PLANE
from nas.learning.prediction import predict
from nas.learning.schedule import EarlyStop
from nas.model import save_model
from nas.model_config import ModelConfig
from nas.rundir import RunFolder
from nas.space.network import count_parameters
from nas.space.network_config import NetworkConfig
from nas.train.card import model_card
from nas.train.engine import Engine, seed_of
from nas.train.frames import Frames, preprocess_spec, read_frames, usable
from nas.train.record import TrainRecord, chosen_genotype, read_record, refuse_other_data, resumed_config

_TELL_S: Final = 0.5
_MEBIBYTE: Final = 2**20


@dataclass(slots=True)
class _Progress:
    """Where the run stands; with the engine's tensors, all that resume needs."""

    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    right_sum: int = 0
    best_value: float = -math.inf
    best_epoch: int = -1
    stop_best: float = math.inf
    stop_stale: int = 0
    seconds: float = 0.0
    finished: bool = False
    reason: str = ""
    engine: dict[str, Any] = field(default_factory=dict)


def train(root: Path, run: RunFolder, config: TrainConfig, changes: dict[str, Any] | None = None) -> Iterator[Event]:
    """Train a network (Algorithm 2 of the paper) and write its model folder.

    Parameters
    ----------
    root
        The data-set folder.
    run
        The run's folder, entered; where it resumes, the run goes on exactly where its last whole checkpoint stands.
    config
        The run's config; a run that resumes has its own.
    changes
        Fields to change where the run resumes: limits, device and the like.

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
    spec = preprocess_spec(config)
    key = fingerprint(data, spec)
    if run.resume:
        refuse_other_data(record, data.classes, key)
    else:
        record = TrainRecord(
            config=config, genotype=genotype, classes=data.classes, images=len(data.images), data_fingerprint=key
        )
        run.write_json(run.config_file, record.model_dump(mode="json"))
        run.write_json(run.path / "genotype.json", record.genotype.model_dump(mode="json"))
    placement = place(config.device, config.precision, config.compile, config.threads)
    frames = yield from read_frames(data, config, run.store, placement.threads, placement.device)
    yield from _Training(record, config, frames, run, placement).events()


class _Training:
    def __init__(
        self, record: TrainRecord, config: TrainConfig, frames: Frames, run: RunFolder, placement: Placement
    ) -> None:
        self._config = config
        self._frames = frames
        self._run = run
        self._placement = placement
        self._spec = preprocess_spec(config)
        self._scale = Scale.of(self._spec, placement.device)
        self._plan = NetworkConfig(
            genotype=record.genotype,
            blocks=config.blocks,
            channels=config.channels,
            reduce_at=config.reduce_at,
            classes=len(frames.classes),
            input_channels=self._spec.channels,
            size=config.size,
        )
        self._engine = Engine(config, self._plan, frames.counts, self._scale, placement)
        self._checkpoints = CheckpointFolder(run.checkpoints)
        self._now = _Progress()
        self._saved_at = time.monotonic()
        self._batch = min(config.batch, len(frames.train))
        self._steps = len(frames.train) // self._batch

    def events(self) -> Iterator[Event]:
        resumed_at = None
        if self._run.resume:
            yield from self._restore()
            resumed_at = self._now.epoch
        yield self._started(resumed_at)
        if self._now.finished:
            yield Notice(level="note", message="The run is complete already; its model is written anew.")
        else:
            try:
                yield from self._epochs()
            except GeneratorExit:
                self._save()
                raise
        yield from self._finish()

    def _epochs(self) -> Iterator[Event]:
        limit = self._config.epochs
        while not self._now.finished:
            begun = time.monotonic()
            rate = yield from self._learn(begun)
            done = yield from self._judge(begun, rate)
            self._now.seconds += time.monotonic() - begun
            self._now.epoch += 1
            self._now.loss_sum, self._now.right_sum = 0.0, 0
            if not self._now.finished and self._now.epoch >= limit:
                self._now.finished, self._now.reason = True, "epochs"
            if not self._now.finished and 0 < self._config.minutes * 60 <= self._now.seconds:
                self._now.finished, self._now.reason = True, "time"
            self._save()
            yield done

    def _learn(self, begun: float) -> Generator[Event, None, float]:
        """Learn from every batch of the epoch that is still to come; return the frames a second."""
        epoch, frames = self._now.epoch, self._frames
        order = _order(len(frames.train), seed_of(self._config.seed, "order", epoch)).to(self._placement.device)
        self._engine.begin_epoch(epoch)
        loss_sum = torch.tensor(self._now.loss_sum, dtype=torch.float64, device=self._placement.device)
        right_sum = torch.tensor(self._now.right_sum, device=self._placement.device)
        told, first = time.monotonic(), self._now.step - epoch * self._steps
        for place_in_epoch in range(first, self._steps):
            chosen = order[place_in_epoch * self._batch : (place_in_epoch + 1) * self._batch]
            loss, right = self._engine.step(
                frames.train[chosen], frames.train_labels[chosen], epoch + place_in_epoch / self._steps, self._now.step
            )
            loss_sum += loss
            right_sum += right
            self._now.step += 1
            if time.monotonic() - told >= _TELL_S:
                self._take_sums(loss_sum, right_sum)
                told = time.monotonic()
                yield self._progress(place_in_epoch + 1, first, begun, float(loss))
                if told - self._saved_at >= self._config.checkpoint_seconds and place_in_epoch + 1 < self._steps:
                    self._save()
        self._take_sums(loss_sum, right_sum)
        return (self._steps - first) * self._batch / max(time.monotonic() - begun, 1e-9)

    def _take_sums(self, loss_sum: Tensor, right_sum: Tensor) -> None:
        self._now.loss_sum, self._now.right_sum = float(loss_sum), int(right_sum)
        if not math.isfinite(self._now.loss_sum):
            raise RunError(
                f"The loss is no longer a number in epoch {self._now.epoch + 1}.",
                "Start a new run with a lower --lr; the state before it is kept in this folder.",
            )

    def _judge(self, begun: float, rate: float) -> Generator[Event, None, EpochDone]:
        """Look at the held-out frames, keep the weights if they are the best, return how the epoch went."""
        logits = yield from self._held_out_logits("validating")
        metrics = measure(logits, self._frames.held_out_labels, self._frames.classes)
        planes = self._frames.held_out_labels != NO_PLANE
        loss = negative_log_likelihood(logits[planes], self._frames.held_out_labels[planes], 1.0)
        if not math.isfinite(loss):
            raise RunError(
                f"The network gives no numbers any more in epoch {self._now.epoch + 1}.",
                "Start a new run with a lower --lr; the state before it is kept in this folder.",
            )
        value = metrics.top1 if self._config.choice == "choice_on_test" else metrics.macro_f1
        best = value > self._now.best_value
        if best:
            self._checkpoints.save_best(Checkpoint(self._engine.judged_tensors(), {"epoch": self._now.epoch}))
            self._now.best_value, self._now.best_epoch = value, self._now.epoch
        train_loss = self._now.loss_sum / self._steps
        rule = EarlyStop(self._config.stop_after, self._config.patience, self._now.stop_best, self._now.stop_stale)
        if rule.update(self._now.epoch, train_loss):
            self._now.finished, self._now.reason = True, "early_stop"
        self._now.stop_best, self._now.stop_stale = rule.best, rule.stale
        seconds = time.monotonic() - begun
        return EpochDone(
            epoch=self._now.epoch,
            epochs=self._config.epochs,
            lr=self._engine.rate_at(self._now.epoch),
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
            memory_mb=self._memory(),
        )

    def _held_out_logits(
        self, phase: Literal["validating", "finishing"]
    ) -> Generator[Event, None, NDArray[np.float32]]:
        found: list[Tensor] = []
        held_out, told, done = self._frames.held_out, time.monotonic(), 0
        for logits in predict(
            self._engine.judged, held_out, self._scale, self._batch, self._placement.fabric.autocast
        ):
            found.append(logits)
            done += len(logits)
            if time.monotonic() - told >= _TELL_S:
                told = time.monotonic()
                yield Progress(phase=phase, done=done, total=len(held_out), epoch=self._now.epoch)
        return torch.cat(found).cpu().numpy()

    def _finish(self) -> Iterator[Event]:
        """Take the best weights, fit temperature and threshold, write the model folder and metrics.json."""
        best = self._checkpoints.best()
        if best is None:
            raise RunError("The best weights of the run are damaged.", "Train anew in another folder.")
        network = self._engine.judged
        network.load_state_dict(best.tensors)
        logits = yield from self._held_out_logits("finishing")
        model, metrics = self._calibrated(logits)
        epochs = self._now.epoch
        save_model(self._run.model, model, network, model_card(model, self._config, self._frames, metrics, epochs))
        self._run.write_json(self._run.path / "metrics.json", metrics.model_dump(mode="json"))
        yield RunFinished(
            reason=self._now.reason,
            best_epoch=self._now.best_epoch,
            epochs_done=epochs,
            seconds=self._now.seconds,
            top1=metrics.top1,
            macro_f1=metrics.macro_f1,
            kappa=metrics.kappa,
            ece=metrics.ece,
            temperature=model.temperature,
            none_threshold=model.none_threshold,
        )

    def _calibrated(self, logits: NDArray[np.float32]) -> tuple[ModelConfig, Metrics]:
        frames, labels = self._frames, self._frames.held_out_labels
        planes = labels != NO_PLANE
        temperature = fit_temperature(logits[planes], labels[planes])
        certainty = softmax(logits, temperature).max(axis=1)
        threshold = fit_none_threshold(certainty[planes], certainty[~planes])
        metrics = measure(logits, labels, frames.classes, temperature, threshold.value, frames.held_out_subjects)
        simulated = self._config.trained_on == "simulated"
        figures = {"top1": metrics.top1, "macro_f1": metrics.macro_f1, "kappa": metrics.kappa, "ece": metrics.ece}
        model = ModelConfig(
            name=self._config.name,
            network=self._plan,
            classes=frames.classes,
            preprocess=self._spec,
            temperature=temperature,
            none_threshold=threshold.value,
            trained_on="simulated scan" if simulated else "clinical frames",
            simulated_only=simulated,
            figures={name: round(value, 6) for name, value in figures.items()},
        )
        return model, metrics

    def _restore(self) -> Iterator[Event]:
        checkpoint, damaged = self._checkpoints.newest()
        if damaged:
            message = f"{len(damaged)} damaged checkpoint(s) passed over; the run goes on from the one before."
            yield Notice(level="warning", message=message)
        if checkpoint is not None:
            self._now = _Progress(**checkpoint.state)
            self._engine.restore(checkpoint.tensors, self._now.engine)
        if self._now.reason == "epochs" and self._now.epoch < self._config.epochs:
            self._now.finished, self._now.reason = False, ""

    def _save(self) -> None:
        self._now.engine = self._engine.numbers()
        self._checkpoints.save(self._now.step, Checkpoint(self._engine.tensors(), asdict(self._now)))
        self._saved_at = time.monotonic()

    def _started(self, resumed_at: int | None) -> RunStarted:
        frames = self._frames
        return RunStarted(
            resumed_at=resumed_at,
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
        elapsed = max(time.monotonic() - begun, 1e-9)
        a_step = elapsed / (done - first)
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

    def _memory(self) -> float:
        if self._placement.device.type == "cuda":
            return torch.cuda.max_memory_allocated(self._placement.device) / _MEBIBYTE
        return float(psutil.Process().memory_info().rss) / _MEBIBYTE


def _order(count: int, seed: int) -> Tensor:
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed))
