"""The inspection of a data-set folder: every image opened once, on a few threads, with progress."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nas.data.copies import Print, find_copies, print_of
from nas.data.folder import DataSet, scan
from nas.data.problems import Inspection, inspection
from nas.errors import NasError
from nas.still import read_still

_AT_A_TIME: Final = 64


@dataclass(frozen=True, slots=True)
class Checked:
    """How many images of how many are checked."""

    done: int
    total: int


def inspect(root: Path | DataSet, threads: int = 2) -> Generator[Checked, None, Inspection]:
    """Look at a data set, from its folder or as it was scanned; yields how far it has come, returns what was found.

    Raises
    ------
    DataError
        The folder is not laid out like a data set.
    """
    data = root if isinstance(root, DataSet) else scan(root)
    prints: dict[str, Print] = {}
    broken: dict[str, str] = {}
    total = len(data.images)
    with ThreadPoolExecutor(threads, thread_name_prefix="inspect") as pool:
        for first in range(0, total, _AT_A_TIME):
            paths = [image.path for image in data.images[first : first + _AT_A_TIME]]
            for path, seen in zip(paths, pool.map(lambda path: _print(data, path), paths), strict=True):
                if isinstance(seen, str):
                    broken[path] = seen
                else:
                    prints[path] = seen
            yield Checked(min(first + _AT_A_TIME, total), total)
    return inspection(data, broken, find_copies(prints))


def _print(data: DataSet, path: str) -> Print | str:
    """Return an image's print, or why it cannot be read."""
    try:
        content = (data.root / path).read_bytes()
        return print_of(content, read_still(content))
    except NasError as error:
        return error.message
    except OSError as error:
        return error.strerror or "it cannot be opened"
