"""The contract of live sources, run over every kind: device, screen, stream and one that a test scripts."""

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import cv2
import numpy as np
import pytest

from tests.uiac_desktop.sources.scripted import shade
from tests.uiac_desktop.sources.served import served
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Pixels
from uiac_desktop.sources import reconnecting
from uiac_desktop.sources.base import FrameSource, Region
from uiac_desktop.sources.capture import source as capture
from uiac_desktop.sources.capture.device_list import CaptureDevice
from uiac_desktop.sources.feed import Feed
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.opencv import cv2 as drivers
from uiac_desktop.sources.privacy.setting import PrivacySetting

Opener = Callable[[PrivacySetting | None], FrameSource]
WIDTH, HEIGHT, FRAMES = 320, 240, 8


def picture(number: int) -> Pixels:
    return np.repeat(shade(40 + number % 100, WIDTH, HEIGHT)[..., None], 3, axis=2)


class _Ticking(Feed):
    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._number = 0

    def open(self) -> None:
        return

    def next(self) -> Pixels | None:
        self._number += 1
        return None if self._stopping.wait(0.01) else picture(self._number)

    def close(self) -> None:
        return

    def interrupt(self) -> None:
        self._stopping.set()


class _Driver:
    """Stands behind ``cv2.VideoCapture``."""

    def __init__(self, *_asked: object) -> None:
        self._number = 0

    def isOpened(self) -> bool:
        return True

    def get(self, what: int) -> float:
        return {drivers.CAP_PROP_FRAME_WIDTH: WIDTH, drivers.CAP_PROP_FRAME_HEIGHT: HEIGHT}.get(what, 0)

    def read(self) -> tuple[bool, Pixels]:
        time.sleep(0.01)
        self._number += 1
        return True, picture(self._number)

    def release(self) -> None:
        return


def _mjpeg(line) -> None:
    line.recv(65536)
    line.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n")
    for number in range(100_000):
        coded = cv2.imencode(".jpg", picture(number))[1].tobytes()
        head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(coded)
        line.sendall(head + coded + b"\r\n")
        time.sleep(0.01)


@pytest.fixture(scope="module", params=["scripted", "device", "stream", "screen"])
def opener(request: pytest.FixtureRequest) -> Iterator[Opener]:
    kind: str = request.param
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        if kind == "scripted":
            yield lambda setting: reconnecting.ReconnectingSource("Scripted", "device", _Ticking, setting)
        elif kind == "device":
            patch.setattr(drivers, "VideoCapture", _Driver)
            card = CaptureDevice("Card", 0, drivers.CAP_V4L2)
            yield lambda setting: capture.open_capture("Card", setting, lambda: (card,))
        elif kind == "stream":
            port = stack.enter_context(served(_mjpeg))
            yield lambda setting: open_source(f"http://127.0.0.1:{port}/", setting)
        else:
            patch.setenv("DISPLAY", stack.enter_context(_screen()))
            yield lambda setting: open_source(f"screen:0,0,{WIDTH},{HEIGHT}", setting)


class _screen:  # noqa: N801 - reads as a context
    def __enter__(self) -> str:
        if shutil.which("Xvfb") is None:
            pytest.skip("Xvfb is not installed (apt-get install xvfb)")
        words = ["Xvfb", "-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"]
        self._server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._server.stdout is not None
        return f":{self._server.stdout.readline().strip()}"

    def __exit__(self, *_error: object) -> None:
        self._server.terminate()
        self._server.wait(10)
        assert self._server.stdout is not None
        self._server.stdout.close()


def test_that_frames_are_numbered_without_gaps_and_times_rise_from_zero(opener: Opener) -> None:
    with opener(None) as source:
        frames = [source.read() for _ in range(FRAMES)]
        assert [frame.index for frame in frames if frame is not None] == list(range(FRAMES))
        times = [frame.time_s for frame in frames if frame is not None]
        taken = [frame.captured_at for frame in frames if frame is not None]
    assert times[0] == 0
    assert times == sorted(set(times))
    assert np.allclose(np.diff(times), np.diff(taken))
    assert 0 <= time.monotonic() - taken[-1] < 5


def test_that_pixels_are_contiguous_bytes_and_the_info_is_true(opener: Opener) -> None:
    with opener(None) as source:
        frame = source.read()
        assert frame is not None
        assert frame.pixels.dtype == np.uint8
        assert frame.pixels.flags.c_contiguous
        assert frame.pixels.shape[:2] == (source.info.height, source.info.width) == (HEIGHT, WIDTH)
        assert not source.info.paced
        assert not source.info.seekable
        assert source.info.frames is None


def test_that_crop_and_mask_are_on_every_frame(opener: Opener) -> None:
    crop, mask = Region(40, 60, 160, 120), Region(80, 0, 40, HEIGHT)
    with opener(PrivacySetting(WIDTH, HEIGHT, crop, (mask,))) as source:
        assert (source.info.width, source.info.height) == (160, 120)
        for _ in range(3):
            frame = source.read()
            assert frame is not None
            assert frame.pixels.shape[:2] == (120, 160)
            assert not frame.pixels[:, 40:80].any()


def test_that_an_interrupt_ends_it_for_good(opener: Opener) -> None:
    with opener(None) as source:
        source.read()
        source.interrupt()
        assert [source.read() for _ in range(2)] == [None, None]
    assert not source.hangs


def test_that_a_closed_source_says_so(opener: Opener) -> None:
    source = opener(None)
    source.begin()
    source.close()
    source.close()
    with pytest.raises(SourceError) as error:
        source.read()
    assert error.value.advice
    assert not source.hangs
