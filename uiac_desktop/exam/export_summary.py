"""What an export did, and what it left out and why."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from nas.counts import counted

Step: TypeAlias = Literal["comparing", "writing", "clips", "a clip"]


@dataclass(slots=True)
class ExportSummary:
    """What an export did.

    Attributes
    ----------
    root, beside
        The data set, and the folder beside it with maps and clips (None without any).
    planes
        New frames by plane, as the set spells it.
    present, relabelled
        Frames that were in the set already, and how many of these have another label there, which stays.
    disputed, alike, damaged
        Frames left out: people differ on them, they are nearly equal to another one or to one of the set, their picture
        cannot be read.
    unanalysed
        Clips of which all frames were asked for, and only those that people labelled came: no model labelled the rest.
    clips, unfit
        Clips written, and left out since a frame cannot be read or has another size.
    stopped
        Whether it was stopped; the set is as it was then, and the same export goes on from there.
    """

    root: Path
    planes: dict[str, int] = field(default_factory=dict)
    present: int = 0
    relabelled: int = 0
    disputed: int = 0
    alike: int = 0
    damaged: int = 0
    unanalysed: int = 0
    clips: int = 0
    unfit: int = 0
    beside: Path | None = None
    stopped: bool = False

    @property
    def frames(self) -> int:
        """New frames in all."""
        return sum(self.planes.values())

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was left out and why, one line each."""
        told = (
            (self.present, "in the data set already"),
            (self.relabelled, "in the data set under another label, which was not changed"),
            (self.disputed, "left out: people label it differently"),
            (self.alike, "left out: nearly equal to another, of these or of the data set"),
            (self.damaged, "left out: the picture cannot be read"),
        )
        lines = [f"{counted(count, 'frame')} {why}" for count, why in told if count]
        if self.unanalysed:
            lines.append(f"{counted(self.unanalysed, 'clip')} not analysed yet: Review does it when a clip is opened")
        if self.unfit:
            lines.append(f"{counted(self.unfit, 'clip')} left out: a frame cannot be read, or has another size")
        return tuple(lines)
