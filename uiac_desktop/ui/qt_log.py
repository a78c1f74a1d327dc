"""Qt's own messages in our log: category and scrubbed text, since Qt quotes file names and those may name a patient."""

import logging
import re
from typing import Final

from PySide6.QtCore import QMessageLogContext, QtMsgType

_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_QUOTED: Final = re.compile(r'"[^"]*(?:"|$)|“[^”]*(?:”|$)|(?<!\w)[\'‘`].*?(?:[\'’`](?!\w)|$)')
_WHOLE_PATH: Final = re.compile(r"(?<!\w)(?:[A-Za-z][A-Za-z0-9+.-]*:)?~?[\\/].*")
_PART_OF_A_PATH: Final = re.compile(r"[\\/]|\w\.[A-Za-z]\w{1,4}\b")


def log_qt(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Log a message of Qt; a handler for `qInstallMessageHandler`."""
    category = context.category or "default"  # type: ignore[truthy-bool, unused-ignore]
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.INFO), "%s: %s", category, scrubbed(text))


def scrubbed(text: str) -> str:
    """Return a message without paths and names.

    What is quoted, and what follows the beginning of a path, becomes an ellipsis. Nobody can tell where a bare file
    name with spaces begins: a line that holds one goes as a whole.
    """
    return " ".join(_without_names(line) for line in text.splitlines())


def _without_names(line: str) -> str:
    kept = _WHOLE_PATH.sub("…", _QUOTED.sub("…", line))
    return "…" if _PART_OF_A_PATH.search(kept) else kept
