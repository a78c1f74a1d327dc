"""A capture card or camera as a source, through OpenCV and the system's own driver; found by name at every try."""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Pixels
from uiac_desktop.sources.capture.device_list import CaptureDevice, capture_devices, find_device
from uiac_desktop.sources.capture.interlace import Deinterlacer
from uiac_desktop.sources.capture.pixel_formats import FORMATS, ShortBufferError, fourcc_text, to_pixels
from uiac_desktop.sources.capture.wish import Wish, read_device_address
from uiac_desktop.sources.feed import Feed
from uiac_desktop.sources.opencv import cv2
from uiac_desktop.sources.privacy.setting import Privacy
from uiac_desktop.sources.reconnecting import ReconnectingSource

ListDevices = Callable[[], tuple[CaptureDevice, ...]]

_FAILED_READS_MOST: Final = 20
_PAUSE_AFTER_FAILED_READ_S: Final = 0.02
_HALF_AS_HIGH_AGAIN: Final = ("NV12", "NV21", "I420", "YU12", "YV12")


def open_capture(rest: str, setting: Privacy = None, devices: ListDevices = capture_devices) -> ReconnectingSource:
    """Return the source of a device address without its scheme, not yet begun.

    Raises
    ------
    SourceError
        It is not written right, or no such device is plugged in.
    """
    wanted, wish = read_device_address(rest)
    name = find_device(wanted, devices()).name
    return ReconnectingSource(name, "device", lambda: CaptureFeed(name, wish, devices), setting)


class CaptureFeed(Feed):
    """One opened device.

    Size, rate and pixel format are asked for once, together, while opening. Under V4L2 the raw buffer is taken and
    converted here, in the right colours; elsewhere OpenCV converts. What comes is what is shown, whatever the driver
    says of itself.

    Parameters
    ----------
    name
        Of the device, as listed.
    wish
        What to ask for.
    devices
        Lists what is plugged in now.
    """

    again_s: ClassVar[float] = Feed.first_picture_s

    def __init__(self, name: str, wish: Wish, devices: ListDevices = capture_devices) -> None:
        self._name = name
        self._wish = wish
        self._devices = devices
        self._capture: Any = None
        self._stopping = threading.Event()
        self._fourcc = ""
        self._weaver = Deinterlacer(all_frames=True) if wish.interlaced else None
        self._compared = ""
        self._compared_size = (0, 0)
        self._cut = 0
        self.fps = wish.fps if wish.explicit else None

    def open(self) -> None:
        """Open the device with everything that is asked for.

        Raises
        ------
        SourceError
            It is not there, may not be used, or is busy.
        """
        device = find_device(self._name, self._devices())
        _check_right(device)
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        asked = self._asked(device)
        self._capture = cv2.VideoCapture(device.index, device.backend, [int(value) for pair in asked for value in pair])
        if not self._capture.isOpened() and not self._stopping.is_set():
            self._capture.open(device.index, device.backend)
            for what, value in asked if self._capture.isOpened() else ():
                self._capture.set(what, value)
        if not self._capture.isOpened():
            advice = "Close other programs that use it, or pull its plug and put it in again."
            raise SourceError(f"{self._name} cannot be opened.", advice)
        self._fourcc = fourcc_text(int(self._capture.get(cv2.CAP_PROP_FOURCC)))
        rate = float(self._capture.get(cv2.CAP_PROP_FPS))
        if self.fps is None and 0 < rate <= 1000:
            self.fps = rate

    def _asked(self, device: CaptureDevice) -> tuple[tuple[int, float], ...]:
        wish = self._wish
        fourcc = cv2.VideoWriter.fourcc(*wish.format_on(device.narrow))
        raw = ((cv2.CAP_PROP_CONVERT_RGB, 0),) if device.backend == cv2.CAP_V4L2 else ()
        return (
            (cv2.CAP_PROP_BUFFERSIZE, 1),
            (cv2.CAP_PROP_FOURCC, fourcc),
            (cv2.CAP_PROP_FRAME_WIDTH, wish.width),
            (cv2.CAP_PROP_FRAME_HEIGHT, wish.height),
            (cv2.CAP_PROP_FPS, wish.fps),
            *raw,
        )

    def next(self) -> Pixels | None:
        """Wait for the next picture; one that comes cut is left out and counted.

        Raises
        ------
        SourceError
            The device gives no more pictures.
        """
        failed = 0
        while not self._stopping.is_set():
            came, picture = self._taken()
            if not came or picture is None:
                failed += 1
                if failed >= _FAILED_READS_MOST or not self._is_there():
                    raise SourceError(f"{self._name} gives no more pictures.", self.fault)
                self._stopping.wait(_PAUSE_AFTER_FAILED_READ_S)
                continue
            pixels = self._converted(picture)
            if pixels is not None and self._weaver is not None:
                pixels = self._weaver.weave(pixels)
            if pixels is not None:
                self._compare(pixels)
                return pixels
        return None

    def _taken(self) -> tuple[bool, Any]:
        try:
            came, picture = self._capture.read()
        except cv2.error:
            return False, None
        return came, picture

    def close(self) -> None:
        """Let the device go."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def interrupt(self) -> None:
        """Stop after the read that is under way, which a hung driver may never end."""
        self._stopping.set()

    @property
    def notes(self) -> tuple[str, ...]:
        """Where what comes is not what was asked for, and how many pictures came cut."""
        cut = "1 picture came cut and was" if self._cut == 1 else f"{self._cut} pictures came cut and were"
        return self._compared, f"{cut} left out so far." if self._cut else ""

    def _converted(self, picture: Any) -> Pixels | None:
        if picture.ndim == 3 and picture.shape[2] == 3:
            return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
        if self._fourcc not in FORMATS:
            if picture.ndim == 2 and min(picture.shape) > 1:
                return np.ascontiguousarray(picture >> 8 if picture.dtype == np.uint16 else picture, np.uint8)
            self._let_opencv_convert()
            return None
        width, height = self._size_of(picture)
        try:
            return to_pixels(picture, self._fourcc, width, height, yuv_range=self._wish.yuv_range)
        except ShortBufferError:
            self._cut += 1
            return None
        except ValueError:
            self._let_opencv_convert()
            return None

    def _let_opencv_convert(self) -> None:
        """Ask for pictures that OpenCV has converted, from the next one on."""
        self._capture.set(cv2.CAP_PROP_CONVERT_RGB, 1)

    def _size_of(self, picture: Any) -> tuple[int, int]:
        """Return the picture's size from its buffer, or from the driver where the buffer is one row of bytes."""
        rows, across = picture.shape[:2]
        if rows == 1:
            return int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        return across, rows * 2 // 3 if self._fourcc in _HALF_AS_HIGH_AGAIN else rows

    def _is_there(self) -> bool:
        return any(device.name == self._name for device in self._devices())

    def _compare(self, pixels: Pixels) -> None:
        """Tell where the picture's size differs from what was asked for, or from what the driver claims."""
        height, width = pixels.shape[:2]
        if (width, height) == self._compared_size:
            return
        self._compared_size = (width, height)
        wish, capture = self._wish, self._capture
        claimed = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        if wish.explicit and (width, height) != (wish.width, wish.height):
            self._compared = f"{wish.width}×{wish.height} was asked for; {width}×{height} is delivered and shown."
        elif min(claimed) > 0 and (width, height) != claimed:
            self._compared = f"The driver says {claimed[0]}×{claimed[1]}; {width}×{height} is delivered and shown."
        else:
            self._compared = ""


def _check_right(device: CaptureDevice) -> None:
    node = Path(f"/dev/video{device.index}")
    if sys.platform == "linux" and node.exists() and not os.access(node, os.R_OK | os.W_OK):
        raise SourceError(f"{device.name} may not be used.", "Ask for the right to use it (group video).")
