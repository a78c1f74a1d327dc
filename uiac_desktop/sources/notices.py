"""The warnings of one source: each cause told once, lost frames as one line with their number, no line ever moved."""


class Notices:
    """Collects lines in the order of first telling, so that a reader may follow by position.

    Parameters
    ----------
    damage
        How the line begins that counts lost frames.
    """

    def __init__(self, damage: str = "The file is damaged or cut") -> None:
        self._damage = damage
        self._lines: list[str] = []
        self._losses = 0
        self._loss_line = 0
        self._places: dict[int, int] = {}

    @property
    def lines(self) -> tuple[str, ...]:
        """What was told so far."""
        return tuple(self._lines)

    @property
    def losses(self) -> int:
        """Frames that were left out so far."""
        return self._losses

    def tell(self, line: str | None) -> None:
        """Add a line, unless it is None or stands there already."""
        if line is not None and line not in self._lines:
            self._lines.append(line)

    def put(self, key: int, line: str) -> None:
        """Add a line, or replace the one of the same key where it stands, as when a number grew."""
        if not line:
            return
        if key in self._places:
            self._lines[self._places[key]] = line
        else:
            self._places[key] = len(self._lines)
            self._lines.append(line)

    def lose(self, frames: int = 1, *, all_known: bool = False) -> None:
        """Count frames that are damaged and left out; ``all_known`` where no more can turn up."""
        if frames <= 0:
            return
        if self._losses == 0:
            self._loss_line = len(self._lines)
            self._lines.append("")
        self._losses += frames
        counted = "1 damaged frame is" if self._losses == 1 else f"{self._losses} damaged frames are"
        end = "left out." if all_known else "left out so far."
        self._lines[self._loss_line] = f"{self._damage}: {counted} {end}"
