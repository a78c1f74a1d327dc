"""A frozen picture is told from a live one, and what is drawn over it from a picture that moves on."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from nas.planes import NONE
from tests.uiac_desktop.session.loading import Begin, Load
from uiac_desktop.frame import Frame, Pixels, Stillness
from uiac_desktop.phantom.scan import SimulatedScan
from uiac_desktop.session.analysis import analyse
from uiac_desktop.session.events import SourceEnded
from uiac_desktop.session.stillness import STILL_AFTER_S, StillnessWatch
from uiac_desktop.sources.open import open_source

FPS = 30.0
_SEEDS = range(3)


class _Stream:
    def __init__(self) -> None:
        self.watch = StillnessWatch()
        self.number = 0

    def show(self, pixels: Pixels, epoch: int = 0) -> Stillness:
        self.number += 1
        return self.watch.see(Frame(pixels, self.number, self.number / FPS, epoch=epoch))

    def hold(self, pixels: Pixels, seconds: float = 1.0) -> list[Stillness]:
        return [self.show(pixels) for _ in range(round(seconds * FPS))]


@pytest.fixture
def stream() -> _Stream:
    return _Stream()


def _speckle(number: int, shape: tuple[int, ...] = (240, 320, 3)) -> Pixels:
    noise = np.random.default_rng(number).integers(0, 200, shape, np.uint8)
    return np.asarray(cv2.GaussianBlur(noise, (5, 5), 0), np.uint8)


def _with_callipers(pixels: Pixels) -> Pixels:
    drawn = pixels.copy()
    for x, y in ((90, 80), (190, 150)):
        cv2.drawMarker(drawn, (x, y), (240, 240, 60), cv2.MARKER_CROSS, 12, 2)
    return drawn


def test_that_a_picture_is_still_after_half_a_second_and_moves_at_once(stream: _Stream) -> None:
    stands = stream.hold(_speckle(1))
    assert [one.still_s > 0 for one in stands] == [place / FPS >= STILL_AFTER_S for place in range(len(stands))]
    assert stands[-1].still_s == pytest.approx((len(stands) - 1) / FPS)
    assert stream.show(_speckle(2)) == Stillness()


@pytest.mark.parametrize("levels", [1, 2])
def test_that_noise_of_a_grey_level_is_no_movement(stream: _Stream, levels: int) -> None:
    rng, base = np.random.default_rng(2), _speckle(1)
    for _ in range(20):
        last = stream.show(base + rng.integers(0, levels + 1, base.shape, dtype=np.uint8))
    assert (last.still_s > 0) == (levels == 1) or last == Stillness(last.still_s)


@pytest.mark.parametrize("seed", _SEEDS)
def test_that_callipers_on_a_frozen_scan_are_noticed_from_their_second_frame_on_and_nothing_else_is(seed: int) -> None:
    scan = SimulatedScan(seed, 256, 15, extras=True)
    kinds = [scan.truth(index).extra for index in range(scan.sweep_frames)]
    first = kinds.index("callipers")
    watch = StillnessWatch()
    seen = {i: watch.see(Frame(scan.render(i)[0], i, i / 15)) for i in range(first - 30, first + 40)}
    drawn = {i for i, one in seen.items() if one.drawn_over}
    assert drawn == {i for i in seen if kinds[i] == "callipers"} - {first}
    assert seen[first - 1].still_s > 0, "a scanner is frozen before it measures"


def test_that_the_frozen_picture_is_plain_again_when_the_callipers_are_taken_off(stream: _Stream) -> None:
    picture = _speckle(1)
    stream.hold(picture)
    assert stream.hold(_with_callipers(picture))[-1].drawn_over
    plain = stream.hold(picture)[-1]
    assert plain.still_s > 0
    assert not plain.drawn_over


def test_that_a_scan_that_goes_on_ends_the_drawing(stream: _Stream) -> None:
    picture = _speckle(1)
    stream.hold(picture)
    assert stream.hold(_with_callipers(picture))[-1].drawn_over
    assert stream.show(_speckle(2)) == Stillness()


def test_that_a_pointer_on_a_frozen_picture_is_no_drawing(stream: _Stream) -> None:
    picture = _speckle(1, (720, 960, 3))
    stream.hold(picture)
    pointed = picture.copy()
    cv2.fillPoly(pointed, [np.array([(400, 300), (400, 318), (412, 313)])], (255, 255, 255))
    assert not any(one.drawn_over for one in stream.hold(pointed))


def test_that_a_heart_that_beats_in_a_calm_picture_is_neither_still_nor_drawn_over(stream: _Stream) -> None:
    calm = _speckle(1)
    for beat in range(90):
        picture = calm.copy()
        cv2.circle(picture, (160, 120), 8 + round(5 * np.sin(beat)), (255, 255, 255), -1)
        assert stream.show(picture) == Stillness()


def test_that_a_small_movement_that_begins_on_a_still_picture_becomes_a_live_one(stream: _Stream) -> None:
    calm = _speckle(1)
    assert stream.hold(calm)[-1].still_s > 0
    for beat in range(30):
        picture = calm.copy()
        cv2.circle(picture, (160, 120), 8 + round(5 * np.sin(beat)), (255, 255, 255), -1)
        last = stream.show(picture)
    assert last == Stillness()


@pytest.mark.parametrize("other", [_speckle(1, (240, 320)), _speckle(1, (241, 321, 3))])
def test_that_another_size_or_kind_of_picture_begins_anew(stream: _Stream, other: Pixels) -> None:
    stream.hold(_speckle(1))
    assert stream.show(other) == Stillness()
    assert stream.hold(other)[-1].still_s > 0


def test_that_a_seek_begins_anew(stream: _Stream) -> None:
    stream.hold(_speckle(1))
    assert stream.show(_speckle(1), epoch=1) == Stillness()


@pytest.fixture
def measured_clip(tmp_path: Path) -> Path:
    """A lossless clip of 10 pictures a second: five that move, twelve frozen, ten with callipers, five that move."""
    import av

    frozen = _speckle(99)
    pictures = [*map(_speckle, range(5)), *[frozen] * 12, *[_with_callipers(frozen)] * 10, *map(_speckle, range(5, 10))]
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        stream = container.add_stream("ffv1", rate=10)
        stream.height, stream.width, stream.pix_fmt = 240, 320, "bgr0"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return tmp_path / "a.mkv"


def test_that_review_and_scan_call_a_measured_picture_none_and_the_frozen_one_by_its_plane(
    measured_clip: Path, begin: Begin, screen, load_model: Load
) -> None:
    predictor = load_model()
    with open_source(str(measured_clip)) as source:
        reviewed = list(analyse(source, predictor))
    predictor.close()
    assert [result.frame.index for result in reviewed if result.prediction.plane == NONE] == list(range(18, 27))
    begin(lambda: open_source(str(measured_clip)), load_model)
    screen.wait_for_event(SourceEnded)
    screen.wait_for_frame(31, labelled=True)
    for live in screen.results:
        if live.prediction is not None and 20 <= live.frame.index < 27:
            assert live.prediction.plane == NONE
        elif live.prediction is not None and not 17 <= live.frame.index < 27:
            assert live.prediction.plane == reviewed[live.frame.index].prediction.plane


def test_that_a_key_frame_that_codes_a_frozen_picture_anew_does_not_let_it_move(stream: _Stream) -> None:
    picture = _speckle(1)
    anew = picture + np.where(np.random.default_rng(3).random(picture.shape) < 0.75, 2, 0).astype(np.uint8)
    stream.hold(picture, 0.3)
    assert [one.still_s > 0 for one in stream.hold(anew, 0.3)][-1]
    assert stream.hold(_with_callipers(anew), 0.2)[-1].drawn_over
    assert stream.hold(_with_callipers(picture), 0.2)[-1].drawn_over
    assert stream.show(_speckle(2)) == Stillness()
