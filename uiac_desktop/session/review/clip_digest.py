"""A digest of what a clip or a model holds, by which it is known again wherever it lies and whatever it is called."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from uiac_desktop.sources.privacy.setting import PrivacySetting

_PIECE: Final = 1 << 20


class DigestStoppedError(Exception):
    """It was stopped before the end."""


def digest_of(place: Path, goes_on: Callable[[], bool] = lambda: True) -> str:
    """Return SHA-256 in hexadecimal of a file, or of all files that lie directly in a folder, with their names.

    Parameters
    ----------
    goes_on
        Asked between pieces of a mebibyte.

    Raises
    ------
    DigestStoppedError
        `goes_on` said no.
    OSError
        It cannot be read.
    """
    whole = hashlib.sha256()
    if place.is_dir():
        for file in sorted(entry for entry in place.iterdir() if entry.is_file() and not entry.name.startswith(".")):
            whole.update(f"{file.name}\0{file.stat().st_size}\0".encode())
            _add(whole, file, goes_on)
    else:
        _add(whole, place, goes_on)
    return whole.hexdigest()


def predictions_key(model: str, privacy: PrivacySetting | None) -> str:
    """Return what predictions are kept under: a model's digest and what it was shown of the picture."""
    return hashlib.sha256(f"{model}\0{privacy!r}".encode()).hexdigest()


def _add(whole: "hashlib._Hash", file: Path, goes_on: Callable[[], bool]) -> None:
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            if not goes_on():
                raise DigestStoppedError
            whole.update(piece)
