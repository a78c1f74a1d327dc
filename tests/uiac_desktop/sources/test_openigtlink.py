"""OpenIGTLink: every fault of the loopback sender is met, said within three seconds, and never shows half a picture."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from pyigtl.messages import ImageMessage, MessageBase, TransformMessage

from uiac_desktop.errors import SourceError
from uiac_desktop.sources import reconnecting
from uiac_desktop.sources.base import LinkNews, PictureBack, PictureLost, Region
from uiac_desktop.sources.igtl import feed as igtl_feed
from uiac_desktop.sources.igtl.address import DEFAULT_PORT, LinkAddress, link_address, next_device
from uiac_desktop.sources.igtl.source import OpenIgtLinkSource
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.privacy.setting import PrivacySetting

Send = Callable[..., str]


@pytest.fixture
def send(cases_dir: Path) -> Iterator[Send]:
    """Starts the sender of the fault cases and returns its address."""
    started: list[subprocess.Popen[str]] = []

    def start(mode: str, after: float = 0.4, fps: int = 40) -> str:
        script = cases_dir / "open" / "igtl_source.py"
        command = [sys.executable, "-B", str(script), "--mode", mode, "--after", str(after), "--fps", str(fps)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        return f"igtl://127.0.0.1:{json.loads(process.stdout.readline())['port']}"

    yield start
    for process in started:
        process.kill()
        process.communicate()


@contextmanager
def _served(*messages: bytes) -> Iterator[str]:
    """Serve each connection these bytes, then stay silent until the end."""
    over = threading.Event()

    def serve() -> None:
        with listener:
            while not over.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                open_ones.append(connection)
                connection.sendall(b"".join(messages))

    open_ones: list[socket.socket] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    thread = threading.Thread(target=serve, name="sender")
    thread.start()
    try:
        yield f"igtl://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        thread.join()
        for connection in open_ones:
            connection.close()


def _image(pixels: np.ndarray, name: str = "Probe", matrix: np.ndarray | None = None) -> bytes:
    packed: bytes = ImageMessage(pixels, ijk_to_world_matrix=matrix, device_name=name).pack()
    return packed


def _numbers(uri: str, count: int, caselib: ModuleType) -> list[int]:
    with open_source(uri) as source:
        frames = [source.read() for _ in range(count)]
    return [caselib.read_index(frame.pixels) for frame in frames if frame is not None]


@pytest.mark.parametrize("mode", ["normal", "mixed", "rgb", "flipped", "unknown", "badcrc"])
def test_that_pictures_come_upright_and_whole_whatever_else_is_sent(send: Send, caselib: ModuleType, mode: str) -> None:
    with open_source(send(mode)) as source:
        frames = [source.read() for _ in range(9)]
        info, warnings = source.info, source.warnings
    numbers = [caselib.read_index(frame.pixels) for frame in frames if frame is not None]
    assert None not in numbers
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == 9
    assert [frame.index for frame in frames if frame is not None] == list(range(9))
    assert {frame.pixels.shape for frame in frames if frame is not None} == {
        (120, 160, 3) if mode == "rgb" else (120, 160)
    }
    assert (info.name, info.kind, info.width, info.height) == ("ProbeImage", "igtl", 160, 120)
    assert not info.paced
    assert bool(warnings) == (mode == "badcrc")
    if mode == "badcrc":
        assert not any(number % 5 == 4 for number in numbers)
        assert "damaged" in warnings[0]


def test_that_colours_are_those_that_were_sent(send: Send, caselib: ModuleType) -> None:
    with open_source(send("rgb")) as source:
        frame = source.read()
    assert frame is not None
    sent = caselib.frame(caselib.read_index(frame.pixels), 160, 120, rgb=True, seed=1)
    np.testing.assert_array_equal(frame.pixels, sent)


def test_that_all_devices_are_listed_and_one_is_chosen_by_name(send: Send, caselib: ModuleType) -> None:
    uri = send("two")
    with open_source(uri) as source:
        while len(source.info.choices) < 2:
            assert caselib.read_index(source.read().pixels) < 1000  # type: ignore[union-attr]
        assert source.info.choices == ("ProbeImage", "ScreenImage")
    assert all(number >= 1000 for number in _numbers(f"{uri}/ScreenImage", 3, caselib))


def test_that_an_unknown_device_is_answered_with_those_there_are(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(igtl_feed, "_UNUSABLE_S", 0.4)
    uri = send("two")
    with pytest.raises(SourceError) as error:
        open_source(f"{uri}/Probe").begin()
    assert "no pictures of Probe" in error.value.message
    assert "ProbeImage, ScreenImage" in error.value.advice


def test_that_a_cut_in_a_message_is_said_and_survived(send: Send, caselib: ModuleType) -> None:
    news: list[LinkNews] = []
    source = open_source(send("cut", after=0.3))
    source.follow(news.append)
    with source:
        numbers = []
        while not any(isinstance(what, PictureBack) for what in news):
            frame = source.read()
            assert frame is not None
            assert frame.index == len(numbers)
            numbers.append(caselib.read_index(frame.pixels))
    assert None not in numbers
    lost = next(what for what in news if isinstance(what, PictureLost))
    assert "cut" in lost.why
    assert lost.advice


def test_that_silence_is_said(send: Send) -> None:
    news: list[tuple[float, PictureLost]] = []
    source = open_source(send("silent", after=0.2))

    def hear(what: LinkNews) -> None:
        if isinstance(what, PictureLost):
            news.append((time.monotonic(), what))
            source.interrupt()

    source.follow(hear)
    with source:
        while source.read() is not None:
            pass
    said_at, lost = news[0]
    assert said_at - lost.lost_at > reconnecting.SILENT_S


def test_that_half_a_picture_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnecting, "SILENT_S", 0.3)
    whole = _image(np.full((1, 30, 40), 7, np.uint8))
    with _served(whole, whole[:-200]) as uri:
        source = open_source(uri)
        source.follow(lambda _what: source.interrupt())
        with source:
            first = source.read()
            assert first is not None
            assert (first.pixels == 7).all()
            assert source.read() is None


def test_that_reading_stops_at_once_when_interrupted() -> None:
    with _served(_image(np.zeros((1, 30, 40), np.uint8))) as uri, open_source(uri) as source:
        assert source.read() is not None
        interrupter = threading.Timer(0.05, source.interrupt)
        interrupter.start()
        assert source.read() is None
        interrupter.join()
    assert not source.hangs


def test_that_a_tracked_probe_s_turns_do_not_turn_the_picture() -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(1, 3, 4)
    mirrored, turned = np.diag([-1.0, 1, 1, 1]), np.eye(4)
    turned[:2, :2] = [[-0.8, 0.6], [0.6, 0.8]]
    with _served(_image(pixels, matrix=mirrored)) as uri, open_source(uri) as source:
        np.testing.assert_array_equal(source.read().pixels, pixels[0, :, ::-1])  # type: ignore[union-attr]
    with _served(_image(pixels, matrix=turned)) as uri, open_source(uri) as source:
        np.testing.assert_array_equal(source.read().pixels, pixels[0])  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        (np.array([[[0, 1023]]], np.uint16), [0, 255]),
        (np.array([[[-5, 255]]], np.int16), [0, 255]),
        (np.array([[[0.0, 0.5, 1.0, np.nan]]], np.float32), [0, 128, 255, 0]),
        (np.array([[[[9, 8, 7, 6]]]], np.uint8), [[9, 8, 7]]),
        (np.array([[1, 2], [3, 4]], np.uint8), [1, 2]),
    ],
)
def test_that_other_kinds_of_pixels_become_eight_bits(stored: np.ndarray, seen: list[int]) -> None:
    with _served(_image(stored)) as uri, open_source(uri) as source:
        frame = source.read()
    assert frame is not None
    assert frame.pixels.dtype == np.uint8
    assert frame.pixels[0].tolist() == seen


def test_that_a_sender_without_pictures_is_told_what_it_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(igtl_feed, "_UNUSABLE_S", 0.2)
    transform = TransformMessage(np.eye(4), device_name="Tracker").pack()
    with _served(transform) as uri, pytest.raises(SourceError) as error:
        open_source(uri).begin()
    assert "no pictures, only TRANSFORM" in error.value.message


def test_that_volumes_are_passed_over_and_said() -> None:
    volume, plane = _image(np.zeros((3, 4, 5), np.uint8)), _image(np.ones((1, 4, 5), np.uint8))
    with _served(volume, plane) as uri, open_source(uri) as source:
        assert (source.read().pixels == 1).all()  # type: ignore[union-attr]
        assert any("volumes" in line for line in source.warnings)


@pytest.mark.parametrize("sent", [b"HTTP/1.1 400 Bad Request\r\n" + b"x" * 60, b"\x00\x01" + b"\xff" * 56])
def test_that_another_protocol_is_named_as_such(sent: bytes) -> None:
    with _served(sent) as uri, pytest.raises(SourceError, match="not OpenIGTLink"):
        open_source(uri).begin()


def test_that_a_message_too_large_to_be_one_is_not_waited_for() -> None:
    header = bytearray(_image(np.zeros((1, 2, 2), np.uint8))[: MessageBase.IGTL_HEADER_SIZE])
    header[42:50] = (2**40).to_bytes(8, "big")
    with _served(bytes(header)) as uri, pytest.raises(SourceError, match="not OpenIGTLink"):
        open_source(uri).begin()


def test_that_nobody_at_the_port_is_said_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(SourceError, match="Nothing answers") as error:
        open_source(f"igtl://127.0.0.1:{port}").begin()
    assert error.value.advice


def test_that_crop_and_mask_are_laid_on_before_anything_sees_the_picture() -> None:
    setting = PrivacySetting(40, 30, Region(10, 10, 20, 10), (Region(10, 10, 5, 5),))
    with _served(_image(np.full((1, 30, 40), 9, np.uint8))) as uri, open_source(uri, setting) as source:
        pixels = source.read().pixels  # type: ignore[union-attr]
    assert pixels.shape == (10, 20)
    assert not pixels[:5, :5].any()
    assert (pixels[5:] == 9).all()


def test_that_addresses_are_read_and_written_alike() -> None:
    assert link_address("igtl://host:18945/Probe%20A") == LinkAddress("host", 18945, "Probe A")
    assert link_address("igtl://host") == LinkAddress("host", DEFAULT_PORT)
    assert link_address("igtl:host:7") == LinkAddress("host", 7)
    six = link_address("igtl://[::1]:18944/Bild №1")
    assert six == LinkAddress("::1", 18944, "Bild №1")
    assert link_address(six.of_device(six.device)) == six
    for wrong in ("igtl:", "igtl://", "igtl://host:99999", "igtl://host:x", "igtl://host:0"):
        with pytest.raises(SourceError) as error:
            link_address(wrong)
        assert "igtl://" in error.value.advice


def test_that_the_source_is_what_the_address_opens(send: Send) -> None:
    source = open_source(send("normal"))
    assert isinstance(source, OpenIgtLinkSource)
    source.close()
    with pytest.raises(SourceError, match="closed"):
        source.read()


def test_that_the_next_device_is_the_one_after_and_then_the_first() -> None:
    choices = ("Probe", "Screen 2")
    second = next_device("igtl://host:7", choices)
    assert second == "igtl://host:7/Screen%202"
    assert next_device(second, choices) == "igtl://host:7/Probe"
    assert next_device("igtl://host:7", ("Probe",)) is None
    assert next_device("/a/clip.mp4", ()) is None
