"""The folder of a plane in a data set: its own name where every file system takes that, else one made from it."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from nas.data.labels import key_of
from nas.data.walk import is_litter
from nas.errors import NasError

_PLAIN: Final = re.compile(r"[\w(+][\w ()+.,=@-]{0,59}")
_TAKEN: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
    | {"train", "training", "val", "valid", "validation", "test", "testing"}
)


class NamesDifferError(NasError):
    """Two names that may be one plane; the person has to say.

    Attributes
    ----------
    pairs
        Name in the exams, name in the data set.
    """

    def __init__(self, pairs: tuple[tuple[str, str], ...]) -> None:
        told = ", ".join(f"{new} and {old}" for new, old in pairs)
        super().__init__(
            f"The names {told} differ only in case, width or spaces. Are they one plane?",
            "If they are, take the data set's names (--same-names). If not, rename the folder there.",
        )
        self.pairs = pairs


def folder_of(plane: str) -> str:
    """Return the name of a plane's folder.

    Signs that some file system refuses become ``_``, with a hash behind, so that two planes never share a folder.
    """
    plain = unicodedata.normalize("NFC", plane)
    stem = plain.partition(".")[0].casefold()
    if _PLAIN.fullmatch(plain) and plain[-1] not in " ." and stem not in _TAKEN and not is_litter(plain):
        return plain
    mark = hashlib.blake2b(plane.encode(), digest_size=4).hexdigest()
    kept = re.sub(r"[^\w-]+", "_", plain).strip("_")[:40]
    return f"{kept or 'plane'}-{mark}"


def spelled(planes: Iterable[str], present: Iterable[str], *, same_names: bool) -> dict[str, str]:
    """Return how each plane is spelled in a data set.

    Parameters
    ----------
    planes
        Of the exams.
    present
        Of the set.
    same_names
        Take the set's name for one that differs in case, letter width or spaces alone.

    Raises
    ------
    NamesDifferError
        There is such a name and nobody has said that it is the same.
    """
    known: dict[str, str] = {}
    names: dict[str, str] = {}
    pairs = []
    for name in sorted(present):
        known.setdefault(key_of(name), name)
    here = set(present)
    for plane in sorted(set(planes)):
        other = known.setdefault(key_of(plane), plane)
        names[plane] = plane if plane in here else other
        if names[plane] != plane:
            pairs.append((plane, other))
    if pairs and not same_names:
        raise NamesDifferError(tuple(pairs))
    return names
