"""The log of a run in plain lines, newest last; it stays where the reader scrolled it to."""

from datetime import UTC, datetime
from typing import Final

from PySide6.QtWidgets import QPlainTextEdit

from nas.durations import duration, memory
from nas.events import ArchitectureSnapshot, BlockCounts, EpochDone, EpochSearched, Event
from nas.wizard.look.record import Look
from nas.wizard.runs.story import RunStory

_MOST: Final = 5000


class RunLog(QPlainTextEdit):
    """Lines of a run."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("run_log")
        self.setAccessibleName("Log of the run")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setMaximumBlockCount(_MOST)
        self.setPlaceholderText("The run has told nothing yet.")
        self._lines: tuple[str, ...] = ()
        self.wear(look)

    def show_story(self, story: RunStory) -> None:
        """Show what a run has told; new lines are added, a run that was cut back is written anew."""
        lines = lines_of(story)
        if lines == self._lines:
            return
        if lines[: len(self._lines)] == self._lines:
            for line in lines[len(self._lines) :]:
                self.appendPlainText(line)
        else:
            self.setPlainText("\n".join(lines))
        self._lines = lines

    def wear(self, look: Look) -> None:
        """Take another look."""
        self.setFont(look.font(12, 400))


def lines_of(story: RunStory) -> tuple[str, ...]:
    """Return the lines of a run, in the order in which they were told."""
    found = ((event.time, _line(event)) for event in story.said)
    return tuple(f"{datetime.fromtimestamp(time, UTC).astimezone():%H:%M:%S}  {line}" for time, line in found if line)


def _line(event: Event) -> str:
    match event.type:
        case "notice":
            return f"{event.message} {event.advice}".strip()
        case "run_started":
            start = "start" if event.resumed_at is None else f"on from epoch {event.resumed_at + 1}"
            return (
                f"{start}: {len(event.classes)} planes, {event.train_frames} frames to learn from,"
                f" {event.validation_frames} held out by {event.split_by}; {event.parameters / 1e6:.2f} million"
                f" parameters, {event.device}, {event.precision}, {event.threads} CPU threads"
            )
        case "estimate":
            return (
                f"estimate: {duration(event.epoch_s)} an epoch, {duration(event.total_s)} in all,"
                f" {memory(event.batch_mib)} at batch {event.batch}"
            )
        case "run_stopped":
            return "stopped on request; the state is kept"
        case "run_failed":
            return f"{event.message} {event.advice}"
        case "search_finished":
            guards = f"; guards: {'; '.join(event.guards)}" if event.guards else ""
            return f"finished: the blocks of epoch {event.best_epoch + 1} are chosen{guards}"
        case "run_finished":
            return f"finished: epoch {event.best_epoch + 1} is kept"
    if isinstance(event, EpochSearched):
        return _searched(event)
    if isinstance(event, EpochDone):
        return _trained(event)
    return _blocks(event) if isinstance(event, ArchitectureSnapshot) else ""


def _searched(event: EpochSearched) -> str:
    of_lambda = f"{event.lambda_loss:.3f}" if event.lambda_loss is not None else "not yet"
    return (
        f"epoch {event.epoch + 1}: loss of weights {event.train_loss:.3f}, of lambda {of_lambda};"
        f" right on the blocks' half {100 * event.top1:.1f} %{', best so far' if event.best else ''};"
        f" {duration(event.seconds)}"
    )


def _trained(event: EpochDone) -> str:
    return (
        f"epoch {event.epoch + 1}: loss {event.train_loss:.3f}, held out {event.validation_loss:.3f};"
        f" right {100 * event.top1:.1f} %, macro-F1 {100 * event.macro_f1:.1f} %"
        f"{', best so far' if event.best else ''}; {duration(event.seconds)}"
    )


def _blocks(event: ArchitectureSnapshot) -> str:
    if not event.informative:
        return f"epoch {event.epoch + 1}: nothing preferred yet"
    return (
        f"epoch {event.epoch + 1}: standard block {_families(event.normal_counts)}; reduction block"
        f" {_families(event.reduce_counts)}"
    )


def _families(counts: BlockCounts) -> str:
    return f"{counts.skip} skips, {counts.pool} pools, {counts.convolution} convolutions"
