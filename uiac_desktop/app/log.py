"""The program's log: a file that keeps itself small, in the user's own folder; no names and no paths go into it."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from nas.traces import TraceFormatter
from uiac_desktop import paths

_LOG_BYTES: Final = 1_000_000
_LOG_FILES: Final = 3


def start_log(path: Path | None = None) -> None:
    """Write a log of at most 1 MB, with two older ones beside it; where it cannot be written there is none."""
    try:
        handler = RotatingFileHandler(
            path or paths.log_file(), maxBytes=_LOG_BYTES, backupCount=_LOG_FILES - 1, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setFormatter(TraceFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
