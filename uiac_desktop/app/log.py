"""The program's log: a file that keeps itself small, in the user's own folder; no names and no paths go into it."""

import logging
from pathlib import Path

from nas.traces import LogFile
from uiac_desktop import paths


def start_log(path: Path | None = None) -> None:
    """Write a log of at most 1 MB, with two older ones beside it; where it cannot be written there is none."""
    root = logging.getLogger()
    root.addHandler(LogFile(path or paths.log_file()))
    root.setLevel(logging.INFO)
