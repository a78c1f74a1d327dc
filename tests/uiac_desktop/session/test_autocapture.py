"""Auto-capture keeps the best of what was seen, once, never what is frozen or none, in bounded memory."""

import numpy as np
import pytest

from nas.planes import PLANES
from uiac_desktop.frame import Frame, Pixels, Prediction, Result
from uiac_desktop.session.exam.autocapture import AutoCapture, Capture
from uiac_desktop.session.stillness import StillnessWatch

CLASSES = ("ACS", "FCH", "LVOT")
FPS = 30


class Scan:
    """A scan second by second: what the model says, and how the picture moves."""

    def __init__(self) -> None:
        self.capture = AutoCapture()
        self.watch = StillnessWatch()
        self.captures: list[Capture] = []
        self.most_held = 0
        self.number = 0
        self.epoch = 0
        self.classes = CLASSES

    def show(self, seconds: float, plane: str, certainty: float = 0.9, picture: Pixels | None = None) -> None:
        for _ in range(round(seconds * FPS)):
            self.one(plane, certainty, picture)

    def one(self, plane: str, certainty: float, picture: Pixels | None = None) -> None:
        pixels = picture if picture is not None else _speckle(self.number)
        frame = Frame(pixels, self.number, self.number / FPS, epoch=self.epoch)
        self.number += 1
        said = _said(plane, certainty, self.classes)
        self.captures += self.capture.see(Result(frame, said, 0.0, self.watch.see(frame)))
        visit = self.capture._visit
        self.most_held = max(self.most_held, len(self.capture._waiting) + (len(visit.best) if visit else 0))

    def finish(self) -> None:
        self.captures += self.capture.finish()

    @property
    def numbers(self) -> list[int]:
        return [capture.result.frame.index for capture in self.captures]

    @property
    def planes(self) -> set[str]:
        return {capture.plane for capture in self.captures}


def _speckle(number: int, blur: int = 1) -> Pixels:
    pixels = np.random.default_rng(number).integers(0, 256, (96, 128), np.uint8)
    if blur > 1:
        small = pixels[::blur, ::blur]
        return np.repeat(np.repeat(small, blur, 0), blur, 1)[:96, :128]
    return pixels


def _said(plane: str, certainty: float, classes: tuple[str, ...]) -> Prediction:
    best = classes.index(plane) if plane in classes else 0
    chances = np.full(len(classes), (1 - certainty) / (len(classes) - 1), np.float32)
    chances[best] = certainty
    return Prediction(classes, chances, np.zeros((len(classes), 2, 2), np.float32), plane, certainty)


@pytest.fixture
def scan() -> Scan:
    return Scan()


def test_that_the_best_moment_is_kept_and_not_the_first_that_would_do(scan: Scan) -> None:
    scan.show(0.6, "FCH", 0.7)
    scan.show(0.8, "FCH", 0.99)
    scan.show(0.5, "FCH", 0.7)
    scan.show(1.5, "none", 0.3)
    best = max(scan.captures, key=lambda capture: capture.score)
    assert scan.planes == {"FCH"}
    assert 0.6 * FPS <= best.result.frame.index < 1.4 * FPS
    assert scan.captures[0] is best


@pytest.mark.parametrize(
    ("classes", "plane"), [(PLANES, "BSC"), (("LVOT", "FCH"), "LVOT"), (("FCH", "ACS", "LVOT"), "FCH")]
)
def test_that_a_model_of_other_planes_begins_anew_and_loses_nothing_of_the_one_before(
    classes: tuple[str, ...], plane: str, scan: Scan
) -> None:
    scan.show(1.5, "FCH", 0.95)
    scan.classes = classes
    switched = scan.number
    scan.show(1.5, plane, 0.95)
    scan.finish()
    assert scan.planes == {"FCH", plane}
    assert min(scan.numbers) < switched <= max(scan.numbers)
    assert all(capture.score == pytest.approx(np.log(0.95 / 0.05), abs=0.6) for capture in scan.captures)


def test_that_a_held_plane_is_kept_while_it_is_still_held(scan: Scan) -> None:
    scan.show(2.7, "FCH", 0.95)
    assert len(scan.captures) == 1


def test_that_a_longer_hold_that_becomes_better_is_kept_again(scan: Scan) -> None:
    scan.show(3, "FCH", 0.7)
    scan.show(3, "FCH", 0.99)
    assert [capture.score for capture in scan.captures] == sorted(capture.score for capture in scan.captures)
    assert len(scan.captures) == 2
    assert scan.numbers[1] >= 3 * FPS


def test_that_a_glimpse_or_a_flickering_label_is_not_kept(scan: Scan) -> None:
    scan.show(0.2, "FCH", 0.99)
    scan.show(2, "none", 0.3)
    for _ in range(60):
        scan.one("FCH", 0.9)
        scan.one("LVOT", 0.9)
    scan.show(2, "none", 0.3)
    scan.finish()
    assert scan.captures == []


def test_that_none_is_never_kept(scan: Scan) -> None:
    scan.show(5, "none", 0.45)
    scan.finish()
    assert scan.captures == []


def test_that_a_frozen_picture_is_never_kept_but_what_was_before_it_is(scan: Scan) -> None:
    scan.show(1.5, "FCH", 0.8)
    frozen_from = scan.number
    scan.show(5, "FCH", 0.99, picture=_speckle(10_000))
    scan.finish()
    assert scan.captures
    assert all(number < frozen_from for number in scan.numbers)


def test_that_a_still_source_gives_nothing_at_all(scan: Scan) -> None:
    scan.show(5, "FCH", 0.99, picture=_speckle(1))
    scan.finish()
    assert scan.captures == []


def test_that_the_sharper_of_two_equals_is_kept(scan: Scan) -> None:
    for number in range(90):
        sharp = 40 <= number < 50
        scan.one("FCH", 0.9, _speckle(number, 1 if sharp else 4))
    scan.show(1.5, "none", 0.3)
    assert 40 <= max(scan.captures, key=lambda capture: capture.score).result.frame.index < 50


def test_that_no_frame_is_kept_twice_and_alternatives_lie_apart(scan: Scan) -> None:
    for plane in ("ACS", "FCH", "LVOT", "FCH"):
        scan.show(4, plane, 0.9)
        scan.show(1, "none", 0.3)
    scan.finish()
    assert scan.planes == {"ACS", "FCH", "LVOT"}
    assert len(scan.numbers) == len(set(scan.numbers))
    assert np.diff(sorted(scan.numbers)).min() >= 0.4 * FPS - 1


def test_that_memory_is_bounded_in_a_long_hold(scan: Scan) -> None:
    scan.show(30, "FCH", 0.9)
    assert 0 < scan.most_held <= 20
    assert len(scan.captures) < 15


def test_that_a_jump_ends_a_visit_and_begins_anew(scan: Scan) -> None:
    scan.show(1.2, "FCH", 0.9)
    scan.epoch, scan.number = 1, 300
    scan.show(0.2, "LVOT", 0.9)
    assert scan.planes == {"FCH"}
    scan.show(1.5, "LVOT", 0.9)
    scan.finish()
    assert scan.planes == {"FCH", "LVOT"}


def test_that_a_stream_without_a_model_ends_what_was_seen(scan: Scan) -> None:
    scan.show(1.2, "FCH", 0.9)
    scan.captures += scan.capture.see(Result(Frame(_speckle(0), 99, 9.0), None, 0.0))
    assert scan.planes == {"FCH"}


@pytest.mark.parametrize("shape", [(2, 2), (1, 300), (40, 50, 3)])
def test_that_pictures_of_any_shape_are_judged(scan: Scan, shape: tuple[int, ...]) -> None:
    for number in range(60):
        scan.one("FCH", 0.9, np.random.default_rng(number).integers(0, 256, shape, np.uint8))
    scan.finish()
    assert scan.planes == {"FCH"}
