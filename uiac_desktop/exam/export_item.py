"""One frame on its way out of the store, with all that is told of it and nothing that names a woman."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from nas.planes import NONE
from uiac_desktop.frame import Pixels

COLUMNS: Final = (
    "file", "label", "subject", "exam", "clip", "frame", "time_s",
    "predicted", "certainty", "labelled_by", "labelled_at", "source",
)  # fmt: skip
"""Of labels.csv."""


@dataclass(frozen=True, slots=True, eq=False)
class ExportItem:
    """A frame that can be given away.

    Attributes
    ----------
    stem
        Name of its file without ending: random or a keyed hash, the same at each export and at no other frame.
    plane
        The label in force.
    subject, exam
        Keyed hashes.
    clip
        What tells the clip or live exam that the frame is of from every other; random.
    of_clip
        Whether it is one of a clip's frames, rather than one that was kept by itself.
    frame, time_s
        Number and seconds in the source.
    predicted, certainty
        What the model said, and how sure it was, 0 to 1; empty and None where none did.
    labelled_by, labelled_at
        Who gave the label and when (UTC); empty and None where nobody has.
    source
        Kind of what it came from, such as ``simulated`` or ``device``, never a path or a name; empty where not known.
    read
        Returns the pixels, uint8 (H, W) or (H, W, 3), cropped and masked as they entered. Fastest in the order of the
        items. Raises `StoreError` where the file is damaged.
    """

    stem: str
    plane: str
    subject: str
    exam: str
    clip: str
    of_clip: bool
    frame: int
    time_s: float
    predicted: str
    certainty: float | None
    labelled_by: str
    labelled_at: datetime | None
    source: str
    read: Callable[[], Pixels]

    def is_doubtful(self, below: float) -> bool:
        """Tell whether the model named a plane with less than this certainty, in whole percent as on screen."""
        if self.predicted in ("", NONE) or self.certainty is None:
            return False
        return round(100 * self.certainty) < round(100 * below)

    def row(self, file: str, label: str) -> dict[str, str]:
        """Return the item as a row of labels.csv, by `COLUMNS`.

        Parameters
        ----------
        file
            Relative to the data set, with forward slashes.
        label
            The plane as the data set spells it.
        """
        certainty = "" if self.certainty is None else f"{self.certainty:.4f}"
        at = "" if self.labelled_at is None else self.labelled_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        texts = (file, label, self.subject, self.exam, self.clip, str(self.frame), f"{self.time_s:.3f}")
        return dict(zip(COLUMNS, (*texts, self.predicted, certainty, self.labelled_by, at, self.source), strict=True))
