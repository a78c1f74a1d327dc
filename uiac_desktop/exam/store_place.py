"""Where a store lies on this PC: its folder, made for who keeps, only looked for by who lists or exports."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from uiac_desktop import paths
from uiac_desktop.errors import StoreError
from uiac_desktop.exam.store_errors import CANNOT_OPEN, of_the_disk

DATABASE_FILE: Final = "exams.sqlite"


def is_address(place: str | Path | None) -> bool:
    """Tell whether a place is a server's address and no folder."""
    return isinstance(place, str) and "://" in place


def store_folder(place: str | Path | None) -> Path:
    """Return the folder of a store, made when absent.

    Parameters
    ----------
    place
        None or empty is in the user's data folder.

    Raises
    ------
    StoreError
        It cannot be made or looked into.
    """
    with _as_a_folder():
        folder = Path(place).expanduser() if place else paths.data_dir() / "exams"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / DATABASE_FILE).is_file()
    return folder


def named_store(place: str | None) -> str | None:
    """Return the place of a store that a command line names, None where it names none.

    Raises
    ------
    StoreError
        No store lies there; nothing was made.
    """
    if not place or is_address(place):
        return place
    with _as_a_folder():
        if not (Path(place).expanduser() / DATABASE_FILE).is_file():
            raise StoreError(f"There is no exam store in {place}.", f"Name the folder that holds {DATABASE_FILE}.")
    return place


@contextmanager
def _as_a_folder() -> Iterator[None]:
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        raise StoreError(
            "The exam store is a folder, and a file lies in its place.", f"Name the folder that holds {DATABASE_FILE}."
        ) from error
    except PermissionError as error:
        raise StoreError(*CANNOT_OPEN) from error
    except OSError as error:
        raise of_the_disk(error) from error
    except (ValueError, RuntimeError) as error:
        raise StoreError(
            "The folder of the exam store is not understood.", "Write its path in full, without ~NAME."
        ) from error
