"""The libraries beneath the sources live together: Qt's settings, OpenCV beside libav, no name ever given to OpenCV."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.numbered import numbered

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "uiac_desktop" / "sources"


def _run(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("before", [None, "/my/own/plugins"])
def test_that_importing_opencv_leaves_the_settings_of_qt_as_they_were(before: str | None) -> None:
    code = f"""
import os
names = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
for name in names:
    os.environ.pop(name, None)
    if {before!r}:
        os.environ[name] = {before!r}
from uiac_desktop.sources.opencv import cv2
print([os.environ.get(name) for name in names], hasattr(cv2, "resize"))
"""
    assert _run(code).strip() == f"{[before, before]} True"


@pytest.mark.parametrize("order", ["import av, cv2", "import cv2, av"])
def test_that_two_threads_decode_while_opencv_works_in_either_order_of_import(tmp_path: Path, order: str) -> None:
    path = made.write_clip(tmp_path / "clip.mp4", [numbered(number, colour=True) for number in range(25)])
    code = f"""
{order}
import sys, threading
from pathlib import Path
from uiac_desktop.sources.video.source import VideoSource
counts = []
def decode():
    for _ in range(25):
        with VideoSource(Path(sys.argv[1])) as source:
            counts.append(sum(cv2.resize(frame.pixels, (64, 64)).shape[0] for frame in source))
threads = [threading.Thread(target=decode) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(counts == [25 * 64] * 50)
"""
    assert _run(code, str(path)).strip() == "True"


def test_that_no_path_is_ever_given_to_opencv() -> None:
    by_path = re.compile(r"\b(imread|imwrite|imshow|waitKey)\b|\bVideoWriter\(")
    for file in SOURCES.rglob("*.py"):
        text = file.read_text("utf-8")
        assert not by_path.search(text)
        assert "VideoCapture" not in text or file == SOURCES / "capture" / "source.py"  # which opens devices, by number


def test_that_a_broken_clip_prints_nothing(tmp_path: Path) -> None:
    path = made.write_clip(tmp_path / "clip.mkv", [numbered(number) for number in range(20)])
    content = bytearray(path.read_bytes())
    for at in range(2000, len(content), 97):
        content[at] ^= 0x5A
    path.write_bytes(content)
    code = """
import sys
from pathlib import Path
from uiac_desktop.errors import SourceError
from uiac_desktop.sources.video.source import VideoSource
try:
    with VideoSource(Path(sys.argv[1])) as source:
        for _ in source: pass
except SourceError:
    pass
sys.stderr.write("end")
"""
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("", "end")
