"""Video files: every frame once, with its own number and time, whatever the container says."""

import gc
import sys
from fractions import Fraction
from pathlib import Path

import av
import pytest

from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.numbered import number_of, numbered
from tests.uiac_desktop.sources.video_clips import COLOUR, frames_of, numbers_of
from uiac_desktop.sources.base import FrameSource
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.video import source as video
from uiac_desktop.sources.video.source import VideoSource


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001), Fraction(25, 2)])
def test_that_fractional_rates_give_exact_times(tmp_path: Path, rate: Fraction) -> None:
    frames = frames_of(made.write_clip(tmp_path / "clip.mp4", COLOUR, fps=rate))
    assert numbers_of(frames) == list(range(30))
    assert [frame.time_s for frame in frames] == pytest.approx([float(number / rate) for number in range(30)], abs=1e-4)


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_that_gaps_between_frames_are_kept(tmp_path: Path, ending: str) -> None:
    stamps = [0, 1, 2, 9, 10, 11, 36, 37, 60, 61]
    frames = frames_of(made.write_clip(tmp_path / f"gaps.{ending}", COLOUR[:10], stamps=stamps, options={"bf": "2"}))
    assert numbers_of(frames) == list(range(10))
    assert [frame.time_s for frame in frames] == pytest.approx([stamp / 25 for stamp in stamps], abs=2e-3)


def test_that_time_counts_from_the_first_frame(tmp_path: Path) -> None:
    stamps = [100 + number for number in range(10)]
    frames = frames_of(made.write_clip(tmp_path / "late.mkv", COLOUR[:10], stamps=stamps))
    assert [frame.time_s for frame in frames] == pytest.approx([number / 25 for number in range(10)], abs=2e-3)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_that_the_last_frames_arrive_also_in_the_shortest_clips(tmp_path: Path, count: int) -> None:
    path = made.write_clip(tmp_path / "short.mp4", COLOUR[:count], options={"bf": "3"})
    assert numbers_of(frames_of(path)) == list(range(count))


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
    assert numbers_of(frames) == list(range(30))
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
        assert numbers_of(list(source)) == list(range(30))
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
    assert numbers_of(frames) == list(range(first, 30))


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


@pytest.mark.parametrize(
    "name", ["-dash.mp4", "50% %d done.mp4", "a#b?c.mp4", "四腔心 é̂.mp4", "colon: 1.mp4", "quote'\".mp4", "noending"]
)
def test_that_any_name_opens(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made.write_clip(tmp_path / "clip.mp4", COLOUR[:3]).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    with open_source(name) as source:
        assert source.info.name == name
        assert numbers_of(list(source)) == [0, 1, 2]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
def test_that_a_name_that_is_no_text_opens(tmp_path: Path) -> None:
    path = Path(str(tmp_path) + "/na\udcffme.mp4")
    made.write_clip(tmp_path / "clip.mp4", COLOUR[:3]).rename(path)
    assert numbers_of(frames_of(path)) == [0, 1, 2]


def test_that_metadata_that_are_no_text_stop_nothing(tmp_path: Path) -> None:
    path = made.write_clip(tmp_path / "title.mkv", COLOUR[:3], metadata={"title": "MARKER"})
    path.write_bytes(path.read_bytes().replace(b"MARKER", b"\xff\xfe\xc0\xff\xfe\xc1"))
    assert numbers_of(frames_of(path)) == [0, 1, 2]


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
        assert numbers_of(frames) == list(range(30))
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
