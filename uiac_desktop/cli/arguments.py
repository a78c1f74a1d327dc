"""The words of a command line as a record: tyro reads them, and its complaints become ours."""

import contextlib
import io
from typing import Annotated, TypeAlias, TypeVar

import tyro

from nas.cli.parsing import plain
from uiac_desktop.errors import DesktopError

Record = TypeVar("Record")

PROGRAM = "uiac-desktop"

StorePlace: TypeAlias = Annotated[
    str | None,
    tyro.conf.arg(
        metavar="PLACE",
        help="folder, or postgresql+psycopg://USER@HOST/DATABASE",
        help_behavior_hint="(default: that of the settings)",
    ),
]
"""Which exam store a command works on."""


def parsed(record: type[Record], words: list[str], command: str) -> Record:
    """Return the record that the words give.

    Parameters
    ----------
    record
        A dataclass whose fields are the options.
    words
        What stands after the command's name.
    command
        Its name.

    Raises
    ------
    DesktopError
        A word is unknown, or a value is of no use.
    SystemExit
        With 0, after ``--help``.
    """
    complaint = io.StringIO()
    try:
        with contextlib.redirect_stderr(complaint):
            return tyro.cli(record, args=words, prog=f"{PROGRAM} {command}", config=(tyro.conf.FlagCreatePairsOff,))
    except SystemExit as stop:
        if not stop.code:
            raise
        raise DesktopError(plain(complaint.getvalue()), f"See {PROGRAM} {command} --help.") from None
