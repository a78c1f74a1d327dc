"""A far jump leaves out pictures that no other needs, and shows to the last bit what reading through shows."""

from pathlib import Path

import numpy as np
import pytest

from tests.uiac_desktop.sources.made import write_clip
from tests.uiac_desktop.sources.numbered import numbered
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.video import source as video
from uiac_desktop.sources.video.stream import VideoStreamReader

FRAMES = 90
CODINGS = {
    "far keys": {"bf": "3", "g": "250", "x264-params": "b-pyramid=normal:scenecut=0"},
    "no B": {"bf": "0", "g": "250"},
    "open": {"bf": "3", "g": "25", "x264-params": "open-gop=1:b-pyramid=strict"},
}


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("threads", [False, True])
def test_that_every_jump_shows_the_same_as_reading_through(
    tmp_path: Path, coding: str, threads: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video, "_THREADS_FROM", 1 if threads else 10**9)
    path = write_clip(tmp_path / "clip.mp4", [numbered(number) for number in range(FRAMES)], options=CODINGS[coding])
    with open_source(str(path)) as source:
        through = list(source)
    assert len(through) == FRAMES
    with open_source(str(path)) as source:
        for number in (80, 3, 40, 89, 7, 66, 30, 31, 45, 0, 24, 25, 26, 50, 88):
            source.seek(through[number].time_s)
            for wanted in through[number : number + 5]:
                frame = source.read()
                assert frame is not None
                assert frame.index == wanted.index
                assert np.array_equal(frame.pixels, wanted.pixels)


def test_that_fewer_pictures_are_decoded_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_clip(
        tmp_path / "clip.mp4", [numbered(number) for number in range(FRAMES)], options=CODINGS["far keys"]
    )
    given = []
    following = VideoStreamReader.next

    def counted(self: VideoStreamReader) -> object:
        given.append(frame := following(self))
        return frame

    monkeypatch.setattr(VideoStreamReader, "next", counted)
    with open_source(str(path)) as source:
        source.seek(80 / 25)
        frame = source.read()
        assert frame is not None
        assert frame.index == 80
    assert len(given) < 60


def test_that_the_first_jump_is_exact_where_stamps_are_those_of_decoding(tmp_path: Path) -> None:
    """Nothing was read yet that could have told so, and a stamp leads to another picture than its own."""
    path = write_clip(tmp_path / "clip.avi", [numbered(number) for number in range(30)], options={"bf": "3", "g": "10"})
    with open_source(str(path)) as source:
        through = list(source)
    for wanted in through:
        with open_source(str(path)) as source:
            source.seek(wanted.time_s)
            frame = source.read()
            assert frame is not None
            assert frame.index == wanted.index
            assert np.array_equal(frame.pixels, wanted.pixels)
