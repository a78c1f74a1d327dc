"""uiac-desktop exams: lists what the exam store holds, for people or as JSON."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from nas.exit_status import DONE
from uiac_desktop.cli.arguments import StorePlace, parsed
from uiac_desktop.cli.lines import note

if TYPE_CHECKING:
    from uiac_desktop.exam.exam_list import ExamLine

_COLUMNS = ("exam", "began", "subject", "who", "protocol", "frames", "clips", "planes")


@dataclass(frozen=True, slots=True)
class Options:
    """List the exams that are kept, newest first.

    Words narrow the list: a plane (RVOT), a year, month or day (2026, 2026-05, 2026-05-31), a subject's code or its
    beginning (S-7K), the word exported, or the name of who examined.
    """

    words: Annotated[
        tuple[str, ...],
        tyro.conf.Positional,
        tyro.conf.arg(metavar="WORD...", help="what to look for", help_behavior_hint="(default: every exam)"),
    ] = ()
    bin: Annotated[bool, tyro.conf.arg(help="those in the bin instead")] = False
    json: Annotated[bool, tyro.conf.arg(help="write JSON; times are UTC")] = False
    store: StorePlace = None


def run(words: list[str]) -> int:
    """Write the list; return 0.

    Raises
    ------
    StoreError
        The store cannot be opened, or none lies where the words say.
    """
    from nas.planes import PLANES
    from uiac_desktop.exam.exam_list import read_query
    from uiac_desktop.exam.store import open_store
    from uiac_desktop.exam.store_place import named_store
    from uiac_desktop.settings import SettingsFile

    options = parsed(Options, words, "exams")
    with open_store(named_store(options.store) or SettingsFile().load()[0].store) as store:
        asked = " ".join(options.words)
        planes = {*PLANES, *store.planes()}
        lines = store.exam_lines(read_query(asked, "binned" if options.bin else "listed", planes))
        unlisted = store.disk_use().unlisted
        aside = store.media.unlisted
    if options.json:
        print(json.dumps([_as_json(line) for line in lines], indent=2, ensure_ascii=False))
    elif lines:
        _print_table([_COLUMNS, *(_as_row(line) for line in lines)])
    else:
        print(_nothing(asked, options.bin))
    if unlisted:
        note(_set_aside(unlisted, aside))
    return DONE


def _nothing(asked: str, binned: bool) -> str:
    if asked:
        return f'No exam matches "{asked}".'
    return "The bin is empty." if binned else "No exams yet. Keep a frame in Scan, and its exam appears here."


def _set_aside(size: int, place: Path) -> str:
    return f"{size / 1e6:.1f} MB of files that belong to no listed frame or clip were set aside in {place}"


def _as_json(line: "ExamLine") -> dict[str, object]:
    values = {**asdict(line.exam), "frames": line.frames, "clips": line.clips, "planes": list(line.planes)}
    values |= {"corrected": line.corrected, "binned_at": line.binned_at, "exported_at": line.exported_at}
    values["changed_since_export"] = line.changed_since_export
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}


def _as_row(line: "ExamLine") -> tuple[str, ...]:
    exam = line.exam
    began = f"{exam.started_at.astimezone():%Y-%m-%d %H:%M}"
    counts = str(line.frames), str(line.clips)
    return str(exam.id), began, exam.subject, exam.who, exam.protocol, *counts, " ".join(line.planes)


def _print_table(rows: list[tuple[str, ...]]) -> None:
    """Print columns; a Chinese sign is as wide as two letters."""
    from rich.cells import cell_len

    widths = [max(cell_len(row[place]) for row in rows) for place in range(len(_COLUMNS))]
    for row in rows:
        cells = (text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())
