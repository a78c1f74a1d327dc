"""Whether a file or a folder can be seen: of a share that went away every error means no, and none stops a page."""

from pathlib import Path


def is_file(path: Path) -> bool:
    """Tell whether a file can be seen."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Tell whether a folder can be seen."""
    try:
        return path.is_dir()
    except OSError:
        return False
