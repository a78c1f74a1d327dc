"""What Review finds in a clip: segments, doubtful frames, changes, best frames; and what it keeps in memory."""

import numpy as np
import pytest

from uiac_desktop.exam.clip_predictions import PredictionPart
from uiac_desktop.frame import Frame
from uiac_desktop.session.review.clip_findings import Findings, findings
from uiac_desktop.session.review.frame_cache import FrameCache
from uiac_desktop.session.review.label_rows import UNSAID, Codes
from uiac_desktop.session.review.prediction_book import PredictionBook, Reading

CLASSES = ("FCH", "TV")
FPS = 4.0  # a quarter of a second between frames: nothing is steadied


def read(chances: list[float], codes: Codes, threshold: float = 0.5) -> Reading:
    """Return a reading where the first class has these chances."""
    book = PredictionBook(codes, CLASSES, threshold)
    rows = np.array([(chance, 1 - chance) for chance in chances], np.float32)
    half = len(rows) // 2
    times = np.arange(len(rows)) / FPS
    book.add(PredictionPart(0, times[:half], CLASSES, rows[:half]))
    book.add(PredictionPart(half, times[half:], CLASSES, rows[half:], complete=True))
    assert book.complete
    return book.reading()


def found(chances: list[float], labels: dict[int, str] | None = None, threshold: float = 0.5) -> Findings:
    codes = Codes()
    reading = read(chances, codes, threshold)
    row = np.full(len(chances), UNSAID, np.int16)
    for frame, plane in (labels or {}).items():
        row[frame] = codes.number(plane)
    return findings(reading, row, codes, lambda frame: frame / FPS)


def test_that_segments_end_where_the_plane_or_its_certainty_changes() -> None:
    segments = found([0.95, 0.95, 0.7, 0.7, 0.05, 0.05]).predicted
    assert [(one.first, one.last, one.plane) for one in segments] == [(0, 1, "FCH"), (2, 3, "FCH"), (4, 5, "TV")]
    assert [one.certainty for one in segments] == pytest.approx([0.95, 0.7, 0.95])
    assert (segments[0].start_s, segments[-1].end_s) == (0.0, 1.5)


def test_that_doubtful_is_between_none_and_likely_and_told_by_its_least_certain_frame() -> None:
    doubts = found([0.95, 0.58, 0.55, 0.58, 0.95, 0.42], {2: "TV"}).doubtful
    assert [(one.frame, one.run.first, one.run.last, one.plane, one.label) for one in doubts] == [
        (2, 1, 3, "FCH", "TV"),
        (5, 5, 5, "TV", None),
    ]
    assert found([0.55, 0.45], threshold=0.9).doubtful == ()
    assert found([0.696, 0.696]).doubtful == (), "70 % stands on screen, and Likely beside it"


def test_that_changes_and_differences_are_told() -> None:
    told = found([0.95, 0.95, 0.05, 0.05, 0.95], {0: "FCH", 2: "FCH", 3: "FCH"})
    assert told.changes == (2, 4)
    assert [(run.first, run.last) for run in told.differences] == [(2, 3)]


def test_that_the_best_frame_lies_in_the_surest_second_and_a_person_goes_before_the_model() -> None:
    chances = [0.95, 0.05, 0.05, 0.9, 0.93, 0.94, 0.93, 0.9, 0.05]
    best = {one.plane: one.frame for one in found(chances).bests}
    assert best["FCH"] == 5
    told = {one.plane: one.frame for one in found(chances, dict.fromkeys(range(3, 8), "TVT")).bests}
    assert told["FCH"] == 0
    assert 3 <= told["TVT"] <= 7


def test_that_parts_must_follow_each_other() -> None:
    book = PredictionBook(Codes(), CLASSES, 0.5)
    with pytest.raises(ValueError, match="does not follow"):
        book.add(PredictionPart(3, np.zeros(1), CLASSES, np.ones((1, 2), np.float32)))


def test_that_a_reading_does_not_change_when_more_is_added() -> None:
    codes = Codes()
    book = PredictionBook(codes, CLASSES, 0.5)
    rows = np.tile(np.array([[0.9, 0.1]], np.float32), (3000, 1))
    book.add(PredictionPart(0, np.arange(3000) / FPS, CLASSES, rows))
    reading = book.reading()
    before = reading.planes.copy()
    book.add(PredictionPart(3000, 750 + np.arange(3000) / FPS, CLASSES, 1 - rows))
    assert len(reading) == 3000
    assert (reading.planes == before).all()
    assert len(book.reading()) == 6000


def test_that_the_cache_never_holds_more_than_its_bytes() -> None:
    cache = FrameCache(10 * 64)
    for number in range(50):
        cache.put(Frame(np.zeros((8, 8), np.uint8), number, number / FPS))
        assert cache.bytes <= 640
    assert [number for number in range(50) if cache.get(number) is not None] == list(range(40, 50))
    cache.get(40)
    cache.put(Frame(np.zeros((8, 8), np.uint8), 99, 0.0))
    assert cache.get(40) is not None
    assert cache.get(41) is None
