"""Where results may lie: outside the data set, since their pictures would be read as its images the next time."""

from pathlib import Path

from nas.errors import RunError


def refuse_inside(data: Path, out: Path) -> None:
    """Raise `RunError` where a folder of results would lie in a data set, or be it."""
    place, root = out.absolute().resolve(), data.absolute().resolve()
    if place == root or root in place.parents:
        raise RunError(
            f"{out.name or out} would lie in the data set, and its pictures would be taken for frames.",
            "Name a folder outside the data set with --out.",
        )
