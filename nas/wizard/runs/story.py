"""What a run has told so far, folded into one record, so that a page can be drawn at any moment, also of an old run."""

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, TypeVar

from nas.events import (
    ArchitectureSnapshot,
    CompareDone,
    EpochDone,
    EpochSearched,
    Estimate,
    Event,
    ModelJudged,
    ModelStarted,
    Notice,
    Progress,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    SearchFinished,
)
from nas.genotype import Edge

RunKind: TypeAlias = Literal["search", "train", "compare"]
_OF_EPOCHS: Final = (EpochSearched, EpochDone, ArchitectureSnapshot)
_OfEpoch = TypeVar("_OfEpoch", EpochSearched, EpochDone, ArchitectureSnapshot)
End: TypeAlias = RunFinished | SearchFinished | CompareDone | RunStopped | RunFailed


@dataclass(frozen=True, slots=True)
class RunStory:
    """A run as its log tells it.

    Attributes
    ----------
    kind
        None until the log has said it.
    started
        What the run knew when it last began or went on.
    progress
        Where it stands within a phase; None before the first and after an epoch's end.
    estimate
        What the search will take, from a few steps.
    searched, trained
        Epochs of a search, or of a training, in order without gaps or repeats.
    lambdas
        Lambda and blocks after each epoch of a search.
    notices
        What a person should know, in order.
    model, judged
        Of a comparison: the network under way, and those that are judged.
    end
        The last word; None while it goes on.
    said
        All but progress, as it was told one after the other, whatever the clock was set to; what is repeated is in it
        once.
    """

    kind: RunKind | None = None
    started: RunStarted | None = None
    progress: Progress | None = None
    estimate: Estimate | None = None
    searched: tuple[EpochSearched, ...] = ()
    trained: tuple[EpochDone, ...] = ()
    lambdas: tuple[ArchitectureSnapshot, ...] = ()
    notices: tuple[Notice, ...] = ()
    model: ModelStarted | None = None
    judged: tuple[ModelJudged, ...] = ()
    end: End | None = None
    said: tuple[Event, ...] = ()

    @property
    def epochs_done(self) -> int:
        """Epochs that are complete, those before a resume included."""
        if self._last_epoch is not None:
            return self._last_epoch.epoch + 1
        return (self.started.resumed_at or 0) if self.started is not None else 0

    @property
    def epochs(self) -> int:
        """Epochs of the whole plan, 0 while unknown."""
        return self.started.epochs if self.started is not None else 0

    @property
    def best_epoch(self) -> int | None:
        """The best epoch so far by the run's own rule, counted from 0."""
        if isinstance(self.end, RunFinished | SearchFinished):
            return self.end.best_epoch
        epochs: tuple[EpochSearched | EpochDone, ...] = self.searched or self.trained
        best = [epoch.epoch for epoch in epochs if epoch.best]
        return best[-1] if best else None

    @property
    def share(self) -> float:
        """How much of the plan is done, 0 to 1, a phase of the present epoch included."""
        if isinstance(self.end, RunFinished | SearchFinished | CompareDone):
            return 1.0
        if not self.epochs:
            return 0.0
        within = 0.0
        if self.progress is not None and self.progress.phase in ("training", "searching") and self.progress.total:
            within = self.progress.done / self.progress.total
        return min((self.epochs_done + within) / self.epochs, 1.0)

    @property
    def eta_s(self) -> float | None:
        """Time left, seconds, as the run last estimated it; None when nothing is known or nothing is left."""
        if self.end is not None:
            return None
        if self.progress is not None and self.progress.eta_s is not None:
            return self.progress.eta_s
        last = self._last_epoch
        if last is not None:
            return last.eta_s
        return self.estimate.total_s if self.estimate is not None else None

    @property
    def elapsed_s(self) -> float:
        """Time that the epochs took, and the one under way so far (s)."""
        whole = sum(epoch.seconds for epoch in self.searched or self.trained)
        if self.progress is None or self.started is None:
            return whole
        last = self._last_epoch
        since = last.time if last is not None else self.started.time
        return whole + max(self.progress.time - max(since, self.started.time), 0.0)

    @property
    def memory_mb(self) -> float | None:
        """Memory of the run after its last epoch, MiB."""
        last = self._last_epoch
        return last.memory_mb if last is not None else None

    @property
    def epochs_without_gain(self) -> int:
        """Last epochs in a row whose training loss was not below every one before: what the early stop counts."""
        lowest, count = float("inf"), 0
        for epoch in self.trained:
            lowest, count = (epoch.train_loss, 0) if epoch.train_loss < lowest else (lowest, count + 1)
        return count

    def unchanged(self, block: Literal["normal", "reduce"]) -> int:
        """Return for how many epochs a block has stayed as it is."""
        blocks = [edges_of(snapshot, block) for snapshot in self.lambdas]
        count = 0
        while count + 1 < len(blocks) and blocks[-1 - count] == blocks[-2 - count]:
            count += 1
        return count

    def changed(self, block: Literal["normal", "reduce"]) -> frozenset[int]:
        """Return the places (0 to 7) of a block's edges that the last epoch changed."""
        if len(self.lambdas) < 2:
            return frozenset()
        before, now = (edges_of(snapshot, block) for snapshot in self.lambdas[-2:])
        return frozenset(place for place, pair in enumerate(zip(before, now, strict=True)) if pair[0] != pair[1])

    @property
    def _last_epoch(self) -> EpochSearched | EpochDone | None:
        epochs: tuple[EpochSearched | EpochDone, ...] = self.searched or self.trained
        return epochs[-1] if epochs else None


def edges_of(snapshot: ArchitectureSnapshot, block: Literal["normal", "reduce"]) -> tuple[Edge, ...]:
    """Return the eight edges of a block of a snapshot."""
    return snapshot.genotype.normal if block == "normal" else snapshot.genotype.reduce


def told(story: RunStory, event: Event) -> RunStory:
    """Return the story with one more event."""
    after = _with(story, event)
    return after if isinstance(event, Progress) else replace(after, said=(*_kept(story, event), event))


def _kept(story: RunStory, event: Event) -> tuple[Event, ...]:
    """Return what was said before and is not repeated from here on; of a comparison the epochs of one training."""
    if isinstance(event, ModelStarted):
        return tuple(old for old in story.said if not isinstance(old, _OF_EPOCHS))
    if isinstance(event, RunStarted):
        first = event.resumed_at or 0
        return tuple(old for old in story.said if not isinstance(old, _OF_EPOCHS) or old.epoch < first)
    if isinstance(event, _OF_EPOCHS):
        return tuple(old for old in story.said if old.type != event.type or old.epoch < event.epoch)
    return story.said


def _with(story: RunStory, event: Event) -> RunStory:
    match event:
        case RunStarted():
            return _begun(story, event)
        case Progress():
            return replace(story, progress=event)
        case Estimate():
            return replace(story, estimate=event)
        case EpochSearched() | EpochDone():
            return _with_epoch(story, event)
        case ArchitectureSnapshot():
            return replace(story, lambdas=(*_before(event.epoch, story.lambdas), event))
        case Notice():
            return replace(story, notices=(*story.notices, event))
        case ModelStarted():
            return replace(story, kind="compare", model=event, started=None, trained=(), progress=None, end=None)
        case ModelJudged():
            others = tuple(old for old in story.judged if (old.model, old.seed) != (event.model, event.seed))
            return replace(story, judged=(*others, event), progress=None)
        case RunFinished() if story.kind == "compare":
            return replace(story, progress=None)
        case _:
            return replace(story, end=event, progress=None)


def _begun(story: RunStory, event: RunStarted) -> RunStory:
    """Return the story of a run that begins or goes on; what it will repeat is dropped."""
    kind: RunKind = "compare" if story.kind == "compare" else event.kind
    first = event.resumed_at or 0
    return replace(
        story,
        kind=kind,
        started=event,
        searched=_before(first, story.searched),
        trained=_before(first, story.trained),
        lambdas=_before(first, story.lambdas),
        progress=None,
        end=None,
    )


def _with_epoch(story: RunStory, event: EpochSearched | EpochDone) -> RunStory:
    if isinstance(event, EpochSearched):
        return replace(story, searched=(*_before(event.epoch, story.searched), event), progress=None)
    return replace(story, trained=(*_before(event.epoch, story.trained), event), progress=None)


def _before(epoch: int, told_of: tuple[_OfEpoch, ...]) -> tuple[_OfEpoch, ...]:
    return tuple(old for old in told_of if old.epoch < epoch)
