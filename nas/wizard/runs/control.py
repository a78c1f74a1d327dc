"""The runs of the wizard: started, queued, followed, stopped and gone on with; one at a time on each card."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from nas.errors import NasError, RunError
from nas.events import Event
from nas.rundir import RunFolder, disk_errors
from nas.wizard.presence import is_file
from nas.wizard.runs.child import Child
from nas.wizard.runs.commands import ASKED, resume_words, run_words
from nas.wizard.runs.followed import Followed
from nas.wizard.runs.lanes import card_of, device_of, free_lane, taken_lanes
from nas.wizard.runs.shelf import Shelf
from nas.wizard.state import RunView, Said

MakeChild: TypeAlias = Callable[[Sequence[str], Path, int | None], Child]
_LOOK_MS: Final = 500
_SELDOM: Final = 6
_RESUMABLE: Final = ("stopped", "failed", "went_off")


class RunsControl(QObject):
    """Keeps the shelf and looks at its runs; ``changed`` says that `views` are other ones.

    ``troubled`` carries a `Said` of what went wrong while nobody had asked for anything.

    Parameters
    ----------
    root
        Folder of the runs.
    make_child
        Starts a process with the words of a command line for a run's folder, and the card that it may see, None for
        all; a test gives its own.
    cards
        Graphics cards of this computer.
    """

    changed = Signal()
    troubled = Signal(object)

    def __init__(
        self, root: Path, parent: QObject | None = None, make_child: MakeChild = Child, cards: int = 0
    ) -> None:
        super().__init__(parent)
        self._make_child = make_child
        self.cards = cards
        self.shelf = Shelf(root)
        self.views: tuple[RunView, ...] = ()
        self.watched: frozenset[Path] = frozenset()
        self._followed: dict[Path, Followed] = {}
        self._then: dict[Path, Mapping[str, Any]] = {}
        self._stops: dict[Path, Event | None] = {}  # runs that were asked to stop, and how each had ended before
        self._round = 0
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._tick)

    def open(self) -> None:
        """Begin to look."""
        self.look()
        self._timer.start()

    def shut(self) -> None:
        """Look no more; the runs go on."""
        self._timer.stop()

    def view(self, folder: Path | None) -> RunView | None:
        """Return a run by its folder."""
        return next((view for view in self.views if view.folder == folder), None)

    # What is done

    def start(self, command: str, data: Path, config: str, words: tuple[str, ...]) -> Path:
        """Start a run, or let it wait for the one that goes on; return its folder.

        Parameters
        ----------
        command
            ``search``, ``train`` or ``compare``.
        data
            The data-set folder.
        config
            Its config as TOML.
        words
            The command line but for data and folder.

        Raises
        ------
        RunError
            Its folder cannot be made or written.
        """
        folder = self.shelf.new_folder(command)
        line = run_words(command, data, folder, words)
        try:
            with disk_errors():
                (folder / ASKED).write_text(config, encoding="utf-8")
            self.shelf.note(folder, data=str(data), asked=line, waiting=line)
        except RunError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self.look()
        self._start_next()
        return folder

    def stop(self, folder: Path, then: Mapping[str, Any] | None = None) -> None:
        """Ask a run to stop with its state kept; one that waits is put back to stopped before it began.

        Raises
        ------
        RunError
            The folder cannot be written.
        """
        self.look()
        view = self.view(folder)
        if view is not None and view.queued:
            self.shelf.note(folder, waiting=())
        elif view is not None and view.state == "running":
            with disk_errors():
                RunFolder(folder).stop_file.touch()
            self._stops[folder] = view.story.end
            if then:
                self._then[folder] = then
        self.look()

    def go_on(self, folder: Path, changes: Mapping[str, Any]) -> None:
        """Go on with a run, when none other goes on.

        Raises
        ------
        RunError
            It goes on already, or it is not known which data it learns from.
        """
        self.look()
        view = self.view(folder)
        if view is None or view.at_work:
            raise RunError(f"{folder.name} goes on already.", "Look at it in the list of runs.")
        if view.data is None or view.kind is None:
            raise RunError(
                f"Which data {folder.name} learns from is not known here.",
                "Go on with it where it was started: uiac-nas with --resume.",
            )
        run = RunFolder(folder)
        if is_file(run.config_file):
            line = resume_words(view.kind, view.data, folder, changes)
        else:
            line = self.shelf.entry(folder).asked or run_words(view.kind, view.data, folder)
        self._stops.pop(folder, None)
        self.shelf.note(folder, waiting=line)
        self.look()
        self._start_next()

    def delete(self, folder: Path) -> None:
        """Move a run into the bin.

        Raises
        ------
        RunError
            It goes on, or cannot be moved.
        """
        view = self.view(folder)
        if view is not None and view.state == "running" and folder.parent == self.shelf.root:
            raise RunError(f"{folder.name} goes on.", "Stop it first, then delete it.")
        self.shelf.delete(folder)
        self._followed.pop(folder, None)
        self.look()

    def undo_delete(self) -> None:
        """Bring back the run that was deleted last."""
        self.shelf.undo_delete()
        self.look()

    # How they stand

    def look(self, seldom: bool = True) -> None:
        """Look at every run, or only at those that are watched or go on."""
        views = []
        for folder in self.shelf.folders:
            followed = self._followed.setdefault(folder, Followed(folder))
            before = self.view(folder)
            lively = before is None or before.at_work or folder in self.watched
            if before is not None and not seldom and not lively:
                views.append(before)
            else:
                views.append(followed.look(self.shelf.entry(folder)))
        if tuple(views) != self.views:
            self.views = tuple(views)
            self.changed.emit()

    def _tick(self) -> None:
        self._round += 1
        self.look(self._round % _SELDOM == 0)
        try:
            self._stop_as_asked()
            self._go_on_as_asked()
            self._start_next()
        except NasError as error:
            self.troubled.emit(Said(error.message, error.advice))

    def _stop_as_asked(self) -> None:
        """Ask once more where a run that just began cleared the request away when it took its folder."""
        for folder, end in tuple(self._stops.items()):
            del self._stops[folder]
            view = self.view(folder)
            if view is not None and view.state == "running" and view.story.end == end:
                with disk_errors():
                    if not RunFolder(folder).stop_requested:
                        RunFolder(folder).stop_file.touch()
                self._stops[folder] = end

    def _go_on_as_asked(self) -> None:
        for folder, changes in tuple(self._then.items()):
            view = self.view(folder)
            if view is None or view.state in ("finished", "failed"):
                del self._then[folder]
            elif view.state in _RESUMABLE:
                del self._then[folder]
                self.go_on(folder, changes)

    def _start_next(self) -> None:
        """Start the runs whose lane is free, the one that has waited longest first; of several windows one does it."""
        if self._ready() is None:
            return
        with self.shelf.alone():
            self.look()
            while (ready := self._ready()) is not None:
                self._begin(*ready)

    def _ready(self) -> tuple[Path, Sequence[str], str] | None:
        """Return the run that can start now, its command line and its lane."""
        taken = taken_lanes(self.views)
        for folder, entry in self.shelf.waiting:
            lane = free_lane(device_of(folder, entry.waiting), self.cards, taken)
            if lane is not None:
                return folder, entry.waiting, lane
        return None

    def _begin(self, folder: Path, words: Sequence[str], lane: str) -> None:
        self.shelf.note(folder, waiting=(), lane=lane)
        followed = self._followed.setdefault(folder, Followed(folder))
        try:
            child = self._make_child(words, folder, card_of(lane) if self.cards > 1 else None)
        except RunError as error:
            followed.refuse(Said(error.message, error.advice))
        else:
            followed.started(child)
            self.shelf.note(folder, process=child.process)
        self.look()
