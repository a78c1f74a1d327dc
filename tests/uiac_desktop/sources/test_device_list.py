"""Devices are listed by name from what Linux writes down of them; no node is opened."""

from pathlib import Path

import pytest

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.capture.device_list import capture_devices, find_device
from uiac_desktop.sources.opencv import cv2


class FakeLinux:
    """Folders as under /sys and /run; there are no device nodes."""

    def __init__(self, folder: Path) -> None:
        self.sysfs, self.udev, self.ports = folder / "sys", folder / "udev", folder / "ports"
        for made in (self.sysfs, self.udev, self.ports):
            made.mkdir()

    def add(self, number: int, name: str, index: int = 0, port: str = "", mbit: int = 0, found: str = "") -> None:
        node = self.sysfs / f"video{number}"
        node.mkdir()
        (node / "name").write_text(f"{name}\n")
        (node / "index").write_text(f"{index}\n")
        (node / "dev").write_text(f"81:{number}\n")
        if port:
            device = self.ports / port / "interface"
            device.mkdir(parents=True, exist_ok=True)
            (self.ports / port / "speed").write_text(f"{mbit}\n")
            (node / "device").symlink_to(device)
        if found:
            (self.udev / f"c81:{number}").write_text(f"E:ID_V4L_PRODUCT=x\nE:ID_V4L_CAPABILITIES={found}\n")

    def names(self) -> list[str]:
        return [device.name for device in capture_devices(self.sysfs, self.udev)]


@pytest.fixture
def linux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeLinux:
    monkeypatch.setattr("sys.platform", "linux")
    return FakeLinux(tmp_path)


def test_that_gaps_metadata_nodes_and_equal_names_are_handled_without_opening(
    linux: FakeLinux, monkeypatch: pytest.MonkeyPatch
) -> None:
    linux.add(0, "USB Video: USB Video")
    linux.add(2, "USB Video: USB Video", index=1)
    linux.add(7, "USB Video: USB Video")
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: pytest.fail("a device was opened"))
    devices = capture_devices(linux.sysfs, linux.udev)
    assert [(device.name, device.index) for device in devices] == [("USB Video", 0), ("USB Video (2)", 7)]
    assert {device.interface for device in devices} == {"V4L2"}


def test_that_what_udev_found_goes_before_the_index(linux: FakeLinux) -> None:
    linux.add(0, "DeckLink", found=":capture:")
    linux.add(1, "DeckLink input 2", index=1, found=":capture:")
    linux.add(2, "UVC", index=0, found=":")
    assert linux.names() == ["DeckLink", "DeckLink input 2"]


def test_that_codecs_and_metadata_are_no_devices(linux: FakeLinux) -> None:
    linux.add(0, "bcm2835-codec-decode")
    linux.add(1, "UVC Metadata")
    linux.add(2, "Magewell Pro Capture")
    assert linux.names() == ["Magewell Pro Capture"]


def test_that_equal_names_keep_their_order_by_socket_when_numbers_change(linux: FakeLinux) -> None:
    linux.add(4, "Grabber", port="1-1")
    linux.add(0, "Grabber", port="1-2")
    devices = capture_devices(linux.sysfs, linux.udev)
    assert [(device.name, device.index) for device in devices] == [("Grabber", 4), ("Grabber (2)", 0)]


def test_that_usb_2_is_known_by_the_speed_of_its_port(linux: FakeLinux) -> None:
    linux.add(0, "Slow", port="1-1", mbit=480)
    linux.add(1, "Fast", port="2-1", mbit=5000)
    linux.add(2, "Card")
    assert [device.narrow for device in capture_devices(linux.sysfs, linux.udev)] == [None, True, False]


def test_that_a_system_without_devices_has_an_empty_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert capture_devices(tmp_path / "nothing") == ()


def test_that_other_systems_are_asked_through_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    import cv2_enumerate_cameras
    from cv2_enumerate_cameras.camera_info import CameraInfo

    monkeypatch.setattr("sys.platform", "win32")
    infos = [CameraInfo(3, "DVI2USB 3.0", "path", None, None, cv2.CAP_DSHOW)]
    monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", lambda backend: infos)
    (device,) = capture_devices()
    assert (device.name, device.index, device.interface) == ("DVI2USB 3.0", 3, "DirectShow")


def test_that_a_device_is_found_by_name_number_or_node(linux: FakeLinux) -> None:
    linux.add(7, "DVI2USB 3.0")
    devices = capture_devices(linux.sysfs, linux.udev)
    for wanted in ("DVI2USB 3.0", "dvi2usb 3.0", "7", "/dev/video7"):
        assert find_device(wanted, devices).index == 7
    with pytest.raises(SourceError, match="Other is not plugged in") as error:
        find_device("Other", devices)
    assert "DVI2USB 3.0" in error.value.advice
    with pytest.raises(SourceError) as error:
        find_device("Other", ())
    assert "no capture device" in error.value.advice
