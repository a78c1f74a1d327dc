"""What of the exams is given away, as a person chose it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from uiac_desktop.errors import DesktopError
from uiac_desktop.exam.export_item import ExportItem
from uiac_desktop.frame import LIKELY, Pixels

ClipFrames: TypeAlias = Literal["labelled", "all", "none"]


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """Where the model looked in one frame.

    Attributes
    ----------
    heat
        Of the frame's label, uint8 (h, w): 0 no evidence, 255 the strongest.
    overlay
        The frame with the map over it, uint8 (H, W, 3) RGB.
    """

    heat: Pixels
    overlay: Pixels


Explain: TypeAlias = Callable[[Pixels, str], Explained | None]
"""Takes a frame and its label; None where the model knows no such plane."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What is taken of the exams that were chosen.

    Attributes
    ----------
    clip_frames
        Of clips: frames that people labelled, all that a person or the model labelled, or none.
    every
        Of clips: each so many-th frame that is left.
    ranges
        Of clips: frame numbers from, to, both among them; empty for whole clips.
    none_below
        Of clips: a prediction with less certainty counts as ``none``.
    only_corrected
        Only frames that a person labelled.
    only_doubtful
        Only frames with a plane that the model named with a certainty below that of "likely".
    balance
        As many frames of every plane as the rarest has, spread evenly over the others' frames.
    at_most
        So many frames of a plane, spread evenly; None for no limit.
    drop_near
        Leave out frames that are nearly equal to one that is taken, or that the data set holds already.
    clips
        Give the clips too, in a folder beside.
    same_names
        Where a plane's name differs from one of the data set in case, letter width or spaces alone, use the set's.
    """

    clip_frames: ClipFrames = "labelled"
    every: int = 1
    ranges: tuple[tuple[int, int], ...] = ()
    none_below: float = 0.5
    only_corrected: bool = False
    only_doubtful: bool = False
    balance: bool = False
    at_most: int | None = None
    drop_near: bool = False
    clips: bool = False
    same_names: bool = False

    def check(self) -> None:
        """Raise where a number is of no use.

        Raises
        ------
        DesktopError
            With what can be given.
        """
        if self.every < 1:
            raise DesktopError("Every how many frames must be 1 or more.", "Give 1 for every frame.")
        if self.at_most is not None and self.at_most < 1:
            raise DesktopError("The most frames of a plane must be 1 or more.", "Leave it out for no limit.")
        if any(first < 0 or last < first for first, last in self.ranges):
            raise DesktopError("A range of frames ends before it begins.", "Write FIRST-LAST, such as 100-250.")


def read_ranges(text: str) -> tuple[tuple[int, int], ...]:
    """Return the ranges of typed words such as ``100-250 400-420 431``; commas may stand between.

    Raises
    ------
    DesktopError
        A word is no range.
    """
    ranges = []
    for word in text.replace(",", " ").split():
        first, _, last = word.replace("–", "-").partition("-")
        if not first.isdecimal() or not (last or first).isdecimal():
            raise DesktopError(f"{word} is no range of frames.", "Write FIRST-LAST, such as 100-250.")
        ranges.append((int(first), int(last or first)))
    return tuple(ranges)


def wanted(items: list[ExportItem], options: ExportOptions) -> list[ExportItem]:
    """Return the items that the options leave before pictures are looked at, in their order."""
    left = [item for item in items if _passes(item, options)]
    place: dict[str, int] = {}
    thinned = []
    for item in left:
        if item.of_clip:
            number = place[item.clip] = place.get(item.clip, -1) + 1
            if number % options.every:
                continue
        thinned.append(item)
    return thinned


def _passes(item: ExportItem, options: ExportOptions) -> bool:
    if options.only_corrected and not item.labelled_by:
        return False
    if options.only_doubtful and not item.is_doubtful(LIKELY):
        return False
    in_a_range = not options.ranges or any(first <= item.frame <= last for first, last in options.ranges)
    return not item.of_clip or in_a_range


def levelled(items: list[ExportItem], options: ExportOptions) -> list[ExportItem]:
    """Return the items with no plane above the limit that the options set, in their order."""
    by_plane: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        by_plane.setdefault(item.plane, []).append(place)
    limits = [] if options.at_most is None else [options.at_most]
    if options.balance and by_plane:
        limits.append(min(map(len, by_plane.values())))
    if not limits:
        return items
    limit = min(limits)
    taken: set[int] = set()
    for places in by_plane.values():
        count = min(limit, len(places))
        taken.update(places[(2 * k + 1) * len(places) // (2 * count)] for k in range(count))
    return [item for place, item in enumerate(items) if place in taken]
