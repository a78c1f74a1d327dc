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

_PLAIN_WORDS: Final = {
    r"^Error parsing (\S+): invalid literal for int\(\) with base 10: (.+)$": r"\1: \2 is no whole number",
    r"^Error parsing (\S+): could not convert string to float: (.+)$": r"\1: \2 is no number",
    r"^Missing from (.+): PATH\b.*$": r"\1 needs the path of a folder or a file",
    r"Input should be greater than or equal to (\S+)": r"must be at least \1",
    r"Input should be less than or equal to (\S+)": r"must be at most \1",
    r" Expected 1 values\.$": "",
}


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
        raise NasError(plain(complaint.getvalue()), f"Run `uiac-nas {command} --help`.") from None


def plain(box: str) -> str:
    """Return the first paragraph inside tyro's box as one line in plain words."""
    is_drawn = "╭" in box  # else, on a terminal without such signs, the title is a paragraph of its own
    inside = "\n".join(line.strip("│ \t") for line in box.splitlines() if not line.startswith(("╭", "╰")))
    paragraphs = [" ".join(part.split()) for part in re.split(r"^(?:─+|-{4,})$", inside, flags=re.MULTILINE)]
    text = (paragraphs if is_drawn else [*paragraphs[1:], ""])[0]
    if out_of_range := _OUT_OF_RANGE.search(text):
        text = f"{out_of_range['field']}: {out_of_range['complaint']}"
    for jargon, words in _PLAIN_WORDS.items():
        text = re.sub(jargon, words, text)
    return text if text.endswith(".") else f"{text or 'The command line is not understood'}."
