"""How a split falls out, as a record: frames and subjects of each class on both sides, and what is to be known."""

from collections import defaultdict
from dataclasses import dataclass

from nas.data.folder import DataSet
from nas.data.split import split
from nas.errors import DataError
from nas.wizard.state import Said, SplitChoice


@dataclass(frozen=True, slots=True)
class SplitRow:
    """A class: frames to learn from and held out, and subjects on both sides (0 where unknown)."""

    name: str
    train: int
    held_out: int
    train_subjects: int
    held_out_subjects: int

    @property
    def share(self) -> float:
        """Share held out (fraction)."""
        return self.held_out / max(self.train + self.held_out, 1)


@dataclass(frozen=True, slots=True)
class SplitView:
    """A split as it falls out.

    Attributes
    ----------
    rows
        A row a class, and ``total``.
    by
        What really keeps the two sides apart: subject, clip, folder, name or image.
    both_sides
        Subjects with frames on both sides.
    warning
        What makes its figures too good; None where nothing does.
    refused
        Why the set cannot be split so; the rows are empty then.
    """

    rows: tuple[SplitRow, ...] = ()
    total: SplitRow | None = None
    by: str = ""
    both_sides: int = 0
    warning: Said | None = None
    refused: Said | None = None


def split_view(data: DataSet, choice: SplitChoice) -> SplitView:
    """Return how a set falls apart by a choice."""
    try:
        parts = split(data, choice.share, choice.by, choice.seed)
    except DataError as error:
        return SplitView(refused=Said(error.message, error.advice))
    sides = [{int(place) for place in side} for side in (parts.train, parts.held_out)]
    frames: list[dict[str, int]] = [defaultdict(int), defaultdict(int)]
    women: list[dict[str, set[str]]] = [defaultdict(set), defaultdict(set)]
    for number, side in enumerate(sides):
        for place in side:
            image = data.images[place]
            frames[number][image.label] += 1
            if image.subject:
                women[number][image.label].add(image.subject)
    rows = tuple(
        SplitRow(name, frames[0][name], frames[1][name], len(women[0][name]), len(women[1][name]))
        for name in data.counts
    )
    everybody = [set[str]().union(*side.values()) for side in women]
    total = SplitRow("All", len(parts.train), len(parts.held_out), len(everybody[0]), len(everybody[1]))
    warning = Said(parts.warning, parts.advice) if parts.warning else None
    return SplitView(rows, total, parts.by, len(everybody[0] & everybody[1]), warning)
