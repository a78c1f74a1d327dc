"""What a run says while it goes on: one union of records for the command line, the run folder and a window."""

import time
from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from nas.genotype import Genotype

TELL_S: Final = 0.5  # progress is told at most this often


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")

    time: float = Field(default_factory=time.time, description="When it was said (s since 1970, UTC).")


class RunStarted(_Record):
    """The run knows its data, its network and its device."""

    type: Literal["run_started"] = "run_started"
    kind: Literal["train", "search"] = "train"
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
    phase: Literal["reading", "training", "validating", "finishing", "drawing", "timing", "searching"]
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


class Estimate(_Record):
    """What a search will take, from a few timed steps before it starts."""

    type: Literal["estimate"] = "estimate"
    epoch_s: float = Field(description="Time of one epoch, judging included (s).")
    total_s: float = Field(description="Time of all epochs (s).")
    sample_mib: float = Field(description="Memory that a frame of the batch takes while a step goes on (MiB).")
    batch: int
    batch_mib: float = Field(description="The same for the whole batch (MiB).")
    free_mib: float = Field(description="Memory that could still be taken (MiB).")


class EpochSearched(_Record):
    """One epoch of a search: what both halves said, and how the search network judges D_val after it."""

    type: Literal["epoch_searched"] = "epoch_searched"
    epoch: int = Field(description="Counted from 0.")
    epochs: int
    lr: float = Field(description="Of the weights, at the last step.")
    train_loss: float = Field(description="On D_train, before each step of the weights.")
    train_top1: float
    lambda_loss: float | None = Field(description="On D_val, before each step of lambda; null in warm-up.")
    lambda_top1: float | None
    validation_loss: float = Field(description="On the whole of D_val after the epoch.")
    top1: float
    best: bool = Field(description="The best top-1 so far among the epochs that may be chosen.")
    seconds: float
    rate: float = Field(description="Frames of both halves a second.")
    eta_s: float
    memory_mb: float = Field(description="Memory of the process; on a GPU the highest so far there (MiB).")


class BlockCounts(BaseModel):
    """How many of a block's eight edges are of each family."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    skip: int
    pool: int
    convolution: int


class ArchitectureSnapshot(_Record):
    """Lambda after an epoch, and the blocks that it stands for."""

    type: Literal["architecture"] = "architecture"
    epoch: int = Field(description="Counted from 0.")
    normal: tuple[tuple[float, ...], ...] = Field(description="Lambda, 14 edges by 8 operations.")
    reduce: tuple[tuple[float, ...], ...]
    normal_edges: tuple[float, ...] | None = Field(None, description="Numbers of the 14 edges, where they are weighed.")
    reduce_edges: tuple[float, ...] | None = None
    normal_entropy: float = Field(description="Mean entropy of the edges' softmax; 1 undecided, 0 decided.")
    reduce_entropy: float
    genotype: Genotype
    normal_counts: BlockCounts
    reduce_counts: BlockCounts
    informative: bool = Field(description="False while lambda is all equal: the blocks then follow a rule of order.")
    skips_capped: int = Field(description="Skips that the cap replaced.")
    pools_capped: int = Field(0, description="Pools that the cap replaced.")
    stop: Literal["", "skips", "stable"] = Field("", description="The rule that ends the search here.")


class SearchFinished(_Record):
    """The search is complete: genotype.json is the chosen one."""

    type: Literal["search_finished"] = "search_finished"
    reason: Literal["epochs", "time", "skips", "stable"]
    best_epoch: int = Field(description="Epoch whose blocks are chosen, counted from 0.")
    epochs_done: int
    seconds: float
    top1: float = Field(description="Of the search network on D_val, on which lambda was fitted.")
    genotype: Genotype
    guards: tuple[str, ...] = Field(description="Guards that took effect.")
    warnings: tuple[str, ...] = Field(default=(), description="What is suspicious about the blocks.")
    parameters: int = Field(description="Of the UIAC network of 20 blocks and 32 channels with these blocks.")


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
    | Estimate
    | EpochSearched
    | ArchitectureSnapshot
    | SearchFinished
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
