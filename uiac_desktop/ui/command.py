"""What a command is: word, key, icon and help line as data."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

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
