"""What a command is: word, key, icon and help line as data."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from nas.planes import NONE, PLANES

Where: TypeAlias = Literal["all", "scan", "mask", "review", "exams", "learn"]


@dataclass(frozen=True, slots=True)
class Command:
    """Something the user can have done.

    Attributes
    ----------
    id
        Name in settings and code.
    word
        On buttons and in lists.
    key
        Default key in Qt's portable text, empty for none.
    where
        The room in which the key acts, ``scan`` for example; ``all``: always.
    icon
        Name of its icon, or empty.
    help
        One sentence for tooltips and the list of keys.
    repeats
        Whether a held key goes on giving the command; else it counts once.
    """

    id: str
    word: str
    key: str
    where: Where
    icon: str
    help: str
    repeats: bool = False


_PLANE_KEYS: Final = dict(zip((*PLANES, NONE), "1234567890-'", strict=True))


def plane_command(plane: str, where: Where = "scan") -> str:
    """Return the id of the command of a room that gives a frame the label ``plane``."""
    return f"{'' if where == 'scan' else f'{where}_'}plane_{plane.lower()}"


def plane_commands(where: Where, help_line: str) -> tuple[Command, ...]:
    """Return the commands of a room that give labels, one a plane with its digit or sign, the same in every room.

    Parameters
    ----------
    help_line
        With ``{}`` where the plane stands.
    """
    return tuple(
        Command(plane_command(plane, where), f"Label {plane}", key, where, "", help_line.format(plane))
        for plane, key in _PLANE_KEYS.items()
    )
