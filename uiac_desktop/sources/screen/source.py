"""A part of the screen as a source, for a viewer on this PC; in real pixels, whatever the scale of the desktop."""

import threading
import time
from typing import Any, ClassVar, Final

import mss
import numpy as np
from mss.exception import ScreenShotError

from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Pixels
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.feed import Feed
from uiac_desktop.sources.opencv import cv2
from uiac_desktop.sources.privacy.setting import Privacy
from uiac_desktop.sources.reconnecting import ReconnectingSource
from uiac_desktop.sources.screen.address import SCREEN_HOW, screen_area

SCREEN_FPS: Final = 30.0


def open_screen(rest: str, setting: Privacy = None) -> ReconnectingSource:
    """Return the source of a screen address without its scheme, not yet begun.

    Raises
    ------
    SourceError
        It is not written right.
    """
    place = screen_area(rest)
    return ReconnectingSource(place.name, "screen", lambda: ScreenFeed(place.name, place.area), setting)


class ScreenFeed(Feed):
    """Pictures of a part of the screen, 30 a second.

    Parameters
    ----------
    name
        Of the source.
    area
        In pixels of the whole desktop, whose first screen's corner is often, not always, (0, 0); or a screen's number.
    """

    fault: ClassVar[str] = "Check that the screen is on, and choose its part again."

    def __init__(self, name: str, area: Region | int) -> None:
        self._name = name
        self._area = area
        self._stopping = threading.Event()
        self._grabber: Any = None
        self._box: dict[str, int] = {}
        self._due = 0.0
        self.fps = SCREEN_FPS

    def open(self) -> None:
        """Find the part of the screen.

        Raises
        ------
        SourceError
            There is no such screen, the part lies outside all of them, or the system does not allow it.
        """
        try:
            self._grabber = mss.MSS()
            screens = self._grabber.monitors
        except (ScreenShotError, OSError):
            advice = "Under Wayland, log in with an X11 session; on macOS, allow screen recording."
            raise SourceError("The screen cannot be read.", advice) from None
        self._box = _box(self._area, screens, self._name)
        self._due = time.monotonic()

    def next(self) -> Pixels | None:
        """Wait for the next turn and return what the screen shows.

        Raises
        ------
        SourceError
            The screen is gone.
        """
        self._due = max(self._due + 1 / SCREEN_FPS, time.monotonic() - 1 / SCREEN_FPS)
        if self._stopping.wait(max(self._due - time.monotonic(), 0.0)):
            return None
        try:
            shot = self._grabber.grab(self._box)
        except (ScreenShotError, OSError):
            raise SourceError(f"{self._name} is gone.", self.fault) from None
        picture = np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGRA2RGB), np.uint8)

    def close(self) -> None:
        """Let go of the screen."""
        if self._grabber is not None:
            self._grabber.close()
            self._grabber = None

    def interrupt(self) -> None:
        """From any thread: end the wait for the next turn."""
        self._stopping.set()


def _box(area: Region | int, screens: list[dict[str, int]], name: str) -> dict[str, int]:
    """Return what is to be grabbed; ``screens`` begins with the whole desktop."""
    if isinstance(area, int):
        if not 1 <= area < len(screens):
            raise SourceError(f"There is no screen {area}: this PC has {len(screens) - 1}.", SCREEN_HOW)
        return {key: screens[area][key] for key in ("left", "top", "width", "height")}
    whole = screens[0]
    right, bottom = whole["left"] + whole["width"], whole["top"] + whole["height"]
    inside = area.x >= whole["left"] and area.y >= whole["top"]
    if not (inside and area.x + area.width <= right and area.y + area.height <= bottom):
        raise SourceError(f"{name} lies outside the screen.", "Choose the part of the screen again.")
    return {"left": area.x, "top": area.y, "width": area.width, "height": area.height}
