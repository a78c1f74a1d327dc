"""What the wizard knows, as one record that every page is drawn from, so that no page keeps a truth of its own."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias

from nas.config.search import SearchConfig, SearchPreset, search_preset
from nas.config.train import TrainConfig, preset
from nas.data.folder import DataSet
from nas.data.inspect import Inspection
from nas.wizard.runs.story import RunKind, RunStory
from nas.wizard.runs.watch import RunState

Step: TypeAlias = Literal["runs", "data", "split", "search", "searching", "train", "result", "use"]
STEPS: Final[tuple[Step, ...]] = ("data", "split", "search", "searching", "train", "result", "use")
GenotypeSource: TypeAlias = Literal["search", "known", "run", "file"]
SplitWay: TypeAlias = Literal["subject", "clip", "random"]


@dataclass(frozen=True, slots=True)
class Said:
    """Something that went wrong: what happened and what to do, in the user's words."""

    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class DataState:
    """The labelled frames and what is known of them.

    Attributes
    ----------
    folder
        The data-set folder; None before one is chosen.
    done, total
        Images checked so far, of how many; both 0 while nothing is being checked.
    checking
        Whether the set is being looked at.
    inspection
        What was found; None before.
    images
        The readable images; None before.
    seconds
        How long the look took (s).
    refused
        Why the folder cannot be looked at.
    repaired
        What was put right last, in words; empty where there is nothing to undo.
    round
        Rises with every inspection, so that pictures are read anew.
    """

    folder: Path | None = None
    done: int = 0
    total: int = 0
    checking: bool = False
    inspection: Inspection | None = None
    images: DataSet | None = None
    seconds: float = 0.0
    refused: Said | None = None
    repaired: str = ""
    round: int = 0

    @property
    def usable(self) -> bool:
        """Whether the set is checked and can be trained on."""
        return not self.checking and self.inspection is not None and self.inspection.usable

    @property
    def simulated(self) -> bool:
        """Whether every image of the set is the simulator's."""
        return self.images is not None and self.images.simulated


@dataclass(frozen=True, slots=True)
class SplitChoice:
    """How training and held-out frames are kept apart: what stays together, share held out (fraction), seed."""

    by: SplitWay = "subject"
    share: float = 0.2
    seed: int = 0


@dataclass(frozen=True, slots=True)
class GenotypeChoice:
    """Where the two blocks come from: a search, a known name (``uiac``), an earlier run's folder, or a file."""

    source: GenotypeSource = "search"
    name: str = "uiac"
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as it is followed.

    Attributes
    ----------
    folder
        The run folder.
    kind
        What it does; None while its log and config say nothing.
    state
        As `RunWatch.state` has it; a run that waits for its turn is ``empty`` and ``queued``.
    story
        What it has told.
    data
        Its data-set folder where this computer started it; else None, and it can be looked at, not gone on with.
    queued
        Whether it waits for another run to end.
    began
        When the folder was made (s since 1970).
    refused
        Why it could not be started, where the process ended without a word in its log.
    lane
        The processor or graphics card that it was started on, as `nas.wizard.runs.lanes` calls it; empty where
        not known.
    silent_min
        For how long a run at work has told nothing, where that is long (min); else 0.
    """

    folder: Path
    kind: RunKind | None
    state: RunState
    story: RunStory
    data: Path | None = None
    queued: bool = False
    began: float = 0.0
    refused: Said | None = None
    lane: str = ""
    silent_min: int = 0

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def at_work(self) -> bool:
        """Whether it goes on, or waits for its turn."""
        return self.state == "running" or self.queued


@dataclass(frozen=True, slots=True)
class Task:
    """A short job in a child process: an evaluation, an export, an estimate.

    Attributes
    ----------
    name
        Such as ``evaluate``, ``export`` or ``estimate``; one of a name at a time.
    target
        The folder or file that it is about.
    words
        Last line that it said.
    running
        Whether it goes on.
    output
        Everything that it wrote to stdout, once it has ended well.
    refused
        Why it ended without a result.
    """

    name: str
    target: Path
    words: str = ""
    running: bool = True
    output: str = ""
    refused: Said | None = None


@dataclass(frozen=True, slots=True)
class WizardState:
    """Everything that the pages show.

    ``search_run`` and ``train_run`` are the runs that pages 4 and 5 follow and that page 6 tells the result of; a
    comparison is a run of its own in ``compare_run``. ``shelf`` are all runs, newest first; ``deleted`` names the run
    that Undo brings back. ``tasks`` are the short jobs by name, the last of each. ``exported`` are data sets that were
    made of exams, the latest first. ``cards`` counts the graphics cards that runs can use here. ``problem`` is what
    went wrong last.
    """

    step: Step = "data"
    data: DataState = field(default_factory=DataState)
    split: SplitChoice = field(default_factory=SplitChoice)
    genotype: GenotypeChoice = field(default_factory=GenotypeChoice)
    search: SearchConfig = field(default_factory=lambda: search_preset("quick"))
    search_preset: SearchPreset | None = "quick"
    train: TrainConfig = field(default_factory=lambda: preset("quick"))
    search_run: RunView | None = None
    train_run: RunView | None = None
    compare_run: RunView | None = None
    shelf: tuple[RunView, ...] = ()
    deleted: str = ""
    tasks: tuple[Task, ...] = ()
    exported: tuple[Path, ...] = ()
    cards: int = 0
    problem: Said | None = None

    def task(self, name: str) -> Task | None:
        """Return the last job of a name."""
        return next((task for task in self.tasks if task.name == name), None)
