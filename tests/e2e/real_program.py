"""The program started as a user starts it, on an X server of its own, with keys pressed from outside."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")


@contextmanager
def x_server(width: int, height: int, *more: str) -> Iterator[str]:
    """Run an X server without a screen, and yield its display."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed (apt-get install xvfb)")
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", *more]
    server = subprocess.Popen(words, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


def environment(display: str, folder: Path) -> dict[str, str]:
    """Return the environment of a user whose folders lie in ``folder``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    return kept | {name: str(folder / name) for name in FOLDERS} | {"DISPLAY": display, "PYTHONPATH": str(ROOT)}


def start(display: str, folder: Path, *words: str, scale: str = "1") -> subprocess.Popen[str]:
    """Start the program at a scale of the desktop; the caller ends it."""
    return subprocess.Popen(
        [sys.executable, "-m", "uiac_desktop", *words],
        env=environment(display, folder) | {"QT_SCALE_FACTOR": scale},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Keyboard:
    """Presses keys in the program's window, through the X server."""

    def __init__(self, display: str) -> None:
        if shutil.which("xdotool") is None:
            pytest.skip("xdotool is not installed (apt-get install xdotool)")
        self._environment = {**os.environ, "DISPLAY": display}
        self.window = self.xdotool("search", "--sync", "--onlyvisible", "--name", "^UIAC Desktop$").split()[0]

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        self.xdotool("windowfocus", self.window, "key", *keys, limit_s=20)

    def xdotool(self, *words: str, limit_s: float = 60) -> str:
        """Return what xdotool says; nothing where it takes too long."""
        try:
            done = subprocess.run(
                ["xdotool", *words], env=self._environment, capture_output=True, text=True, timeout=limit_s, check=False
            )
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout
