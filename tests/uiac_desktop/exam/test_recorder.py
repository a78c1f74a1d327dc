"""Clips keep every frame, its true time and size, and are readable at every moment, also after a kill."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from uiac_desktop.errors import StoreError, StoreFull
from uiac_desktop.exam.packing import PackedPicture, Packer
from uiac_desktop.exam.recorder import Recorder, Recording, write_clip
from uiac_desktop.frame import Frame, Pixels

BEGUN = 5000.0
STEP = 20


def _picture(number: int, width: int = 160, height: int = 120, grey: bool = True) -> Pixels:
    """A picture whose brightness says its number."""
    pixels = np.full((height, width), (number * STEP) % 240, np.uint8)
    pixels[: height // 2, : width // 2] = 255 - pixels[0, 0]
    return pixels if grey else np.repeat(pixels[..., None], 3, axis=2)


def _packed(times: Sequence[float], width: int = 160, height: int = 120, grey: bool = True) -> list[PackedPicture]:
    packer = Packer(width, height)
    return [
        packer.pack(Frame(_picture(number, width, height, grey), number, time_s, BEGUN + time_s))
        for number, time_s in enumerate(times)
    ]


def _read(path: Path) -> tuple[list[Pixels], list[float], float]:
    """Return the decoded pictures (grey), their times and the duration of a clip, seconds."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = list(container.decode(stream))
        duration = (container.duration or 0) / av.time_base
        pictures = [np.asarray(frame.to_ndarray(format="gray"), np.uint8) for frame in frames]
        return pictures, [float(frame.time or 0) for frame in frames], duration


def _steady(seconds: float, fps: float) -> list[float]:
    return [number / fps for number in range(round(seconds * fps))]


def test_that_every_frame_comes_back_with_its_picture_and_time(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.11, 0.3, 0.31, 0.9, 1.0, 1.5]
    written = write_clip(tmp_path / "a.mp4", tuple(_packed(times)))
    pictures, read_times, _ = _read(tmp_path / "a.mp4")
    assert written is not None
    assert (written.frames, written.width, written.height) == (8, 160, 120)
    np.testing.assert_allclose(read_times, times, atol=1e-3)
    for number, picture in enumerate(pictures):
        np.testing.assert_allclose(picture.astype(int), _picture(number), atol=6)


@pytest.mark.parametrize("times", [_steady(10, 5), _steady(4, 60), [0, 0.03, 0.06, 2.0, 2.03, 2.06, 4.0, 7.5, 7.6]])
def test_that_a_clip_lasts_as_long_as_the_recording_did(tmp_path: Path, times: list[float]) -> None:
    recorder = Recorder(tmp_path / "a.mp4")
    for picture in _packed(times, 32, 32):
        recorder.write(picture)
    ended = times[-1] + 0.15
    written = recorder.close(BEGUN + ended)
    assert written is not None
    assert written.duration_s == pytest.approx(ended, rel=0.02)
    assert _read(tmp_path / "a.mp4")[2] == pytest.approx(ended, rel=0.02)


@pytest.mark.parametrize(("width", "height"), [(321, 241), (320, 241), (17, 16)])
@pytest.mark.parametrize("grey", [True, False])
def test_that_odd_sizes_lose_no_row_or_column(tmp_path: Path, width: int, height: int, grey: bool) -> None:
    written = write_clip(tmp_path / "a.mp4", tuple(_packed([0, 0.1, 0.2], width, height, grey)))
    pictures, _, _ = _read(tmp_path / "a.mp4")
    assert written is not None
    assert (written.width, written.height) == (width, height)
    assert pictures[0].shape == (height + height % 2, width + width % 2)
    np.testing.assert_allclose(pictures[1][:height, :width].astype(int), _picture(1, width, height), atol=6)


def test_that_colours_stay_right(tmp_path: Path) -> None:
    pixels = np.zeros((64, 96, 3), np.uint8)
    pixels[:, :32, 0], pixels[:, 32:64, 1], pixels[:, 64:, 2] = 220, 220, 220
    write_clip(tmp_path / "a.mp4", (Packer(96, 64).pack(Frame(pixels, 0, 0.0, BEGUN)),))
    with av.open(str(tmp_path / "a.mp4")) as container:
        shown = next(container.decode(video=0)).to_ndarray(format="rgb24")
    for column, colour in ((16, 0), (48, 1), (80, 2)):
        wanted = np.zeros(3)
        wanted[colour] = 220
        np.testing.assert_allclose(shown[32, column], wanted, atol=14)


def test_that_a_clip_begins_at_its_first_key_picture(tmp_path: Path) -> None:
    written = write_clip(tmp_path / "a.mp4", tuple(_packed(_steady(2, 10))[3:]))
    assert written is not None
    assert written.frames == len(_read(tmp_path / "a.mp4")[0]) == 15
    assert written.began_at == BEGUN + 0.5


def test_that_nothing_recorded_leaves_no_file(tmp_path: Path) -> None:
    assert write_clip(tmp_path / "a.mp4", ()) is None
    assert write_clip(tmp_path / "a.mp4", tuple(_packed(_steady(1, 10))[1:3])) is None
    assert list(tmp_path.iterdir()) == []


def test_that_another_size_does_not_fit(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.mp4")
    (small,), (large,) = _packed([0]), _packed([0], 320, 240)
    assert recorder.fits(large)
    recorder.write(small)
    assert recorder.fits(small)
    assert not recorder.fits(large)
    assert isinstance(recorder.close(), Recording)
    assert recorder.close() is None


def test_that_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        write_clip(tmp_path / "absent" / "a.mp4", tuple(_packed([0, 0.1])))


def test_that_a_full_disk_is_said_and_what_was_written_stays_readable() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    with pytest.raises(StoreFull, match="disk is full"):
        _write_on(full)


def _write_on(path: Path) -> None:
    recorder = Recorder(path)
    for picture in _packed(_steady(3, 20)):
        recorder.write(picture)
    recorder.close()


WRITER = """
import sys
from pathlib import Path
import numpy as np
from uiac_desktop.exam.packing import Packer
from uiac_desktop.exam.recorder import Recorder
from uiac_desktop.frame import Frame
recorder, packer = Recorder(Path(sys.argv[1])), Packer(160, 120)
number = 0
while True:
    pixels = np.full((120, 160), number % 200, np.uint8)
    recorder.write(packer.pack(Frame(pixels, number, number / 30, 5000 + number / 30)))
    number += 1
    print(number, flush=True)
"""


def test_that_a_killed_recording_opens_and_holds_all_but_its_last_half_second(tmp_path: Path) -> None:
    clip = tmp_path / "a.mp4"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(clip)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = 0
        while told < 200:
            told = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
    pictures, times, _ = _read(clip)
    assert len(pictures) >= told - 30
    np.testing.assert_allclose(times, np.arange(len(times)) / 30, atol=2e-3)
    np.testing.assert_allclose(pictures[100].astype(int), 100, atol=6)
