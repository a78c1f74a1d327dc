"""labels.csv as people's spreadsheets write it: BOM or not, commas, semicolons or tabs, UTF-8, UTF-16, GB 2312."""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from nas.errors import DataError

_FILE: Final = ("file", "path", "image", "filename", "file_name")
_LABEL: Final = ("label", "plane", "class")
_SUBJECT: Final = ("subject", "patient", "subject_id", "patient_id")
SYNONYMS: Final = {"file": _FILE, "label": _LABEL, "subject": _SUBJECT}
"""What tables of others call a column; the first name is ours."""


class LabelRow(NamedTuple):
    """One row: `file` relative to the root with forward slashes; what is not known is an empty text."""

    file: str
    label: str
    subject: str = ""
    exam: str = ""
    clip: str = ""
    source: str = ""


def read_labels(path: Path) -> tuple[list[LabelRow], str]:
    """Return the rows of a label file and its encoding.

    Raises
    ------
    DataError
        The file is no table with a `file` column, or its letters cannot be read for certain.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name} cannot be read.", "Ask for read access to it.") from error
    text, encoding = _decoded(data, path.name)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True)
    try:
        lines = [cells for cells in table if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise DataError(
            f"{path.name} is not a table: {error}.", "Save it as CSV (UTF-8) with a row file,label."
        ) from error
    if not lines:
        raise DataError(f"{path.name} is empty.", "Delete it, or write a first row file,label.")
    columns = {name.strip().lower(): index for index, name in enumerate(lines[0])}
    where = [_column(columns, names) for names in (_FILE, _LABEL, _SUBJECT, ("exam",), ("clip",), ("source",))]
    if where[0] is None:
        raise DataError(f"{path.name} has no column named file.", "Write a first row such as file,label,subject.")
    return [LabelRow(*_cells(line, where)) for line in lines[1:]], encoding


def key_of(label: str) -> str:
    """Return what near-equal labels have in common: case, width of letters and spaces put aside."""
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())


def near_equal(labels: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the groups of labels that differ only in case, letter width or spaces, each sorted."""
    groups: dict[str, set[str]] = {}
    for label in labels:
        groups.setdefault(key_of(label), set()).add(label)
    return [tuple(sorted(group)) for _, group in sorted(groups.items()) if len(group) > 1]


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _strict(data, "utf-16", name), "utf-16"
    if data[:3] == b"\xef\xbb\xbf":
        return _strict(data, "utf-8-sig", name), "utf-8-sig"
    if b"\0" in data:  # UTF-16 without its mark, or no text at all
        raise _unreadable(name)
    # GB 2312 is strict enough that text of another eight-bit encoding is refused, not read as wrong letters.
    for encoding in ("utf-8", "gb2312"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise _unreadable(name)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable(name) from error


def _unreadable(name: str) -> DataError:
    return DataError(f"The letters of {name} cannot be read for certain.", "Save it as CSV UTF-8 in your spreadsheet.")


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count)


def _column(columns: dict[str, int], names: tuple[str, ...]) -> int | None:
    return next((columns[name] for name in names if name in columns), None)


def _cells(line: list[str], where: list[int | None]) -> list[str]:
    cells = [
        line[index].strip().strip('"').strip() if index is not None and index < len(line) else "" for index in where
    ]
    cells[0] = cells[0].replace("\\", "/").removeprefix("./")
    return cells


def changed_labels(path: Path, change: Callable[[LabelRow], str | None]) -> bytes:
    """Return a label file with other labels, as CSV UTF-8 that spreadsheets read; every other column stays.

    Parameters
    ----------
    path
        The file.
    change
        Returns the label that a row shall have, or None to leave the row out.

    Raises
    ------
    DataError
        The file cannot be read.
    """
    rows, _ = read_labels(path)
    text, _ = _decoded(path.read_bytes(), path.name)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True)
    header, *lines = [cells for cells in table if any(cell.strip() for cell in cells)]
    columns = {name.strip().lower(): index for index, name in enumerate(header)}
    where = _column(columns, _LABEL)
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(header)
    for row, cells in zip(rows, lines, strict=True):
        label = change(row)
        if label is None:
            continue
        out = list(cells)
        if where is not None and label != row.label:
            out += [""] * (where + 1 - len(cells))
            out[where] = label
        writer.writerow(out)
    return written.getvalue().encode("utf-8-sig")
