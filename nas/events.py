"""What a run says while it goes on: one union of records for the command line, the run folder and a window."""

import time
from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

TELL_S: Final = 0.5  # progress is told at most this often


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")

    time: float = Field(default_factory=time.time, description="When it was said (s since 1970, UTC).")


class RunStarted(_Record):
    """The run knows its data, its network and its device."""

    type: Literal["run_started"] = "run_started"
    kind: Literal["train"] = "train"
    resumed_at: int | None = Field(None, description="Epoch taken up again, counted from 0; null for a new run.")
    epochs: int
    classes: tuple[str, ...]
    train_frames: int
    none_frames: int = Field(description="Frames of none among the training frames.")
    validation_frames: int
    split_by: str
    parameters: int
    device: str
    precision: str
    compiled: bool
    threads: int


class Progress(_Record):
    """How far one phase has come; a place to stop."""

    type: Literal["progress"] = "progress"
    phase: Literal["reading", "training", "validating", "finishing", "timing"]
    done: int
    total: int
    epoch: int | None = None
    loss: float | None = None
    rate: float | None = Field(None, description="Frames a second.")
    eta_s: float | None = Field(None, description="Estimated time to the end of the run (s).")


class EpochDone(_Record):
    """One epoch, trained and looked at on the held-out frames."""

    type: Literal["epoch_done"] = "epoch_done"
    epoch: int = Field(description="Counted from 0.")
    epochs: int
    lr: float
    train_loss: float
    train_top1: float
    validation_loss: float
    top1: float
    macro_f1: float
    kappa: float
    best: bool = Field(description="The best epoch so far, by the rule of choice.")
    seconds: float
    rate: float = Field(description="Training frames a second.")
    eta_s: float
    memory_mb: float = Field(description="Memory of the process; on a GPU the highest so far there (MiB).")


class Notice(_Record):
    """Something a person should know; the run goes on."""

    type: Literal["notice"] = "notice"
    level: Literal["note", "warning"]
    message: str
    advice: str = ""


class RunStopped(_Record):
    """The run was stopped on request; its state is kept."""

    type: Literal["run_stopped"] = "run_stopped"
    epoch: int | None = Field(None, description="The epoch under way, counted from 0; null before the first.")


class RunFailed(_Record):
    """The run cannot go on; what was saved stays."""

    type: Literal["run_failed"] = "run_failed"
    message: str
    advice: str


class RunFinished(_Record):
    """The run is complete: the model folder is written."""

    type: Literal["run_finished"] = "run_finished"
    reason: Literal["epochs", "early_stop", "time"]
    best_epoch: int
    epochs_done: int
    seconds: float
    top1: float
    macro_f1: float
    kappa: float
    ece: float
    temperature: float
    none_threshold: float


class ModelStarted(_Record):
    """One training run of a comparison begins, or is taken up again."""

    type: Literal["model_started"] = "model_started"
    model: str
    seed: int
    number: int = Field(description="Of the run among all of the comparison, counted from 1.")
    total: int


class ModelJudged(_Record):
    """One training run of a comparison is done and judged on the test frames, which it never saw."""

    type: Literal["model_judged"] = "model_judged"
    model: str
    seed: int
    top1: float
    macro_f1: float
    kappa: float


class CompareDone(_Record):
    """The comparison is complete: its report is written."""

    type: Literal["compare_done"] = "compare_done"
    best: str = Field(description="The model of highest top-1, mean over seeds.")
    verdict: str = Field(description="Who wins and by how much, or that nothing is settled, in one sentence.")
    runs: int
    failed: int


Event = Annotated[
    RunStarted
    | Progress
    | EpochDone
    | Notice
    | RunStopped
    | RunFailed
    | RunFinished
    | ModelStarted
    | ModelJudged
    | CompareDone,
    Field(discriminator="type"),
]
_ADAPTER: TypeAdapter[Event] = TypeAdapter(Event)


def to_line(event: Event) -> str:
    """Return an event as one line of JSON."""
    return event.model_dump_json()


def from_line(line: str | bytes) -> Event:
    """Return the event of one line of JSON.

    Raises
    ------
    ValueError
        The line is no event.
    """
    return _ADAPTER.validate_json(line)


def read_events(lines: Iterator[str]) -> Iterator[Event]:
    """Yield the events of a log; a line cut by a power failure is passed over."""
    for line in lines:
        if not line.strip():
            continue
        try:
            yield from_line(line)
        except ValidationError:
            continue
