"""uiac-desktop devices: names without opening, JSON, sizes on request."""

import json

import pytest

from uiac_desktop.cli import run
from uiac_desktop.errors import SourceError
from uiac_desktop.sources.capture import device_list, v4l2_modes
from uiac_desktop.sources.capture.device_list import CaptureDevice
from uiac_desktop.sources.capture.v4l2_modes import CaptureMode
from uiac_desktop.sources.opencv import cv2


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> list[CaptureDevice]:
    devices: list[CaptureDevice] = []
    monkeypatch.setattr(device_list, "capture_devices", lambda: tuple(devices))
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: pytest.fail("a device was opened"))
    return devices


def test_that_devices_are_printed_by_name(plugged, capsys: pytest.CaptureFixture[str]) -> None:
    plugged.append(CaptureDevice("DVI2USB 3.0", 2, cv2.CAP_V4L2, True))
    assert run(["devices"]) == 0
    assert capsys.readouterr().out == "DVI2USB 3.0  (V4L2, number 2)\n"


def test_that_json_has_the_address(plugged, capsys: pytest.CaptureFixture[str]) -> None:
    plugged.append(CaptureDevice("Kamera für DVI", 2, cv2.CAP_V4L2, None))
    assert run(["devices", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told == {
        "name": "Kamera für DVI",
        "address": "device:Kamera für DVI",
        "interface": "V4L2",
        "number": 2,
        "usb_2": None,
    }


def test_that_no_device_says_what_works_without(plugged, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["devices"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "No capture device" in told.err
    assert run(["devices", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_that_modes_are_asked_for_on_request(
    plugged, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plugged += [CaptureDevice("A", 0, cv2.CAP_V4L2), CaptureDevice("B", 1, cv2.CAP_V4L2)]

    def modes(device: CaptureDevice) -> tuple[CaptureMode, ...]:
        if device.name == "B":
            raise SourceError("B cannot be asked.", "Close other programs that use it.")
        return (CaptureMode("MJPG", 1280, 720, (60.0, 29.97)),)

    monkeypatch.setattr(v4l2_modes, "capture_modes", modes)
    assert run(["devices", "--modes"]) == 0
    told = capsys.readouterr()
    assert "    1280x720 MJPG at 60, 29.97 fps\n" in told.out
    assert "warning: B cannot be asked." in told.err


def test_that_an_unknown_word_is_answered(plugged, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["devices", "--colour"]) == 2
    assert "See uiac-desktop devices --help" in capsys.readouterr().err
