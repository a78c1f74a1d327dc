"""Damaged and cut videos give what is whole of them; what is no clip is refused with its name and advice."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.numbered import number_of
from tests.uiac_desktop.sources.video_clips import COLOUR, frames_of, numbers_of
from uiac_desktop.errors import SourceError
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.video import source as video
from uiac_desktop.sources.video.source import VideoSource


def _spoil_jpegs(path: Path, numbers: set[int]) -> None:
    content = bytearray(path.read_bytes())
    starts = [at for at in range(len(content) - 3) if content[at : at + 3] == b"\xff\xd8\xff"]
    for number in numbers:
        end = starts[number + 1] - 8 if number + 1 < len(starts) else len(content)
        content[(starts[number] + end) // 2 : end] = bytes(end - (starts[number] + end) // 2)
    path.write_bytes(content)


def test_that_damaged_jpegs_are_left_out_and_counted_and_the_rest_keeps_its_times(tmp_path: Path) -> None:
    path = made.write_clip(tmp_path / "damaged.avi", COLOUR, "mjpeg", form="yuvj420p")
    _spoil_jpegs(path, {3, 10, 11, 17})
    sound = [number for number in range(30) if number not in {3, 10, 11, 17}]
    with VideoSource(path) as source:
        assert source.info.frames == 26
        frames = list(source)
        assert source.warnings == ("The file is damaged or cut: 4 damaged frames are left out.",)
    assert numbers_of(frames) == sound
    assert [frame.time_s for frame in frames] == pytest.approx([number / 25 for number in sound])


def test_that_recorders_that_never_write_the_end_of_a_jpeg_are_read(tmp_path: Path) -> None:
    path = made.write_clip(tmp_path / "endless.avi", COLOUR[:8], "mjpeg", form="yuvj420p")
    path.write_bytes(path.read_bytes().replace(b"\xff\xd9", b"\0\0"))
    with VideoSource(path) as source:
        assert numbers_of(list(source)) == list(range(8))
        assert source.warnings == ()


@pytest.mark.parametrize("ahead_s", [0.6, 0.0])
def test_that_decoding_goes_on_after_damage_and_seeks_agree(
    tmp_path: Path, ahead_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video, "_LOOK_AHEAD_S", ahead_s)
    path = made.write_clip(tmp_path / "noise.mp4", COLOUR, options={"g": "6", "bf": "0"})
    content = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.pos is not None]
    for number in (8, 19):
        place, size = places[number]
        assert place is not None
        content[place : place + size] = b"\xff" * size
    path.write_bytes(content)
    with VideoSource(path) as source:
        frames = list(source)
        assert "damaged" in source.warnings[0]
        assert source.info.frames == len(frames)
        assert len(frames) >= 26
        assert number_of(frames[-1].pixels) == 29
        for frame in frames[::-3]:
            source.seek(frame.time_s)
            again = source.read()
            assert again is not None
            assert again.index == frame.index
            np.testing.assert_array_equal(again.pixels, frame.pixels)


def test_that_damage_met_by_threads_loses_nothing_around_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made.write_clip(tmp_path / "noise.mkv", COLOUR, options={"g": "6", "bf": "0", "slices": "2"})
    content = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    place, size = places[14]
    assert place is not None
    at = content.index(bytes(content[place : place + 4]), place) + size // 2
    content[at : at + size // 3] = bytes(np.random.default_rng(1).integers(0, 256, size // 3, dtype=np.uint8))
    path.write_bytes(content)
    by_one = [(frame.time_s, frame.pixels.sum()) for frame in frames_of(path)]
    monkeypatch.setattr(video, "_THREADS_FROM", 0)
    assert [(frame.time_s, frame.pixels.sum()) for frame in frames_of(path)] == by_one


def test_that_several_threads_show_the_same_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made.write_clip(tmp_path / "clip.mp4", COLOUR, options={"g": "10", "bf": "3"})
    by_one = frames_of(path)
    monkeypatch.setattr(video, "_THREADS_FROM", 0)
    by_several = frames_of(path)
    for one, other in zip(by_one, by_several, strict=True):
        assert one.time_s == other.time_s
        np.testing.assert_array_equal(one.pixels, other.pixels)


def test_that_a_file_cut_short_says_what_it_promised(tmp_path: Path) -> None:
    path = made.write_clip(tmp_path / "cut.mkv", COLOUR * 4, options={"g": "5", "bf": "0"}, stamps=list(range(120)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with VideoSource(path) as source:
        frames = list(source)
        assert 30 < len(frames) < 90
        assert any("promises" in line or "damaged" in line for line in source.warnings)


def _sound(path: Path) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=8000)
        for number in range(8):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = 8000, 1024 * number
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def _without_index(path: Path) -> Path:
    made.write_clip(path, COLOUR[:10])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def _written(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_sound, "no track of pictures"),
        (_without_index, "not closed properly"),
        (_written(b""), "is empty"),
        (_written(b"<!DOCTYPE html><html><title>404</title></html>" * 30), "a web page"),
        (_written(b"patient came back on tuesday\r\n" * 40), "is text"),
        (_written(b"PK\x03\x04" + bytes(500)), "packed archive"),
        (_written(bytes(range(256)) * 20), "not a clip"),
    ],
)
def test_that_what_is_no_clip_is_refused_with_its_name_and_advice(
    tmp_path: Path, make: Callable[[Path], Path], says: str
) -> None:
    with pytest.raises(SourceError) as error:
        open_source(str(make(tmp_path / "file.mp4")))
    assert says in error.value.message
    assert "file.mp4" in error.value.message
    assert str(tmp_path) not in error.value.message
    assert error.value.advice


def test_that_a_playlist_cannot_reach_out_of_the_pc(tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(SourceError):
        open_source(str(path))


def test_that_a_vanished_file_is_told_as_such(tmp_path: Path) -> None:
    path = made.write_clip(tmp_path / "clip.mp4", COLOUR)
    with VideoSource(path) as source:
        for _ in range(5):
            source.read()
        path.unlink()
        source.seek(0.0)
        source._reader.start_at = lambda stamp: False  # type: ignore[method-assign]
        with pytest.raises(SourceError, match="cannot be read any more"):
            source.read()
