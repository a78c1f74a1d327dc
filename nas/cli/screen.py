"""How a run looks on a terminal: a bar on stderr and one line an epoch, or JSON lines on stdout for other programs."""

from collections.abc import Callable, Generator
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from nas.durations import duration
from nas.events import (
    ArchitectureSnapshot,
    BlockCounts,
    CompareDone,
    EpochDone,
    EpochSearched,
    Estimate,
    Event,
    ModelJudged,
    ModelStarted,
    Notice,
    Progress,
    RunFinished,
    RunStarted,
    RunStopped,
    SearchFinished,
    to_line,
)

_Result = TypeVar("_Result")


class Screen:
    """Shows events; `as_lines` writes JSON lines to stdout instead of a bar. One that is not `lit` shows nothing."""

    def __init__(self, as_lines: bool, lit: bool = True) -> None:
        self._as_lines = as_lines
        self._lit = lit
        self._console = Console(stderr=True, highlight=False)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[said]}"),
        )
        hidden = as_lines or not lit or not self._console.is_terminal
        self._bar = Bar(*columns, console=self._console, transient=True, disable=hidden)
        self._task = self._bar.add_task("", total=None, said="", visible=False)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def follow(self, going: Generator[Event, None, _Result]) -> _Result:
        """Show every event of a generator to its end; return what it returns."""
        while True:
            try:
                self.show(next(going))
            except StopIteration as end:
                result: _Result = end.value
                return result

    def show(self, event: Event) -> None:
        """Show one event."""
        if not self._lit:
            return
        if self._as_lines:
            print(to_line(event), flush=True)
            return
        if isinstance(event, Progress):
            self._move(event)
        elif type(event) in _WORDS:
            self._say(_WORDS[type(event)](event))

    def _move(self, event: Progress) -> None:
        name = event.phase if event.epoch is None else f"epoch {event.epoch + 1} {event.phase}"
        said = "" if event.loss is None else f"loss {event.loss:.3f}"
        if event.rate is not None:
            said += f"  {event.rate:.0f} frames/s"
        if event.eta_s is not None:
            said += f"  about {duration(event.eta_s)} left"
        self._bar.update(self._task, description=name, completed=event.done, total=event.total, said=said, visible=True)

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)


def _started(event: RunStarted) -> str:
    start = "start" if event.resumed_at is None else f"on from epoch {event.resumed_at + 1}"
    return (
        f"{start}: {len(event.classes)} planes, {event.train_frames} frames to learn from"
        f" (+{event.none_frames} of none), {event.validation_frames} held out by {event.split_by};"
        f" {event.parameters / 1e6:.3f} M parameters, {event.device}, {event.precision}, {event.threads} threads"
    )


def _epoch(event: EpochDone) -> str:
    mark = " *" if event.best else ""
    return (
        f"epoch {event.epoch + 1}/{event.epochs}  loss {event.train_loss:.4f}"
        f"  held out: loss {event.validation_loss:.4f}  top-1 {100 * event.top1:.2f} %"
        f"  macro-F1 {100 * event.macro_f1:.2f} %  lr {event.lr:.5f}"
        f"  {event.rate:.0f} frames/s  {duration(event.seconds)}, about {duration(event.eta_s)} left{mark}"
    )


def _searched(event: EpochSearched) -> str:
    mark = " *" if event.best else ""
    of_lambda = "warm-up" if event.lambda_loss is None else f"lambda: loss {event.lambda_loss:.4f}"
    return (
        f"epoch {event.epoch + 1}/{event.epochs}  weights: loss {event.train_loss:.4f}"
        f"  top-1 {100 * event.train_top1:.2f} %  {of_lambda}  D_val: loss {event.validation_loss:.4f}"
        f"  top-1 {100 * event.top1:.2f} %  {event.rate:.0f} frames/s  {duration(event.seconds)},"
        f" about {duration(event.eta_s)} left{mark}"
    )


def _architecture(event: ArchitectureSnapshot) -> str:
    if not event.informative:
        return f"epoch {event.epoch + 1}: lambda prefers nothing yet"
    stop = f"; the search ends by the rule of {event.stop}" if event.stop else ""
    return (
        f"epoch {event.epoch + 1}: standard block {_families(event.normal_counts)}, reduction block"
        f" {_families(event.reduce_counts)}, undecided {100 * event.normal_entropy:.1f} %"
        f" and {100 * event.reduce_entropy:.1f} %{stop}"
    )


def _families(counts: BlockCounts) -> str:
    return f"{counts.convolution} convolutions, {counts.pool} pools, {counts.skip} skips"


def _estimate(event: Estimate) -> str:
    return (
        f"estimate: {duration(event.epoch_s)} an epoch, {duration(event.total_s)} in all;"
        f" {event.batch_mib:.0f} MiB at batch {event.batch} ({event.sample_mib:.1f} a frame),"
        f" {event.free_mib:.0f} MiB free"
    )


def _found(event: SearchFinished) -> str:
    guards = "; ".join(event.guards) or "none"
    warnings = "".join(f"\nwarning: {text}" for text in event.warnings)
    return (
        f"done ({event.reason}): blocks of epoch {event.best_epoch + 1} chosen, top-1 {100 * event.top1:.2f} % on"
        f" D_val, on which lambda was fitted; {event.parameters / 1e6:.3f} M parameters as a UIAC network of 20 blocks;"
        f" guards: {guards}{warnings}"
    )


def _finished(event: RunFinished) -> str:
    return (
        f"done ({event.reason.replace('_', ' ')}): epoch {event.best_epoch + 1} kept, top-1 {100 * event.top1:.2f} %,"
        f" macro-F1 {100 * event.macro_f1:.2f} %, kappa {100 * event.kappa:z.2f} %, calibration error"
        f" {100 * event.ece:.2f} %, temperature {event.temperature:.3f}, none below {event.none_threshold:.3f}"
    )


def _judged(event: ModelJudged) -> str:
    return (
        f"{event.model}, seed {event.seed}, on the test frames: top-1 {100 * event.top1:.2f} %,"
        f" macro-F1 {100 * event.macro_f1:.2f} %, kappa {100 * event.kappa:z.2f} %"
    )


def _notice(event: Notice) -> str:
    return f"{event.level}: {event.message}" + (f" {event.advice}" if event.advice else "")


def _model(event: ModelStarted) -> str:
    return f"run {event.number} of {event.total}: {event.model}, seed {event.seed}"


_WORDS: Final[dict[type, Callable[[Any], str]]] = {
    RunStarted: _started,
    EpochDone: _epoch,
    Estimate: _estimate,
    EpochSearched: _searched,
    ArchitectureSnapshot: _architecture,
    SearchFinished: _found,
    Notice: _notice,
    RunStopped: lambda _: "stopped; go on with --resume",
    RunFinished: _finished,
    ModelStarted: _model,
    ModelJudged: _judged,
    CompareDone: lambda event: event.verdict,
}
