"""Command lines as records: tyro reads them, and its complaints become ours."""

import contextlib
import inspect
import io
import re
import sys
from typing import Any, Final, TypeVar

import tyro
from pydantic import ValidationError

from nas.config.reading import said
from nas.errors import NasError

Record = TypeVar("Record")
_OUT_OF_RANGE: Final = re.compile(r"validation errors? for \w+ (?P<field>\w+) (?P<complaint>.+?) \[type=")


def parsed(record: type[Record], words: list[str], command: str, default: Any = None) -> Record:
    """Return the record that the words of a command line give.

    Raises
    ------
    NasError
        A word is unknown or has a wrong value.
    SystemExit
        With 0, after --help.
    """
    complaint = io.StringIO()
    options = {} if default is None else {"default": default}
    try:
        with contextlib.redirect_stderr(complaint):
            found: Record = tyro.cli(
                record,
                args=words,
                prog=f"uiac-nas {command}",
                description=inspect.cleandoc(record.__doc__ or ""),
                **options,
            )
            return found
    except ValidationError as error:
        raise NasError(said(error), f"Run `uiac-nas {command} --help` for every option and its range.") from error
    except SystemExit as stop:
        if stop.code in (0, None):
            sys.stderr.write(complaint.getvalue())
            raise
        raise NasError(_plain(complaint.getvalue()), f"Run `uiac-nas {command} --help`.") from None


def _plain(box: str) -> str:
    """Return the text inside tyro's box as one line."""
    lines = [line.strip("│╭╮╰╯─━ \t") for line in box.splitlines()]
    kept = [line for line in lines if line and "full helptext" not in line and not line.startswith("Parsing error")]
    text = " ".join(kept)
    if out_of_range := _OUT_OF_RANGE.search(text):
        return f"{out_of_range['field']}: {out_of_range['complaint']}"
    return text or "The command line is not understood."
