"""Screens of an invented scanner: a sector with writing round it, and pages of invented names of equal size."""

import cv2
import numpy as np

from uiac_desktop.frame import Pixels
from uiac_desktop.sources.base import Region

NAMES = ("MUSTERFRAU ERIKA", "DOE JANE", "ROSSI MARIA", "NOVAK JANA", "SILVA ANA", "LI WEI")
SIZE = (640, 480)
SECTOR = Region(140, 90, 360, 360)
GROUNDS = {"white": (255, 0), "grey": (70, 220), "black": (0, 230), "dim": (14, 150)}


def _write(screen: Pixels, text: str, x: int, y: int, value: int = 235, size: float = 0.5) -> None:
    cv2.putText(screen, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size, (value,) * 3, 1, cv2.LINE_AA)


def sector_screen(number: int = 0, clock: bool = True) -> Pixels:
    """A fan of moving speckle, a name in the banner, a code in a corner of the fan's box, a clock that goes."""
    width, height = SIZE
    screen = np.zeros((height, width, 3), np.uint8)
    speckle = np.random.default_rng(number).rayleigh(42, (height // 3, width // 3)).clip(0, 255).astype(np.uint8)
    echo = cv2.resize(speckle, SIZE, interpolation=cv2.INTER_CUBIC)
    fan = np.zeros((height, width), np.uint8)
    cv2.ellipse(fan, (320, 40), (410, 410), 0, 64, 116, 1, -1)
    fan[: SECTOR.y] = 0
    screen[fan > 0] = echo[fan > 0][:, None]
    _write(screen, f"{NAMES[0]}  PID-778812", 8, 24)
    _write(screen, "X1", 150, 130)
    if clock:
        _write(screen, f"11:02:{number % 60:02d}", 540, 24)
    return screen


def page(ground: str, seed: int = 0, noise: float = 0.0) -> Pixels:
    """A worklist of invented names, as large as the scanner's screen."""
    back, ink = GROUNDS[ground]
    rng = np.random.default_rng(seed)
    screen = np.full((SIZE[1], SIZE[0], 3), back, np.uint8)
    for row in range(int(rng.integers(6, 18))):
        name = NAMES[int(rng.integers(len(NAMES)))]
        _write(screen, f"{name}   PID-{rng.integers(10**6)}   19{rng.integers(70, 99)}-04-23", 20, 30 + 25 * row, ink)
    if noise:
        screen = (screen + rng.normal(0, noise, screen.shape)).clip(0, 255).astype(np.uint8)
    return screen
