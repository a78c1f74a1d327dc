"""A run that is followed: its log folded into a story bit by bit, whoever started it."""

from pathlib import Path

from nas.errors import NasError
from nas.process_start import lives
from nas.rundir import RunFolder
from nas.wizard.runs.book import Entry
from nas.wizard.runs.child import Child
from nas.wizard.runs.shelf import began
from nas.wizard.runs.story import RunKind, RunStory, told
from nas.wizard.runs.watch import RunWatch
from nas.wizard.state import RunView, Said

_SILENT_MIN = 15
_KINDS: dict[str, RunKind] = {"search": "search", "train": "train", "compare": "compare"}


class Followed:
    """A run folder with its watch, its story and, where this window started it, its process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.child: Child | None = None
        self._watch = RunWatch(folder)
        self._story = RunStory()
        self._kind: RunKind | None = None
        self._began = 0.0
        self._refused: Said | None = None

    def started(self, child: Child) -> None:
        """Note the process that was started for it."""
        self.child = child
        self._refused = None

    def refuse(self, why: Said) -> None:
        """Note why no process could be started for it."""
        self._refused = why

    def look(self, entry: Entry) -> RunView:
        """Read on and return how the run stands; what has no news is the same story as before."""
        has_news = self._read_on()
        state = self._watch.state
        if has_news or state == "running":
            self._refused = None
        if self.child is not None and not self.child.alive:
            if state in ("empty", "went_off") or (state == "failed" and self._story.end is None):
                self._refused = self.child.refused
            self.child = None
        elif state != "running" and not entry.waiting and (self.child is not None or _is_begun(entry)):
            state = "running"
        if state != "running":
            self._watch.excuse_silence()
        silent = int(self._watch.silent_s / 60) if state == "running" else 0
        return RunView(
            folder=self.folder,
            kind=self._known_kind(entry),
            state=state,
            story=self._story,
            data=Path(entry.data) if entry.data else None,
            queued=bool(entry.waiting),
            began=self._known_start(),
            refused=self._refused,
            lane=entry.lane,
            silent_min=silent if silent >= _SILENT_MIN else 0,
        )

    def _read_on(self) -> bool:
        """Fold what the log has told since into the story; tell whether it told anything."""
        events = self._watch.poll()
        if self._watch.started_over:
            self._story = RunStory()
        has_news = bool(events)
        while events:
            for event in events:
                self._story = told(self._story, event)
            events = self._watch.poll()
        return has_news

    def _known_kind(self, entry: Entry) -> RunKind | None:
        if self._kind is None:
            word = entry.waiting[0] if entry.waiting else ""
            try:
                word = word or str(RunFolder(self.folder).read_config().get("kind", ""))
            except NasError:
                return self._story.kind or _KINDS.get(self.folder.name.partition("_")[0])  # it has just been started
            self._kind = _KINDS.get(word, self._story.kind)
        return self._kind

    def _known_start(self) -> float:
        if not self._began:
            self._began = began(self.folder)
        return self._began


def _is_begun(entry: Entry) -> bool:
    """Tell whether a process that any window started for a run lives, though it holds the folder not yet or no more."""
    return entry.process is not None and lives(*entry.process)
