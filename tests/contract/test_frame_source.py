"""The one contract of every source, run over all of them: made files of each kind, and real ones where they are."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.numbered import numbered
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame
from uiac_desktop.sources.base import FrameSource, Region
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.privacy.setting import PrivacySetting
from uiac_desktop.sources.simulated import SimulatedSource
from uiac_desktop.sources.video import source as video

Opener = Callable[[PrivacySetting | None], FrameSource]
Maker = Callable[[Path], Path]


def _colour(frames: int) -> list[made.Picture]:
    return [numbered(number, colour=True) for number in range(frames)]


def _clip(folder: Path) -> Path:
    return made.write_clip(folder / "b-frames.mp4", _colour(40), options={"bf": "3", "g": "12"})


def _transport_stream(folder: Path) -> Path:
    return made.write_clip(folder / "stream.ts", _colour(24), options={"bf": "0", "g": "6"})


def _clip_with_stamps_of_decoding(folder: Path) -> Path:
    return made.write_clip(folder / "b-frames.avi", _colour(30), options={"bf": "3", "g": "10"})


def _uneven_clip(folder: Path) -> Path:
    return made.write_clip(folder / "uneven.mkv", _colour(20), stamps=[place + place // 5 * 7 for place in range(20)])


def _damaged_clip(folder: Path) -> Path:
    path = made.write_clip(folder / "damaged.avi", _colour(20), "mjpeg", form="yuvj420p")
    content = bytearray(path.read_bytes())
    starts = [at for at in range(len(content) - 3) if content[at : at + 3] == b"\xff\xd8\xff"]
    for number in (5, 6, 13):
        middle = (starts[number] + starts[number + 1]) // 2
        content[middle : starts[number + 1] - 8] = bytes(starts[number + 1] - 8 - middle)
    path.write_bytes(content)
    return path


def _animation(folder: Path) -> Path:
    return made.write_clip(folder / "moving.gif", _colour(9), "gif", form="rgb8")


def _stills(folder: Path) -> Path:
    place = folder / "stills"
    place.mkdir()
    for number in range(12):
        Image.fromarray(numbered(number)).save(place / f"still {number}.png")
    (place / "still 4.png").write_bytes((place / "still 4.png").read_bytes()[:200])
    return place


def _still(folder: Path) -> Path:
    Image.fromarray(numbered(3, colour=True)).save(folder / "one.png")
    return folder / "one.png"


def _dicom_clip(folder: Path) -> Path:
    return made.save(made.jpeg_dicom(_colour(14)), folder / "clip.dcm")


def _damaged_dicom(folder: Path) -> Path:
    data = made.jpeg_dicom(_colour(10), FrameTime=None, FrameTimeVector=[0, 40, 40, 80, 40, 40, 20, 40, 40, 40])
    coded = [made.jpeg(picture) for picture in _colour(10)]
    coded[3] = coded[3][:100]
    made.set_coded(data, coded)
    return made.save(data, folder / "damaged.dcm")


def _dicom_still(folder: Path) -> Path:
    return made.save(made.dicom([numbered(9)]), folder / "still.dcm")


MADE: dict[str, Maker] = {
    "clip": _clip,
    "transport stream": _transport_stream,
    "clip with stamps of decoding": _clip_with_stamps_of_decoding,
    "uneven clip": _uneven_clip,
    "damaged clip": _damaged_clip,
    "animation": _animation,
    "folder of stills": _stills,
    "still": _still,
    "DICOM clip": _dicom_clip,
    "damaged DICOM clip": _damaged_dicom,
    "DICOM still": _dicom_still,
}
REAL = (
    "video_awkward/decord/corrupted.mp4",
    "video_awkward/decord/video_90.mov",
    "video_awkward/moviepy/no_duration.webm",
    "video_awkward/moviepy/-video-with-dash-.mp4",
    "lung_clips/videos/convex/Reg_pat1Image_133410.mpeg",
    "dicom_us/go-dicom/I_000007.dcm",
    "dicom_us/dcm4che/US-PAL-8-10x-echo.dcm",
    "dicom_us/pydicom-data/JPGLosslessP14SV1_1s_1f_8b.dcm",
    "fetal_sononet/4CH.png",
)


@pytest.fixture(
    scope="module", params=[*MADE, "clip not yet indexed", "simulated scan", *(f"real {name}" for name in REAL)]
)
def opener(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opener]:
    name: str = request.param
    if name == "simulated scan":
        yield lambda setting: SimulatedSource(4, setting, endless=False, size=64, fps=0.5)
        return
    if name.startswith("real "):
        path = request.getfixturevalue("real_data") / name.removeprefix("real ")
    else:
        folder = tmp_path_factory.mktemp("made")
        path = MADE.get(name, _clip)(folder)
    with pytest.MonkeyPatch.context() as patch:
        if name == "clip not yet indexed":
            patch.setattr(video, "_LOOK_AHEAD_S", 0.0)
        yield lambda setting: open_source(str(path), setting)


@pytest.fixture(scope="module")
def frames(opener: Opener) -> list[Frame]:
    """What reading through gives."""
    with opener(None) as source:
        return list(source)


def test_that_frames_are_numbered_without_gaps_and_times_rise_from_zero(frames: list[Frame]) -> None:
    assert [frame.index for frame in frames] == list(range(len(frames)))
    times = [frame.time_s for frame in frames]
    assert times[0] == 0
    assert times == sorted(times)


def test_that_pixels_are_contiguous_bytes_of_grey_or_colour(frames: list[Frame]) -> None:
    for frame in frames:
        assert frame.pixels.dtype == np.uint8
        assert frame.pixels.flags.c_contiguous
        assert frame.pixels.ndim == 2 or frame.pixels.shape[2:] == (3,)


def test_that_the_clock_of_capture_runs_on(frames: list[Frame]) -> None:
    captured = [frame.captured_at for frame in frames]
    assert captured == sorted(captured)
    assert captured[0] > 0


def test_that_what_a_source_says_of_itself_is_true(opener: Opener, frames: list[Frame]) -> None:
    with opener(None) as source:
        before = source.info
        while source.read() is not None:
            pass
        after = source.info
    assert (before.height, before.width) == frames[0].pixels.shape[:2]
    assert before.frames in (None, len(frames))
    assert after.frames == len(frames)
    assert before.seekable
    assert before.paced
    if after.duration_s is not None:
        assert after.fps is not None
        assert after.duration_s == pytest.approx(frames[-1].time_s + 1 / after.fps)


def test_that_the_end_comes_again_and_again(opener: Opener, frames: list[Frame]) -> None:
    with opener(None) as source:
        assert sum(1 for _ in source) == len(frames)
        assert [source.read() for _ in range(3)] == [None, None, None]


def test_that_every_sought_frame_is_the_one_that_reading_through_gives(opener: Opener, frames: list[Frame]) -> None:
    order = np.random.default_rng(5).permutation(len(frames))[:12]
    with opener(None) as source:
        for number in [*order, len(frames) - 1, 0]:
            source.seek(frames[number].time_s)
            _is_same(source.read(), frames[number])
            following = source.read()
            if number + 1 < len(frames):
                _is_same(following, frames[number + 1])
            else:
                assert following is None


def test_that_a_time_between_two_frames_means_the_earlier(opener: Opener, frames: list[Frame]) -> None:
    with opener(None) as source:
        for number in range(0, len(frames) - 1, max(len(frames) // 6, 1)):
            source.seek((frames[number].time_s + 3 * frames[number + 1].time_s) / 4)
            _is_same(source.read(), frames[number])


def test_that_times_outside_mean_the_first_and_the_last_frame(opener: Opener, frames: list[Frame]) -> None:
    with opener(None) as source:
        source.seek(1e6)
        _is_same(source.read(), frames[-1])
        source.seek(-1.0)
        _is_same(source.read(), frames[0])


def test_that_seeking_works_after_the_end(opener: Opener, frames: list[Frame]) -> None:
    with opener(None) as source:
        for _ in source:
            pass
        source.seek(frames[len(frames) // 2].time_s)
        _is_same(source.read(), frames[len(frames) // 2])


def test_that_crop_and_mask_are_on_every_frame(opener: Opener, frames: list[Frame]) -> None:
    with opener(None) as source:
        width, height = source.info.width, source.info.height
    if width < 8 or height < 8 or source.info.regions:
        pytest.skip("too small to be cropped, or cropped to a region already")
    crop = Region(width // 8, height // 4, width // 2, height // 2)
    mask = Region(width // 4, 0, width // 8, height)
    with opener(PrivacySetting(width, height, crop, (mask,))) as source:
        assert (source.info.width, source.info.height) == (crop.width, crop.height)
        for whole in frames:
            expected = whole.pixels.copy()
            expected[mask.y : mask.y + mask.height, mask.x : mask.x + mask.width] = 0
            seen = source.read()
            assert seen is not None
            window = expected[crop.y : crop.y + crop.height, crop.x : crop.x + crop.width]
            np.testing.assert_array_equal(seen.pixels, window)
            assert seen.pixels.flags.c_contiguous


def test_that_warnings_only_grow(opener: Opener) -> None:
    with opener(None) as source:
        told = len(source.warnings)
        for _ in source:
            assert len(source.warnings) >= told
            told = len(source.warnings)
        assert all(isinstance(line, str) and line and "\n" not in line for line in source.warnings)


def test_that_a_closed_source_says_so(opener: Opener) -> None:
    source = opener(None)
    source.close()
    source.close()
    with pytest.raises(SourceError) as error:
        source.read()
    assert error.value.advice


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_that_any_walk_of_reads_and_seeks_shows_the_right_frames(
    opener: Opener, frames: list[Frame], data: st.DataObject
) -> None:
    expected = 0
    with opener(None) as source:
        for step in data.draw(st.lists(st.one_of(st.none(), st.integers(0, len(frames) - 1)), max_size=6)):
            if step is not None:
                source.seek(frames[step].time_s)
                expected = step
            frame = source.read()
            if expected < len(frames):
                _is_same(frame, frames[expected])
                expected += 1
            else:
                assert frame is None


def _is_same(frame: Frame | None, expected: Frame) -> None:
    assert frame is not None
    assert (frame.index, frame.time_s) == (expected.index, expected.time_s)
    np.testing.assert_array_equal(frame.pixels, expected.pixels)
