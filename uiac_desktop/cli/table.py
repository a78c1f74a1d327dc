"""One row a frame as CSV or JSON: written aside while the work goes on, put in place whole at the end."""

import csv
import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TextIO, TypeAlias

from nas.errors import NasError
from uiac_desktop.cli.lines import note
from uiac_desktop.errors import DesktopError
from uiac_desktop.frame import Result
from uiac_desktop.inference.foreign_config import AnyModelConfig

Value: TypeAlias = str | int | float

_DIGITS: Final = 6
FORMATS: Final = (".csv", ".json")


def columns(config: AnyModelConfig) -> tuple[str, ...]:
    """Return the names of the columns; those of chances are the planes alone."""
    return ("source", "frame", "time_s", "plane", "certainty", *(f"p_{code}" for code in config.planes))


def row(source: str, result: Result, config: AnyModelConfig) -> list[Value]:
    """Return the values of one labelled frame in the order of `columns`; times and chances to six digits."""
    frame, prediction = result.frame, result.prediction
    if prediction is None:
        raise ValueError("a row is made of a labelled frame")
    chances = dict(zip(prediction.classes, prediction.probabilities.tolist(), strict=True))
    return [
        source,
        frame.index,
        round(frame.time_s, _DIGITS),
        prediction.plane,
        round(prediction.certainty, _DIGITS),
        *(round(chances[code], _DIGITS) for code in config.planes),
    ]


class _TableError(DesktopError):
    """The table itself cannot be written, so that what is in it may end in the middle of a row."""


class Table(ABC):
    """Takes rows.

    Parameters
    ----------
    out
        The file that its errors name; None for stdout, whose errors stay as they are.

    Attributes
    ----------
    rows
        How many it has.
    """

    def __init__(self, out: Path | None) -> None:
        self.rows = 0
        self._out = out

    def add(self, values: list[Value]) -> None:
        """Write one row.

        Raises
        ------
        DesktopError
            The file cannot be written.
        """
        with _writing(self._out):
            self._write(values)
        self.rows += 1

    @abstractmethod
    def _write(self, values: list[Value]) -> None: ...

    def finish(self) -> None:  # noqa: B027 - CSV has no end to write
        """Write what stands after the last row."""


class CsvTable(Table):
    """Comma-separated values with a header line.

    Parameters
    ----------
    stream
        Text stream that leaves line ends alone.
    names
        Of the columns.
    out
        Its file; None for stdout.
    """

    def __init__(self, stream: TextIO, names: tuple[str, ...], out: Path | None = None) -> None:
        super().__init__(out)
        self._writer = csv.writer(stream, lineterminator="\n")
        self._writer.writerow(names)

    def _write(self, values: list[Value]) -> None:
        self._writer.writerow(values)


class JsonTable(Table):
    """A JSON list of one object a row, one object a line.

    Parameters
    ----------
    stream
        Text stream, UTF-8.
    names
        Keys of an object.
    out
        Its file; None for stdout.
    """

    def __init__(self, stream: TextIO, names: tuple[str, ...], out: Path | None = None) -> None:
        super().__init__(out)
        self._stream = stream
        self._names = names

    def _write(self, values: list[Value]) -> None:
        self._stream.write(",\n" if self.rows else "[\n")
        json.dump(dict(zip(self._names, values, strict=True)), self._stream, ensure_ascii=False)

    def finish(self) -> None:
        """Close the list."""
        self._stream.write("\n]\n" if self.rows else "[]\n")


@contextmanager
def open_table(out: Path | None, names: tuple[str, ...], plain: bool) -> Iterator[Table]:
    """Open the table of a run.

    Parameters
    ----------
    out
        ``.csv`` or ``.json``; None for CSV on stdout. It appears whole when the block ends, also when the work was
        stopped on request or by an error that could be expected; not at all when it gave no row.
    names
        Of the columns.
    plain
        Whether all text in it is ASCII; if not, a CSV starts with a byte-order mark, without which Excel garbles it.

    Raises
    ------
    DesktopError
        The file cannot be written.
    """
    if out is None:
        yield CsvTable(sys.stdout, names)
        return
    aside = out.with_name(f".{out.name}.unfinished")
    is_json = out.suffix.lower() == ".json"
    with _writing(out):
        encoding = "utf-8" if plain or is_json else "utf-8-sig"
        stream = aside.open("w", encoding=encoding, errors="backslashreplace", newline="")  # of names in no encoding
    try:
        with _writing(out):
            table = JsonTable(stream, names, out) if is_json else CsvTable(stream, names, out)
        try:
            yield table
        except _TableError:
            raise
        except (KeyboardInterrupt, DesktopError, NasError) as stop:
            _put_in_place(table, stream, aside, out)
            why = "Stopped on request" if isinstance(stop, KeyboardInterrupt) else "Stopped early"
            if table.rows:
                note(f"{why}: {table.rows} rows are in {out}.")
            raise
        _put_in_place(table, stream, aside, out)
    finally:
        with suppress(OSError):
            stream.close()
        aside.unlink(missing_ok=True)


@contextmanager
def _writing(out: Path | None) -> Iterator[None]:
    """Say of the table, and of nothing else that the work touches, that it cannot be written."""
    try:
        yield
    except OSError as error:
        if out is None:
            raise
        raise _TableError(
            f"{out} cannot be written ({error.strerror or 'unknown reason'}).",
            "Check the folder, the free space and your rights.",
        ) from error


def _put_in_place(table: Table, stream: TextIO, aside: Path, out: Path) -> None:
    with _writing(out):
        table.finish()
        stream.close()
        if table.rows:
            aside.replace(out)
