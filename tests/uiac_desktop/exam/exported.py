"""An exam to give away, and what its data set says afterwards."""

import csv
import io
from pathlib import Path

from tests.uiac_desktop.exam.conftest import new_frame
from uiac_desktop.exam.store import ExamStore


def an_exam(store: ExamStore, planes: str = "FCH FCH TV TV", number: str | None = None, seed: int = 0) -> int:
    exam = store.begin_exam("Ann", "Screening", number)
    for place, plane in enumerate(planes.split()):
        store.keep(exam.id, new_frame(plane, seed + place))
    return exam.id


def rows_of(root: Path) -> list[dict[str, str]]:
    content = (root / "labels.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), "Excel reads UTF-8 only with this mark"
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
