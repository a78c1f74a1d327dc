"""The sheet that a person checks before frames leave: some of them as stored, and as they would be given away."""

import io
from collections.abc import Sequence
from contextlib import ExitStack

import numpy as np
from PIL import Image

from uiac_desktop.errors import StoreError
from uiac_desktop.exam.export_folder import png_of
from uiac_desktop.exam.export_item import ExportItem
from uiac_desktop.exam.export_items import gather
from uiac_desktop.exam.export_options import ExportOptions, levelled, wanted
from uiac_desktop.exam.foreign_clip import ForeignClip
from uiac_desktop.exam.media import shrunk
from uiac_desktop.exam.plane_folder import folder_of
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.session.export.records import SheetRow, SheetShown

MOST_ROWS = 24
_WIDE = 640
_OF_REVIEW = ("the clip that is open in Review",)


def sheet(
    store: ExamStore, exam_ids: Sequence[int], options: ExportOptions, foreign: Sequence[ForeignClip] = ()
) -> SheetShown:
    """Return the sheet of a choice: the first frame of every clip and live exam, then others spread evenly.

    Raises
    ------
    StoreError
        The store cannot be read.
    DesktopError
        An option is of no use.
    """
    options.check()
    with ExitStack() as stack:
        found = gather(store, exam_ids, options, stack, foreign)
        items = levelled(wanted(found.items, options), options)
        known = {code: _known_of(store, number) for number in exam_ids for code in [store.pseudonyms.of_exam(number)]}
        rows = []
        for item in _some(items):
            try:
                rows.append(_row(item, known.get(item.exam, _OF_REVIEW)))
            except StoreError:
                continue
        planes: dict[str, int] = {}
        for item in items:
            planes[item.plane] = planes.get(item.plane, 0) + 1
        return SheetShown(planes, tuple(rows), len(found.clips))


def _some(items: list[ExportItem]) -> list[ExportItem]:
    firsts: dict[str, int] = {}
    for place, item in enumerate(items):
        firsts.setdefault(item.clip, place)
    chosen = list(firsts.values())[:MOST_ROWS]
    spread = np.linspace(0, len(items) - 1, MOST_ROWS).round().astype(int).tolist() if items else []
    chosen += [place for place in dict.fromkeys(spread) if place not in chosen]
    return [items[place] for place in sorted(chosen[:MOST_ROWS])]


def _known_of(store: ExamStore, exam_id: int) -> tuple[str, ...]:
    exam = store.exam(exam_id)
    began = exam.started_at.astimezone()
    return (
        f"subject {exam.subject}",
        f"exam {exam_id}, {began:%Y-%m-%d %H:%M}",
        f"examined by {exam.who or 'nobody named'}",
    )


def _row(item: ExportItem, known: tuple[str, ...]) -> SheetRow:
    pixels = item.read()
    given = np.asarray(Image.open(io.BytesIO(png_of(pixels))))
    told = item.row(f"{folder_of(item.plane)}/{item.stem}.png", item.plane)
    lines = [f"{name} {value}" for name, value in told.items() if value and name not in ("clip", "frame", "time_s")]
    return SheetRow(shrunk(pixels, _WIDE), known, shrunk(given, _WIDE), tuple(lines))
