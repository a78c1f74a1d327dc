"""Video files: numbers, times, colours and placement as they are in the file, whatever the container says."""

import gc
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.numbered import colours_are_right, number_of, numbered
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame
from uiac_desktop.sources.base import FrameSource
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.video import source as video
from uiac_desktop.sources.video.source import VideoSource

COLOUR = [numbered(number, colour=True) for number in range(30)]
BT709, FULL_RANGE, LIMITED_RANGE = 1, 2, 1


def _frames(path: Path) -> list[Frame]:
    with VideoSource(path) as source:
        return list(source)


def _numbers(frames: list[Frame]) -> list[int | None]:
    return [number_of(frame.pixels) for frame in frames]


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001), Fraction(25, 2)])
def test_that_fractional_rates_give_exact_times(tmp_path: Path, rate: Fraction) -> None:
    frames = _frames(made.write_clip(tmp_path / "clip.mp4", COLOUR, fps=rate))
    assert _numbers(frames) == list(range(30))
    assert [frame.time_s for frame in frames] == pytest.approx([float(number / rate) for number in range(30)], abs=1e-4)


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_that_gaps_between_frames_are_kept(tmp_path: Path, ending: str) -> None:
    stamps = [0, 1, 2, 9, 10, 11, 36, 37, 60, 61]
    frames = _frames(made.write_clip(tmp_path / f"gaps.{ending}", COLOUR[:10], stamps=stamps, options={"bf": "2"}))
    assert _numbers(frames) == list(range(10))
    assert [frame.time_s for frame in frames] == pytest.approx([stamp / 25 for stamp in stamps], abs=2e-3)


def test_that_time_counts_from_the_first_frame(tmp_path: Path) -> None:
    stamps = [100 + number for number in range(10)]
    frames = _frames(made.write_clip(tmp_path / "late.mkv", COLOUR[:10], stamps=stamps))
    assert [frame.time_s for frame in frames] == pytest.approx([number / 25 for number in range(10)], abs=2e-3)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_that_the_last_frames_arrive_also_in_the_shortest_clips(tmp_path: Path, count: int) -> None:
    path = made.write_clip(tmp_path / "short.mp4", COLOUR[:count], options={"bf": "3"})
    assert _numbers(_frames(path)) == list(range(count))


@pytest.mark.parametrize(
    ("codec", "name", "form", "within"),
    [
        ("libx264", "clip.mp4", "yuv420p", 6),
        ("libx264", "clip.mkv", "yuv444p", 6),
        ("libx264", "clip.avi", "yuv422p10le", 6),
        ("mpeg4", "clip.avi", "yuv420p", 8),
        ("mpeg2video", "clip.mpg", "yuv420p", 8),
        ("msmpeg4v3", "clip.wmv", "yuv420p", 8),
        ("libvpx", "clip.webm", "yuv420p", 10),
        ("mjpeg", "clip.mov", "yuvj422p", 8),
        ("ffv1", "clip.mkv", "bgr0", 0),
        ("ffv1", "deep.mkv", "gbrp16le", 1),
        ("gif", "clip.gif", "rgb8", 40),
        ("apng", "clip.png", "rgb24", 0),
        ("rawvideo", "clip.avi", "bgr24", 0),
    ],
)
def test_that_every_usual_coding_keeps_numbers_and_colours(
    tmp_path: Path, codec: str, name: str, form: str, within: float
) -> None:
    container = "apng" if codec == "apng" else None
    path = made.write_clip(tmp_path / name, COLOUR[:12], codec, form=form, container=container)
    with open_source(str(path)) as source:
        assert isinstance(source, VideoSource)
        frames = list(source)
        assert source.warnings == ()
    assert _numbers(frames) == list(range(12))
    assert all(colours_are_right(frame.pixels, within) for frame in frames)


@pytest.mark.parametrize("space", [5, BT709])
@pytest.mark.parametrize("reach", [LIMITED_RANGE, FULL_RANGE])
def test_that_matrix_and_range_are_those_that_the_file_tells(tmp_path: Path, space: int, reach: int) -> None:
    tags = {"colorspace": space, "color_range": reach}
    frames = _frames(made.write_clip(tmp_path / "tagged.mp4", COLOUR[:3], tags=tags, options={"crf": "4"}))
    assert colours_are_right(frames[0].pixels, 6)
    assert int(frames[0].pixels.max()) == pytest.approx(235, abs=4)


@pytest.mark.parametrize("form", ["gray", "gray16le"])
def test_that_grey_comes_out_grey_and_unchanged(tmp_path: Path, form: str) -> None:
    pictures = [numbered(number, 97, 63) for number in range(3)]
    frames = _frames(made.write_clip(tmp_path / "grey.mkv", pictures, "ffv1", form=form))
    for frame, picture in zip(frames, pictures, strict=True):
        np.testing.assert_allclose(frame.pixels.astype(int), picture.astype(int), atol=int(form != "gray"))


def test_that_transparency_lies_on_black(tmp_path: Path) -> None:
    layered = np.dstack([np.full((64, 96, 3), 200, np.uint8), np.full((64, 96), 255, np.uint8)])
    layered[:, 48:, 3] = 0
    layered[:10, :48, 3] = 128
    pixels = _frames(made.write_clip(tmp_path / "clear.mkv", [layered] * 2, "ffv1", form="bgra"))[0].pixels
    assert (pixels[10:, :48] == 200).all()
    assert not pixels[:, 48:].any()
    assert (pixels[:10, :48] == 100).all()


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_that_turned_and_mirrored_clips_stand_upright(tmp_path: Path, quarters: int, mirrored: bool) -> None:
    upright = numbered(77, colour=True)
    stored = np.ascontiguousarray(np.rot90(np.fliplr(upright) if mirrored else upright, quarters))
    path = made.write_clip(tmp_path / "turned.mp4", [stored] * 2, turn=(360 - 90 * quarters, mirrored))
    with VideoSource(path) as source:
        frame = source.read()
        assert frame is not None
        assert (source.info.width, source.info.height) == (96, 64)
    assert number_of(frame.pixels) == 77
    assert colours_are_right(frame.pixels, 6)


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (161, 121), (162, 33), (163, 2)])
def test_that_odd_sizes_are_exact(tmp_path: Path, size: tuple[int, int]) -> None:
    width, height = size
    pictures = [np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)] * 2
    frames = _frames(made.write_clip(tmp_path / "odd.mkv", pictures, "ffv1", form="bgr0"))
    np.testing.assert_array_equal(frames[1].pixels, pictures[1])


def test_that_a_change_of_size_goes_through_and_is_told(tmp_path: Path) -> None:
    parts = []
    for number, width in enumerate((96, 128, 96)):
        pictures = [numbered(10 * number + k, width, 64) for k in range(10)]
        stamps = [10 * number + k for k in range(10)]
        options = {"bf": "0", "g": "10"}
        parts.append(made.write_clip(tmp_path / f"{number}.ts", pictures, stamps=stamps, options=options).read_bytes())
    path = tmp_path / "sizes.ts"
    path.write_bytes(b"".join(parts))
    with VideoSource(path) as source:
        frames = list(source)
        assert any("size" in line for line in source.warnings)
    assert _numbers(frames) == list(range(30))
    assert [frame.pixels.shape[1] for frame in frames] == [96] * 10 + [128] * 10 + [96] * 10


def test_that_clips_joined_end_to_end_run_on_in_time(tmp_path: Path) -> None:
    part = made.write_clip(tmp_path / "part.ts", COLOUR[:10], options={"bf": "0"}).read_bytes()
    (tmp_path / "joined.ts").write_bytes(part + part)
    with VideoSource(tmp_path / "joined.ts") as source:
        frames = list(source)
        times = [frame.time_s for frame in frames]
        assert times == pytest.approx([number / 25 for number in range(20)], abs=1e-3)
        source.seek(times[14])
        sought = source.read()
    assert sought is not None
    assert (sought.index, number_of(sought.pixels)) == (14, 4)


def test_that_frames_that_are_never_shown_are_not_counted(tmp_path: Path) -> None:
    options = {"auto-alt-ref": "1", "lag-in-frames": "16", "b": "200k"}
    path = made.write_clip(tmp_path / "hidden.webm", COLOUR, "libvpx", options=options)
    with VideoSource(path) as source:
        assert source.info.frames == 30
        assert _numbers(list(source)) == list(range(30))
        assert source.warnings == ()


def test_that_an_edit_list_hides_the_same_frames_from_reading_and_counting(tmp_path: Path) -> None:
    whole = made.write_clip(tmp_path / "whole.mp4", COLOUR, options={"bf": "2", "g": "15"})
    with av.open(str(whole)) as container, av.open(str(tmp_path / "cut.mp4"), "w") as out:
        stream = container.streams.video[0]
        copied = out.add_stream_from_template(stream)
        for packet in container.demux(stream):
            if packet.dts is not None and packet.pts is not None:
                packet.pts, packet.dts = packet.pts - 7 * 512, packet.dts - 7 * 512
                packet.stream = copied
                out.mux(packet)
    with VideoSource(tmp_path / "cut.mp4") as source:
        promised = source.info.frames
        frames = list(source)
    assert promised == len(frames)
    assert frames[0].time_s == 0
    first = number_of(frames[0].pixels)
    assert first is not None
    assert _numbers(frames) == list(range(first, 30))


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
    assert _numbers(frames) == sound
    assert [frame.time_s for frame in frames] == pytest.approx([number / 25 for number in sound])


def test_that_recorders_that_never_write_the_end_of_a_jpeg_are_read(tmp_path: Path) -> None:
    path = made.write_clip(tmp_path / "endless.avi", COLOUR[:8], "mjpeg", form="yuvj420p")
    path.write_bytes(path.read_bytes().replace(b"\xff\xd9", b"\0\0"))
    with VideoSource(path) as source:
        assert _numbers(list(source)) == list(range(8))
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
    by_one = [(frame.time_s, frame.pixels.sum()) for frame in _frames(path)]
    monkeypatch.setattr(video, "_THREADS_FROM", 0)
    assert [(frame.time_s, frame.pixels.sum()) for frame in _frames(path)] == by_one


def test_that_several_threads_show_the_same_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made.write_clip(tmp_path / "clip.mp4", COLOUR, options={"g": "10", "bf": "3"})
    by_one = _frames(path)
    monkeypatch.setattr(video, "_THREADS_FROM", 0)
    by_several = _frames(path)
    for one, other in zip(by_one, by_several, strict=True):
        assert one.time_s == other.time_s
        np.testing.assert_array_equal(one.pixels, other.pixels)


def test_that_a_long_clip_opens_before_it_is_indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = [numbered(number % 256, 32, 32) for number in range(400)]
    path = made.write_clip(tmp_path / "long.mp4", pictures, options={"g": "50", "bf": "2"})
    monkeypatch.setattr(video, "_LOOK_AHEAD_S", 0.0)
    with VideoSource(path) as source:
        assert source.info.frames is None
        assert source.info.duration_s == pytest.approx(16)
        source.seek(8.0)
        sought = source.read()
        assert sought is not None
        assert (sought.index, number_of(sought.pixels)) == (200, 200)
        source.seek(99)
        last = source.read()
        assert last is not None
        assert last.index == 399
        assert source.info.frames == 400


def test_that_a_file_cut_short_says_what_it_promised(tmp_path: Path) -> None:
    path = made.write_clip(tmp_path / "cut.mkv", COLOUR * 4, options={"g": "5", "bf": "0"}, stamps=list(range(120)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with VideoSource(path) as source:
        frames = list(source)
        assert 30 < len(frames) < 90
        assert any("promises" in line or "damaged" in line for line in source.warnings)


@pytest.mark.parametrize(
    "name", ["-dash.mp4", "50% %d done.mp4", "a#b?c.mp4", "四腔心 é̂.mp4", "colon: 1.mp4", "quote'\".mp4", "noending"]
)
def test_that_any_name_opens(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made.write_clip(tmp_path / "clip.mp4", COLOUR[:3]).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    with open_source(name) as source:
        assert source.info.name == name
        assert _numbers(list(source)) == [0, 1, 2]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
def test_that_a_name_that_is_no_text_opens(tmp_path: Path) -> None:
    path = Path(str(tmp_path) + "/na\udcffme.mp4")
    made.write_clip(tmp_path / "clip.mp4", COLOUR[:3]).rename(path)
    assert _numbers(_frames(path)) == [0, 1, 2]


def test_that_metadata_that_are_no_text_stop_nothing(tmp_path: Path) -> None:
    path = made.write_clip(tmp_path / "title.mkv", COLOUR[:3], metadata={"title": "MARKER"})
    path.write_bytes(path.read_bytes().replace(b"MARKER", b"\xff\xfe\xc0\xff\xfe\xc1"))
    assert _numbers(_frames(path)) == [0, 1, 2]


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


def _by_opencv(path: Path) -> np.ndarray:
    capture = cv2.VideoCapture(str(path))
    shown, pixels = capture.read()
    capture.release()
    assert shown
    return np.asarray(pixels[..., ::-1])


@pytest.mark.parametrize("name", ["video_0.mov", "video_90.mov", "video_180.mov", "video_270.mov"])
def test_that_real_turned_clips_stand_as_opencv_stands_them(real_data: Path, name: str) -> None:
    path = real_data / "video_awkward" / "decord" / name
    np.testing.assert_array_equal(_frames(path)[0].pixels, _by_opencv(path))


def _count(source: FrameSource) -> int:
    return sum(1 for _ in source)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("opencv-doc/tree.avi", 68),
        ("moviepy/no_duration.webm", 74),
        ("moviepy/fire2.mp4", 25),
        ("moviepy/transparent.webm", 150),
        ("torchcodec/av1_video.mkv", 125),
        ("torchcodec/h265_10bits.mp4", 30),
        ("decord/unordered.mov", 4),
        ("decord/corrupted.mp4", 48),
    ],
)
def test_that_real_awkward_clips_give_their_real_number_of_frames(real_data: Path, name: str, count: int) -> None:
    with open_source(str(real_data / "video_awkward" / name)) as source:
        assert source.info.frames == count
        assert _count(source) == count


def test_that_files_whose_stamps_are_those_of_decoding_keep_order_and_times(tmp_path: Path) -> None:
    path = made.write_clip(tmp_path / "b-frames.avi", COLOUR, options={"bf": "3", "g": "10"})
    with av.open(str(path)) as container:
        stamps = [frame.pts for frame in container.decode(video=0)]
    assert stamps != sorted(stamps)
    with VideoSource(path) as source:
        frames = list(source)
        assert _numbers(frames) == list(range(30))
        assert [frame.time_s for frame in frames] == pytest.approx([number / 25 for number in range(30)])
        assert source.warnings == ()
        for number in (25, 9, 10, 11, 29):
            source.seek(number / 25 + 0.001)
            sought = source.read()
            assert sought is not None
            assert number_of(sought.pixels) == number


def test_that_decoded_frames_are_let_go_at_once_and_not_at_the_next_garbage_collection(tmp_path: Path) -> None:
    path = made.write_clip(tmp_path / "long.mp4", COLOUR * 3, options={"g": "90"})
    gc.collect()
    gc.disable()
    try:
        with VideoSource(path) as source:
            assert sum(1 for _ in source) == 90
            alive = sum(type(thing) is av.VideoFrame for thing in gc.get_objects())
    finally:
        gc.enable()
    assert alive < 20
