"""The program itself in a real window with a capture device of raw 1080p pictures, measured from within; for `display`.

Run as ``python -m tests.benchmarks.displayed SECONDS``; writes one JSON line. The device stands at the border of
`cv2.VideoCapture`, where a driver would: it hands over pictures that need no decoding, 60 a second.
"""

import json
import sys
import threading
import time
from typing import Any, Final

import cv2
import numpy as np
import psutil
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytest import MonkeyPatch

from uiac_desktop.app import window as app
from uiac_desktop.frame import Pixels
from uiac_desktop.session.events import ModelReady
from uiac_desktop.sources.capture import source as capture
from uiac_desktop.sources.capture.device_list import CaptureDevice
from uiac_desktop.sources.simulated import SimulatedSource
from uiac_desktop.ui.main_window import MainWindow

NAME: Final = "Raw 1080p"
WIDTH, HEIGHT, FPS = 1920, 1080, 60.0
_PICTURES: Final = 24
_SETTLE_S: Final = 4.0
_WATCH_MS: Final = 2


def scanner_screens() -> list[Pixels]:
    """Return pictures as a scanner's output has them: a moving sector on a black screen, BGR."""
    source, screens = SimulatedSource(3, endless=False, size=360), []
    for number in range(_PICTURES):
        source.seek(number / FPS)
        frame = source.read()
        if frame is None:
            raise RuntimeError("the simulated scan has ended")
        grey = frame.pixels if frame.pixels.ndim == 2 else frame.pixels[..., 0]
        screen = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        screen[60:1020, 320:1600] = cv2.resize(grey, (1280, 960))[..., None]
        cv2.putText(screen, "DOE JANE  PID-778812", (40, 40), cv2.FONT_HERSHEY_SIMPLEX, 1, (235, 235, 235), 2)
        screens.append(screen)
    return screens


class Driver:
    """Stands behind ``cv2.VideoCapture``: a picture is there when it is due, and is lost where nobody fetches it."""

    screens: tuple[Pixels, ...] = ()
    first_at: float | None = None
    delivered = 0

    def __init__(self, *_asked: object) -> None:
        self._begun = time.monotonic()

    def isOpened(self) -> bool:
        return True

    def get(self, what: int) -> float:
        return {cv2.CAP_PROP_FRAME_WIDTH: WIDTH, cv2.CAP_PROP_FRAME_HEIGHT: HEIGHT, cv2.CAP_PROP_FPS: FPS}.get(what, 0)

    def read(self) -> tuple[bool, Pixels]:
        now = time.monotonic()
        number = int((now - self._begun) * FPS) + 1
        threading.Event().wait(self._begun + number / FPS - now)
        Driver.first_at = Driver.first_at or time.monotonic()
        Driver.delivered += 1
        return True, self.screens[number % len(self.screens)]

    def release(self) -> None:
        return


class Watcher(QObject):
    """Lives in the window's thread: sees each painted frame, and how long the event loop was away from a timer of 2 ms.

    A frame counts as painted when the event loop comes back after it, so that the window's flush to the screen is in
    its age.
    """

    def __init__(self, window: MainWindow, seconds: float) -> None:
        super().__init__(window)
        self._window, self._seconds = window, seconds
        self._gaps: list[float] = []
        self._ages: list[float] = []
        self._last = self._begun = 0.0
        self._first_painted: float | None = None
        self._cpu: dict[str, float] = {}
        self._delivered = 0
        window.room.image.painted.connect(self._painted)
        window.control.heard.connect(self._hear)
        self._timer = QTimer(self, interval=_WATCH_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def _hear(self, event: object) -> None:
        if isinstance(event, ModelReady):
            QTimer.singleShot(round(1000 * _SETTLE_S), self._begin)

    def _begin(self) -> None:
        self._begun = self._last = time.monotonic()
        self._cpu, self._delivered = thread_seconds(), Driver.delivered
        self._timer.start()
        QTimer.singleShot(round(1000 * self._seconds), self._end)

    def _tick(self) -> None:
        now = time.monotonic()
        self._gaps.append(now - self._last)
        self._last = now

    def _painted(self) -> None:
        self._first_painted = self._first_painted or time.monotonic()
        result = self._window.control.presenter.result
        if self._begun and result is not None:
            QTimer.singleShot(0, lambda: self._ages.append(time.monotonic() - result.frame.captured_at))

    def _end(self) -> None:
        lasted = time.monotonic() - self._begun
        spent = {name: used - self._cpu.get(name, 0.0) for name, used in thread_seconds().items()}
        print(
            json.dumps(
                {
                    "width": WIDTH,
                    "height": HEIGHT,
                    "seconds": lasted,
                    "ages_s": self._ages,
                    "gaps_s": self._gaps,
                    "delivered_fps": (Driver.delivered - self._delivered) / lasted,
                    "first_picture_s": (self._first_painted or np.inf) - (Driver.first_at or 0.0),
                    "cpu_s": spent,
                }
            ),
            flush=True,
        )
        self._window.close()
        QApplication.quit()


def thread_seconds() -> dict[str, float]:
    """Return the processor time so far of each named thread of this process, and of all others together, seconds."""
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    spent: dict[str, float] = {}
    for thread in psutil.Process().threads():
        name = names.get(thread.id, "others")
        spent[name] = spent.get(name, 0.0) + thread.user_time + thread.system_time
    return spent


def main(seconds: float) -> int:
    """Open the program on the device, measure for so long, and leave."""

    class Watched(MainWindow):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            Watcher(self, seconds)

    Driver.screens = tuple(scanner_screens())
    card = CaptureDevice(NAME, 0, cv2.CAP_ANY)
    real = capture.open_capture
    with MonkeyPatch.context() as patch:
        patch.setattr(cv2, "VideoCapture", Driver)
        patch.setattr(capture, "open_capture", lambda rest, setting=None: real(rest, setting, lambda: (card,)))
        patch.setattr(app, "MainWindow", Watched)
        return app.open_window(app.Options(source=f"device:{NAME}"), None)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
