"""Runs the export page: owns the desk, keeps the choice, and lets nothing leave before a person has looked at it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from PySide6.QtCore import QObject, Signal

from nas.counts import counted
from uiac_desktop.exam.export_options import ExportOptions
from uiac_desktop.exam.export_summary import ExportSummary
from uiac_desktop.exam.exported_sets import exported_sets
from uiac_desktop.session.export.records import (
    ExamsListed,
    ExportChoice,
    ExportEnded,
    ExportEvent,
    ExportFailed,
    ExportGoesOn,
    SheetShown,
)
from uiac_desktop.session.review.reviewed_clip import ReviewedClip
from uiac_desktop.settings import Settings
from uiac_desktop.ui.bridge import Bridge
from uiac_desktop.ui.scan.session_port import load

if TYPE_CHECKING:
    from uiac_desktop.exam.exam_list import ExamLine
    from uiac_desktop.exam.store import ExamStore
    from uiac_desktop.inference.predictor import Predictor
    from uiac_desktop.session.export.desk import ExportDesk

OpenStore: TypeAlias = "Callable[[], ExamStore]"
_STOP_S: Final = 5.0
_ALL: Final = ExportOptions()
_STEPS: Final = {
    "comparing": "Comparing frames", "writing": "Writing frames", "clips": "Copying clips",
    "a clip": "Writing frames of a clip",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class ExportState:
    """How the page stands.

    Attributes
    ----------
    lines
        Exams with something to give; None until they are read.
    chosen
        Their numbers.
    clip
        The clip that is open in Review, or None.
    with_clip
        Whether its labelled frames go along.
    number
        Local number of the woman that it shows, as typed.
    maps
        Whether maps go beside.
    root
        The data set; None until it is chosen.
    sheet
        What is to be checked; None while it is being made.
    looked
        Whether the person has said so.
    working
        Whether an export goes on.
    progress
        Done and in all; None while unknown.
    said
        One line: what happened, or what is wrong.
    failed
        Whether `said` is a failure.
    names_differ
        Whether the person has to say that near-equal names are one plane.
    """

    lines: "tuple[ExamLine, ...] | None" = None
    chosen: tuple[int, ...] = ()
    clip: ReviewedClip | None = None
    with_clip: bool = False
    number: str = ""
    options: ExportOptions = _ALL
    maps: bool = False
    root: Path | None = None
    sheet: SheetShown | None = None
    looked: bool = False
    working: bool = False
    progress: tuple[int, int] | None = None
    said: str = ""
    failed: bool = False
    names_differ: bool = False

    @property
    def choice(self) -> ExportChoice:
        """Whose frames are chosen; nobody's is false."""
        return ExportChoice(self.chosen, self.clip if self.with_clip else None, self.number)

    @property
    def may_export(self) -> bool:
        """Whether everything is chosen and looked at."""
        return bool(self.choice and self.root and self.looked and not self.working)


class ExportControl(QObject):
    """Owner of the export desk, which is made when the page is first entered.

    Parameters
    ----------
    settings
        The user's choices now, for the model of the maps.
    open_store
        Opens the store, in the desk's thread.

    ``changed`` says that `state` is new.
    """

    changed = Signal()

    def __init__(self, settings: Callable[[], Settings], open_store: OpenStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._open_store = settings, open_store
        self.state = ExportState()
        self._desk: ExportDesk | None = None
        self._bridge = Bridge(self)
        self._bridge.woken.connect(self._listen)

    def enter(self) -> None:
        """Read the exams anew, since the page comes into view."""
        self._at_work().look()

    def choose(self, exam_ids: tuple[int, ...]) -> None:
        """Choose exams by their numbers."""
        self._change(chosen=exam_ids)

    def offer(self, clip: ReviewedClip | None, *, chosen: bool = False) -> None:
        """Say which clip is open in Review; where it is chosen, it alone is."""
        number = self.state.number if clip == self.state.clip else ""
        if chosen:
            self._change(clip=clip, with_clip=clip is not None, number=number, chosen=())
        elif clip != self.state.clip:
            self._change(clip=clip, with_clip=False, number=number)

    def take_clip(self, on: bool, number: str) -> None:
        """Choose whether the clip's frames go along, and whose they are."""
        if (on, number) != (self.state.with_clip, self.state.number):
            self._change(with_clip=on, number=number)

    def set_options(self, options: ExportOptions) -> None:
        """Choose which of their frames."""
        if options != self.state.options:
            self._change(options=options)

    def say_same_names(self, same: bool) -> None:
        """Say whether near-equal names of planes are one."""
        self._set(options=replace(self.state.options, same_names=same))

    def set_maps(self, on: bool) -> None:
        """Choose whether maps go beside."""
        self._set(maps=on)

    def set_root(self, root: Path) -> None:
        """Choose the data set."""
        self._set(root=root, said="", failed=False, names_differ=False)

    def refuse(self, message: str, advice: str) -> None:
        """Say in place what is wrong with the choice; nothing leaves until it is put right."""
        self._set(sheet=None, looked=False, said=f"{message} {advice}", failed=True)

    def look_at(self, looked: bool) -> None:
        """Take that the person has looked at the sheet, or not."""
        self._set(looked=looked and self.state.sheet is not None)

    def export(self) -> None:
        """Export what is chosen, if everything is."""
        now = self.state
        if not now.may_export or now.root is None:
            return
        self._set(working=True, progress=None, said="Reading what was chosen …", failed=False, names_differ=False)
        self._at_work().export(now.choice, now.root, now.options, self._model if now.maps else None)

    def stop(self) -> None:
        """Stop the export that goes on."""
        if self._desk is not None and self.state.working:
            self._desk.stop_export()
            self._set(said="Stopping …")

    def shut(self) -> bool:
        """Stop the desk and return whether it ended in time."""
        self._bridge.close()
        return self._desk is None or self._desk.stop(_STOP_S)

    def _model(self) -> "Predictor":
        settings = self._settings()
        return load(settings.model, settings.device, lambda _spec: None)

    def _at_work(self) -> "ExportDesk":
        if self._desk is None:
            from uiac_desktop.session.export.desk import ExportDesk

            self._desk = ExportDesk(self._open_store, self._bridge.wake)
            self._desk.start()
        return self._desk

    def _change(self, **changes: object) -> None:
        """Take another choice of frames: its sheet is made, and has to be looked at."""
        self._set(sheet=None, looked=False, said="", failed=False, names_differ=False, **changes)
        if self.state.choice:
            self._at_work().show_sheet(self.state.choice, self.state.options)

    def _set(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.changed.emit()

    def _listen(self) -> None:
        for event in self._desk.take_events() if self._desk is not None else []:
            self._hear(event)

    def _hear(self, event: ExportEvent) -> None:
        match event:
            case ExamsListed(lines):
                here = {line.exam.id for line in lines}
                self._set(lines=lines)
                left = tuple(number for number in self.state.chosen if number in here)
                if left != self.state.chosen:
                    self.choose(left)
            case SheetShown():
                self._set(sheet=event)
            case ExportGoesOn(step, done, total):
                self._set(progress=(done, total), said=f"{_STEPS[step]}: {done} of {total}")
            case ExportEnded(summary):
                if not summary.stopped:
                    exported_sets().note(summary.root)
                self._set(working=False, progress=None, said=told(summary, self.state.maps), looked=False)
                if self._desk is not None:
                    self._desk.look()
            case ExportFailed(message, advice, names_differ):
                self._set(
                    working=False, progress=None, said=f"{message} {advice}", failed=True, names_differ=names_differ
                )


def told(summary: ExportSummary, maps: bool) -> str:
    """Return what an export did, in one or two lines; ``maps`` tells whether maps were asked for."""
    if summary.stopped:
        return "Stopped. The data set is as it was; the same export goes on from here."
    counts = ", ".join(f"{plane} {count}" for plane, count in summary.planes.items())
    lines = [f"{counted(summary.frames, 'frame')} added to {summary.root.name}{': ' if counts else ''}{counts}."]
    lines += [f"{line[0].upper()}{line[1:]}." for line in summary.left_out]
    if summary.beside is not None:
        kinds = [word for word, there in (("maps", maps), ("clips", summary.clips)) if there] or ["clips"]
        lines.append(f"{' and '.join(kinds).capitalize()} are in {summary.beside.name}.")
    return " ".join(lines)
