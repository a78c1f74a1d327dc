"""Capture devices at the border of cv2.VideoCapture: what is asked, what is delivered, and every way to fail."""

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from tests.patience import PATIENCE_S, wait_until
from tests.uiac_desktop.sources.scripted import Told
from tests.uiac_desktop.sources.test_pixel_formats import RED, flat, yuv
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame
from uiac_desktop.sources.capture.device_list import CaptureDevice
from uiac_desktop.sources.capture.source import open_capture
from uiac_desktop.sources.capture.wish import Wish, read_device_address
from uiac_desktop.sources.opencv import cv2
from uiac_desktop.sources.reconnecting import ReconnectingSource


class StubDriver:
    """What stands behind ``cv2.VideoCapture``: one device, driven by the test."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.sets: list[tuple[int, float]] = []
        self.claims = {cv2.CAP_PROP_FRAME_WIDTH: 1920, cv2.CAP_PROP_FRAME_HEIGHT: 1080, cv2.CAP_PROP_FPS: 60.0}
        self.picture: np.ndarray | None = np.full((1080, 1920, 3), (1, 2, 3), np.uint8)
        self.moves = False
        self.opens = True
        self.refuses_parameters = False
        self.opening = threading.Event()
        self.opening.set()
        self.hangs = threading.Event()
        self.reading = threading.Event()
        self.released = 0
        self.devices: tuple[CaptureDevice, ...] = (CaptureDevice("Grabber", 4, cv2.CAP_V4L2, None),)
        self.wakes = threading.Event()

    def capture(self, index: int, backend: int, parameters: list[int]) -> "StubCapture":
        self.asked.append([index, backend, *parameters])
        return StubCapture(self, self.opens and not self.refuses_parameters)

    def fourcc(self, code: str) -> None:
        self.claims[cv2.CAP_PROP_FOURCC] = cv2.VideoWriter.fourcc(*code)


class StubCapture:
    def __init__(self, driver: StubDriver, opened: bool) -> None:
        self._driver = driver
        self._opened = opened
        driver.opening.wait(PATIENCE_S)

    def isOpened(self) -> bool:
        return self._opened

    def open(self, index: int, backend: int) -> bool:
        self._opened = self._driver.opens
        return self._opened

    def set(self, what: int, value: float) -> bool:
        self._driver.sets.append((what, value))
        return True

    def get(self, what: int) -> float:
        return float(self._driver.claims.get(what, 0))

    def read(self) -> tuple[bool, np.ndarray | None]:
        driver = self._driver
        driver.reading.set()
        if driver.hangs.is_set():
            driver.wakes.wait(PATIENCE_S)
        time.sleep(0.002)
        if driver.moves and driver.picture is not None:
            driver.picture = np.flipud(driver.picture).copy()
        return driver.picture is not None, driver.picture

    def release(self) -> None:
        self._driver.released += 1


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> StubDriver:
    stub = StubDriver()
    monkeypatch.setattr(cv2, "VideoCapture", stub.capture)
    return stub


@pytest.fixture
def opened(driver: StubDriver) -> Callable[..., ReconnectingSource]:
    return lambda address="Grabber": open_capture(address, None, lambda: driver.devices)


def first(source: ReconnectingSource) -> Frame:
    frame = source.read()
    assert frame is not None
    return frame


def test_that_size_rate_and_format_are_asked_for_once_together(driver: StubDriver, opened) -> None:
    with opened("Grabber?size=1280x720&fps=50&format=NV12") as source:
        first(source)
    ((index, backend, *flat_pairs),) = driver.asked
    asked = dict(zip(flat_pairs[::2], flat_pairs[1::2], strict=True))
    assert (index, backend) == (4, cv2.CAP_V4L2)
    assert (asked[cv2.CAP_PROP_FRAME_WIDTH], asked[cv2.CAP_PROP_FRAME_HEIGHT]) == (1280, 720)
    assert asked[cv2.CAP_PROP_FPS] == 50
    assert asked[cv2.CAP_PROP_FOURCC] == cv2.VideoWriter.fourcc(*"NV12")
    assert asked[cv2.CAP_PROP_BUFFERSIZE] == 1
    assert not driver.sets
    assert driver.released == 1


def test_that_a_driver_that_takes_no_parameters_while_opening_gets_them_after(driver: StubDriver, opened) -> None:
    driver.refuses_parameters = True
    with opened() as source:
        first(source)
    assert (cv2.CAP_PROP_FRAME_WIDTH, 1920) in driver.sets


def test_that_jpeg_is_asked_for_where_usb_2_would_limit() -> None:
    assert Wish().format_on(True) == "MJPG"
    assert Wish(640, 480, 30.0).format_on(True) == "YUY2"
    assert Wish().format_on(False) == "YUY2"
    assert Wish().format_on(None) == "YUY2"
    assert Wish(fourcc="UYVY").format_on(True) == "UYVY"


def test_that_the_delivered_size_is_shown_whatever_the_driver_claims(driver: StubDriver, opened) -> None:
    driver.claims[cv2.CAP_PROP_FRAME_WIDTH], driver.claims[cv2.CAP_PROP_FRAME_HEIGHT] = 320, 240
    driver.picture = np.zeros((1472, 2560, 3), np.uint8)
    with opened("Grabber?size=320x240") as source:
        assert (source.info.width, source.info.height) == (2560, 1472)
        assert first(source).pixels.shape == (1472, 2560, 3)
        assert source.warnings == ("320×240 was asked for; 2560×1472 is delivered and shown.",)
    with opened() as source:
        assert source.warnings == ("The driver says 320×240; 2560×1472 is delivered and shown.",)


def test_that_colours_of_the_driver_are_turned_to_rgb(opened) -> None:
    with opened() as source:
        assert first(source).pixels[0, 0].tolist() == [3, 2, 1]


@pytest.mark.parametrize("code", ["YUY2", "UYVY", "NV12", "NV21", "YV12"])
def test_that_raw_buffers_are_converted_in_the_right_colours(driver: StubDriver, opened, code: str) -> None:
    driver.fourcc(code)
    buffer = flat(code, 64, 48, yuv(RED, full=False, high=False))
    driver.picture = buffer.reshape((48, 64, 2) if code in ("YUY2", "UYVY") else (72, 64))
    with opened() as source:
        pixels = first(source).pixels
    assert pixels.shape == (48, 64, 3)
    assert np.abs(pixels[10, 10].astype(int) - RED).max() < 4


def test_that_a_raw_buffer_of_unknown_size_is_left_to_opencv_to_convert(
    driver: StubDriver, opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.fourcc("YUY2")
    driver.claims[cv2.CAP_PROP_FRAME_WIDTH] = driver.claims[cv2.CAP_PROP_FRAME_HEIGHT] = 0
    driver.picture = np.zeros((1, 48 * 64 * 2), np.uint8)

    def convert(capture: StubCapture, what: int, value: float) -> bool:
        if (what, value) == (cv2.CAP_PROP_CONVERT_RGB, 1):
            driver.picture = np.full((48, 64, 3), (1, 2, 3), np.uint8)
        return True

    monkeypatch.setattr(StubCapture, "set", convert)
    with opened() as source:
        assert first(source).pixels[0, 0].tolist() == [3, 2, 1]


def test_that_a_driver_that_breaks_in_a_read_is_lost_and_tried_again(
    driver: StubDriver, opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, broken, told = StubCapture.read, threading.Event(), Told()

    def fail(capture: StubCapture) -> tuple[bool, np.ndarray | None]:
        if broken.is_set():
            raise cv2.error("can't grab frame")
        return read(capture)

    monkeypatch.setattr(StubCapture, "read", fail)
    source = opened()
    source.follow(told)
    with source:
        first(source)
        broken.set()
        reading = threading.Thread(target=lambda: [source.read() for _ in range(200)], daemon=True)
        reading.start()
        told.wait_for(lambda news: any("no more pictures" in getattr(one, "why", "") for one in news))
        broken.clear()
        told.wait_for(lambda news: hasattr(news[-1], "gap_s"))
        source.interrupt()
        reading.join(PATIENCE_S)


def test_that_a_cut_jpeg_is_left_out_and_counted(driver: StubDriver, opened) -> None:
    whole = cv2.imencode(".jpg", np.full((48, 64, 3), 90, np.uint8))[1].reshape(1, -1)
    driver.fourcc("MJPG")
    driver.picture = whole
    with opened() as source:
        first(source)
        driver.picture = whole[:, :200]
        seen = source._grabber.feed
        wait_until(lambda: seen._cut > 2)
        driver.picture = whole
        assert first(source).pixels.shape == (48, 64, 3)
        wait_until(lambda: first(source) and any("came cut" in line for line in source.warnings))


def test_that_a_busy_device_says_so(driver: StubDriver, opened) -> None:
    driver.opens = False
    with pytest.raises(SourceError, match="Grabber cannot be opened") as error:
        opened().__enter__()
    assert "Close other programs" in error.value.advice


def test_that_a_device_that_is_not_there_is_told_with_those_that_are(opened) -> None:
    with pytest.raises(SourceError, match="Other is not plugged in") as error:
        opened("Other")
    assert "Grabber" in error.value.advice


def test_that_an_unplugged_device_is_lost_and_found_again_by_name_on_another_number(driver: StubDriver, opened) -> None:
    told = Told()
    source = opened()
    source.follow(told)
    with source:
        before = first(source)
        picture, driver.picture = driver.picture, None
        driver.devices = ()
        after: list[Frame | None] = []

        def read_on() -> None:
            while not after or (after[-1] is not None and not any(hasattr(news, "gap_s") for news in told.news)):
                after.append(source.read())

        reading = threading.Thread(target=read_on, daemon=True)
        reading.start()
        told.wait_for(lambda news: len(news) > 0)
        assert "gives no more pictures" in told.news[0].why
        assert "video output" in told.news[0].advice
        driver.picture = picture
        driver.devices = (CaptureDevice("Grabber", 9, cv2.CAP_V4L2, None),)
        source.try_now()
        told.wait_for(lambda news: any(hasattr(one, "gap_s") for one in news))
        reading.join(PATIENCE_S)
        assert driver.asked[-1][0] == 9
        assert after[-1] is not None
        assert after[-1].index > before.index


def test_that_an_opening_of_many_seconds_is_given_up_at_once(driver: StubDriver, opened) -> None:
    driver.opening.clear()
    source = opened()
    errors: list[str] = []

    def begin() -> None:
        with pytest.raises(SourceError) as error:
            source.begin()
        errors.append(error.value.message)

    thread = threading.Thread(target=begin, daemon=True)
    thread.start()
    wait_until(lambda: driver.asked)
    source.interrupt()
    thread.join(PATIENCE_S)
    assert "given up" in errors[0]
    driver.opening.set()
    source.close()
    assert not source.hangs


@pytest.mark.leaks_threads
def test_that_a_hung_read_does_not_hold_up_the_stop(driver: StubDriver, opened) -> None:
    source = opened().__enter__()
    first(source)
    driver.hangs.set()
    driver.reading.clear()
    assert driver.reading.wait(PATIENCE_S)
    source.interrupt()
    assert source.read() is None
    source.close()
    assert source.hangs
    driver.wakes.set()
    wait_until(lambda: not source.hangs)
    assert driver.released == 1


def test_that_interlaced_pictures_come_without_combs(driver: StubDriver, opened) -> None:
    combed = np.zeros((48, 64, 3), np.uint8)
    combed[::2] = 200
    driver.picture, driver.moves = combed, True
    with opened("Grabber?interlaced=yes") as source:
        pixels = first(source).pixels.astype(int)
    assert np.abs(np.diff(pixels[8:-8], axis=0)).mean() < np.abs(np.diff(combed.astype(int), axis=0)).mean() / 2


@pytest.mark.parametrize(
    ("address", "name", "wish"),
    [
        ("USB Video (2)", "USB Video (2)", Wish()),
        ("A?size=640x480", "A", Wish(640, 480, explicit=True)),
        ("What? A card?fps=25", "What? A card", Wish(fps=25.0, explicit=True)),
        ("A?format=mjpg&range=full&interlaced=yes", "A", Wish(fourcc="MJPG", yuv_range="full", interlaced=True)),
    ],
)
def test_that_addresses_are_read(address: str, name: str, wish: Wish) -> None:
    assert read_device_address(address) == (name, wish)


@pytest.mark.parametrize(
    "query", ["size=big", "fps=-1", "fps=x", "format=XXXX", "range=half", "size=640x480&colour=1", "fps=inf"]
)
def test_that_a_wrong_address_says_how_to_write_it(query: str) -> None:
    with pytest.raises(SourceError) as error:
        read_device_address(f"A?{query}")
    assert "device:NAME?size=" in error.value.advice
