"""Clips of numbered coloured frames as video files, and which numbers are read from them."""

from pathlib import Path

from tests.uiac_desktop.sources.numbered import number_of, numbered
from uiac_desktop.frame import Frame
from uiac_desktop.sources.video.source import VideoSource

COLOUR = [numbered(number, colour=True) for number in range(30)]


def frames_of(path: Path) -> list[Frame]:
    with VideoSource(path) as source:
        return list(source)


def numbers_of(frames: list[Frame]) -> list[int | None]:
    return [number_of(frame.pixels) for frame in frames]
