"""What a search will take, from a few steps of a network that is thrown away, so that nobody finds out after hours."""

import time
from collections.abc import Callable, Generator
from typing import Final

import torch

from nas.config.search import SearchConfig
from nas.errors import RunError
from nas.events import Estimate, Event, Progress
from nas.learning.device import Placement, memory_errors
from nas.learning.memory import Growth, free_mib
from nas.search.engine import SearchEngine
from nas.search.epochs import Epochs
from nas.search.halves import Halves

_FEW, _MORE = 2, 8  # frames of the two steps from which memory is told
_LONGEST_S: Final = 30.0  # a step that would take longer is not timed, but reckoned from the one before
_SAFE: Final = 0.8  # of the free memory that an advised batch may take
_STEPS: Final = 4


def estimate(
    build: Callable[[], SearchEngine], halves: Halves, epochs: Epochs, config: SearchConfig, placement: Placement
) -> Generator[Event, None, Estimate]:
    """Take a few steps; yields progress, returns what they tell.

    Parameters
    ----------
    build
        Makes an engine, which learns here and is thrown away.
    halves, epochs
        What the search learns from, and in which batches.
    config
        The run's config.
    placement
        Where it computes; several processes take the steps together, and each tells of its own part of a batch.

    Raises
    ------
    RunError
        The memory does not suffice; the advice names batch and memory mode that fit.
    """
    batch = max(len(epochs.training(0)[0]), len(epochs.validation(0)[0]))
    device, ranks, parts = placement.device, placement.ranks, placement.ranks.count * config.ghost_batches
    free = free_mib(device)
    with memory_errors(batch, lambda: memory_advice(config, batch)), Growth(device) as growth:
        steps = _Steps(build(), halves, epochs, device)
        few, more = min(_FEW * parts, batch), min(_MORE * parts, batch)
        steps.seconds(few)
        of_few = growth.mib
        yield Progress(phase="timing", done=1, total=_STEPS)
        steps.seconds(more)
        yield Progress(phase="timing", done=2, total=_STEPS)
        sample = (growth.mib - of_few) / (more - few) if more > few else growth.mib / more
        needed = of_few + sample * (batch - few)
        if needed > free:
            raise RunError(
                f"The search needs about {needed:.0f} MiB at batch {batch}, and {free:.0f} MiB are free.",
                memory_advice(config, batch, sample, free),
            )
        # The first step of a size also asks the system for memory; one decision for all processes.
        a_step = ranks.shared(steps.seconds(more) * batch / more)
        in_warmup = a_step / 2
        if a_step <= _LONGEST_S:
            steps.seconds(batch)
            needed = growth.mib
            a_step = steps.seconds(batch)
            in_warmup = steps.seconds(batch, learns_lambda=False) if config.warmup_epochs else 0.0
        yield Progress(phase="timing", done=3, total=_STEPS)
        judged = steps.judging_seconds()
        yield Progress(phase="timing", done=_STEPS, total=_STEPS)
    epoch = a_step * epochs.steps + judged
    warmup = in_warmup * epochs.steps + judged
    return Estimate(
        epoch_s=epoch,
        total_s=warmup * config.warmup_epochs + epoch * (config.epochs - config.warmup_epochs),
        sample_mib=sample,
        batch=batch,
        batch_mib=needed,
        free_mib=free,
    )


def memory_advice(config: SearchConfig, batch: int, sample: float = 0.0, free: float = 0.0) -> str:
    """Return the batch and the mode that fit.

    Parameters
    ----------
    config
        The run's config.
    batch
        What did not fit (frames).
    sample, free
        Memory of a frame and free memory (MiB); 0 where not known.
    """
    fitting = int(_SAFE * free / sample) if sample > 0 else batch // 2
    fitting = max(min(fitting, batch - 1), 2)
    if config.memory == "exact":
        return f"Start a new run with --memory lean, which takes a fraction, or with --batch {fitting}."
    if config.partial == 1:
        return f"Start a new run with --batch {fitting}, or with --partial 4, which is another algorithm."
    return f"Start a new run with --batch {fitting}, or with fewer --channels."


class _Steps:
    """Takes and times single steps."""

    def __init__(self, engine: SearchEngine, halves: Halves, epochs: Epochs, device: torch.device) -> None:
        self._engine = engine
        self._halves = halves
        self._epochs = epochs
        self._device = device

    def seconds(self, frames: int, learns_lambda: bool = True) -> float:
        """Return the time of a step on so many frames of each half (s)."""
        training = self._halves.train.at(self._epochs.training(0)[0][:frames])
        validation = self._halves.validation.at(self._epochs.validation(0)[0][:frames])
        return self._timed(lambda: self._engine.step(training, validation, 0.0, 0, learns_lambda))

    def judging_seconds(self) -> float:
        """Return the time that judging D_val takes (s), from one batch of it."""
        parts = self._epochs.judging()
        drawn = self._halves.validation.at(parts[0])
        return self._timed(lambda: self._engine.judge(drawn)) * len(parts)

    def _timed(self, action: Callable[[], object]) -> float:
        begun = time.perf_counter()
        action()
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        return time.perf_counter() - begun
