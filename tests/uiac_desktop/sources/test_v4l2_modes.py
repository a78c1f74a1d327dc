"""Sizes and rates of a V4L2 device, at the border of the system's own calls."""

import struct

import pytest

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.capture.device_list import CaptureDevice
from uiac_desktop.sources.capture.v4l2_modes import CaptureMode, capture_modes
from uiac_desktop.sources.opencv import cv2

DEVICE = CaptureDevice("Grabber", 3, cv2.CAP_V4L2)
MJPG, YUYV = (int.from_bytes(code, "little") for code in (b"MJPG", b"YUYV"))
SIZES = {MJPG: [(1920, 1080), (1280, 720)], YUYV: [(640, 480)]}


class StubKernel:
    """Answers the three questions of videodev2.h for one device; notes which node was opened and closed."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.closed: list[int] = []

    def open(self, path: str, flags: int) -> int:
        self.opened.append(path)
        return 77

    def ioctl(self, node: int, request: int, record: bytearray) -> int:
        number, index = request & 0xFF, struct.unpack_from("=I", record)[0]
        assert request >> 16 & 0x3FFF == len(record)
        assert request >> 30 == 3
        assert request >> 8 & 0xFF == ord("V")
        answer = {2: self._form, 74: self._size, 75: self._rate}[number]
        answer(index, record)
        return 0

    def _form(self, index: int, record: bytearray) -> None:
        assert struct.unpack_from("=I", record, 4) == (1,)
        if index >= len(SIZES):
            raise OSError(22, "Invalid argument")
        struct.pack_into("=I", record, 44, list(SIZES)[index])

    def _size(self, index: int, record: bytearray) -> None:
        sizes = SIZES[struct.unpack_from("=I", record, 4)[0]]
        if index >= len(sizes):
            raise OSError(22, "Invalid argument")
        struct.pack_into("=III", record, 8, 1, *sizes[index])

    def _rate(self, index: int, record: bytearray) -> None:
        width = struct.unpack_from("=I", record, 8)[0]
        rates = [(1, 60), (1, 30)] if width < 1920 else [(1001, 30000)]
        if index >= len(rates):
            raise OSError(22, "Invalid argument")
        struct.pack_into("=III", record, 16, 1, *rates[index])


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> StubKernel:
    stub = StubKernel()
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("uiac_desktop.sources.capture.v4l2_modes.os.open", stub.open)
    monkeypatch.setattr("uiac_desktop.sources.capture.v4l2_modes.os.close", stub.closed.append)
    monkeypatch.setattr("fcntl.ioctl", stub.ioctl)
    return stub


def test_that_modes_are_listed_the_largest_first_and_the_device_is_let_go(kernel: StubKernel) -> None:
    assert capture_modes(DEVICE) == (
        CaptureMode("MJPG", 1920, 1080, (29.97,)),
        CaptureMode("MJPG", 1280, 720, (60.0, 30.0)),
        CaptureMode("YUYV", 640, 480, (60.0, 30.0)),
    )
    assert kernel.opened == ["/dev/video3"]
    assert kernel.closed == [77]


def test_that_a_device_that_cannot_be_opened_says_so() -> None:
    with pytest.raises(SourceError, match="Grabber cannot be asked"):
        capture_modes(CaptureDevice("Grabber", 987654, cv2.CAP_V4L2))


def test_that_other_systems_say_that_they_do_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(SourceError, match="does not tell"):
        capture_modes(DEVICE)
