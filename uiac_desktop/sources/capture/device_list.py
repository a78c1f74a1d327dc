"""Which capture devices there are, by name, without opening one: that takes seconds, and freezes some."""

import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.opencv import cv2

_SYSFS: Final = Path("/sys/class/video4linux")
_UDEV: Final = Path("/run/udev/data")
_NODE: Final = re.compile(r"video(\d+)")
_NO_PICTURES: Final = re.compile(r"\b(metadata|encoder|decoder|isp|rpivid|codec|output)\b", re.IGNORECASE)
_USB_2_MBIT: Final = 480


@dataclass(frozen=True, slots=True)
class CaptureDevice:
    """A capture device as the system lists it.

    Attributes
    ----------
    name
        As the system calls it; the second of two equal ones ends in `` (2)``.
    index
        Its number for OpenCV.
    backend
        OpenCV's number of the interface: V4L2, DirectShow, Media Foundation or AVFoundation.
    narrow
        True on USB 2, which cannot carry large raw pictures; None where the system does not say.
    """

    name: str
    index: int
    backend: int
    narrow: bool | None = None

    @property
    def interface(self) -> str:
        """Short name of the interface."""
        return _INTERFACES.get(self.backend, "system")


_INTERFACES: Final = {
    cv2.CAP_V4L2: "V4L2",
    cv2.CAP_DSHOW: "DirectShow",
    cv2.CAP_MSMF: "Media Foundation",
    cv2.CAP_AVFOUNDATION: "AVFoundation",
}


def capture_devices(sysfs: Path = _SYSFS, udev: Path = _UDEV) -> tuple[CaptureDevice, ...]:
    """Return the devices that give pictures; none is opened.

    Parameters
    ----------
    sysfs, udev
        Where Linux describes devices; other systems are asked through cv2-enumerate-cameras.
    """
    found = _of_linux(sysfs, udev) if sys.platform == "linux" else _of_system()
    return _told_apart(found)


def find_device(name: str, devices: Iterable[CaptureDevice]) -> CaptureDevice:
    """Return the device of that name (capitals do not matter), or of that number or node.

    Raises
    ------
    SourceError
        There is none; the advice names those that there are.
    """
    known = tuple(devices)
    wanted = name.strip().casefold()
    number = wanted.removeprefix("/dev/video")
    for device in known:
        if device.name.casefold() == wanted:
            return device
    for device in known:
        if number.isdecimal() and device.index == int(number):
            return device
    names = ", ".join(device.name for device in known)
    there = f"There are: {names}." if known else "The system knows no capture device."
    raise SourceError(f"The capture device {name or 'without a name'} is not plugged in.", f"Check its plug. {there}")


def _told_apart(devices: list[CaptureDevice]) -> tuple[CaptureDevice, ...]:
    """Number equal names in the order of the sockets that they are plugged into."""
    seen: Counter[str] = Counter()
    named = []
    for device in devices:
        seen[device.name.casefold()] += 1
        count = seen[device.name.casefold()]
        named.append(device if count == 1 else replace(device, name=f"{device.name} ({count})"))
    return tuple(named)


def _of_system() -> list[CaptureDevice]:
    from cv2_enumerate_cameras import enumerate_cameras

    backend = cv2.CAP_DSHOW if sys.platform == "win32" else cv2.CAP_AVFOUNDATION
    return [CaptureDevice(info.name, info.index, backend) for info in enumerate_cameras(backend)]


def _of_linux(sysfs: Path, udev: Path) -> list[CaptureDevice]:
    try:
        nodes = [entry for entry in sysfs.iterdir() if _NODE.fullmatch(entry.name)]
    except OSError:
        return []
    found = [(_socket(node), _number(node), node) for node in nodes if _gives_pictures(node, udev)]
    return [CaptureDevice(_name(node), number, cv2.CAP_V4L2, _is_narrow(node)) for _, number, node in sorted(found)]


def _number(node: Path) -> int:
    return int(node.name.removeprefix("video"))


def _name(node: Path) -> str:
    """Return the name; UVC devices say theirs twice, parted by a colon."""
    name = _line(node / "name") or node.name
    first, parted, second = name.partition(": ")
    return first if parted and first == second else name


def _socket(node: Path) -> str:
    """Return where the device is plugged in, which stays when numbers change; empty where the system does not say."""
    device = node / "device"
    return str(device.resolve()) if device.exists() else ""


def _gives_pictures(node: Path, udev: Path) -> bool:
    """Tell capture nodes from those for metadata and codecs: by what udev found, else by index and name."""
    number = _line(node / "dev")
    for line in _text(udev / f"c{number}").splitlines() if number else ():
        if line.startswith("E:ID_V4L_CAPABILITIES="):
            return ":capture:" in line
    return _line(node / "index") in ("", "0") and not _NO_PICTURES.search(_name(node))


def _is_narrow(node: Path) -> bool | None:
    """Tell USB 2 by the speed of the port, megabits a second."""
    device = node / "device"
    if not device.exists():
        return None
    for folder in (device.resolve(), *device.resolve().parents):
        speed = _line(folder / "speed")
        if speed.isdecimal():
            return int(speed) <= _USB_2_MBIT
    return None


def _line(path: Path) -> str:
    return _text(path).partition("\n")[0].strip()


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
