"""Weaves the two fields of an interlaced picture without combs, through libav's own filter."""

from fractions import Fraction
from itertools import pairwise
from typing import Final

import numpy as np
from av.error import FFmpegError
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.frame import VideoFrame

from uiac_desktop.frame import Pixels

_FILTER: Final = "bwdif"
_TICKS: Final = Fraction(1, 90_000)


class Deinterlacer:
    """Turns interlaced frames into whole ones, one out for one in; the first comes out with the second in.

    Parameters
    ----------
    all_frames
        Treat every frame as interlaced; else only those that say so, and others pass as they are.
    """

    def __init__(self, *, all_frames: bool) -> None:
        self._options = f"mode=send_frame:deint={'all' if all_frames else 'interlaced'}"
        self._form: tuple[int, int, str] | None = None
        self._graph: Graph | None = None
        self._stamp = 0

    def pass_through(self, frame: VideoFrame) -> VideoFrame | None:
        """Give a frame in and return the next one that is ready, None where one more is needed.

        A change of size or format begins anew.
        """
        form = (frame.width, frame.height, frame.format.name)
        if self._graph is None or form != self._form:
            self._graph, self._form = _graph(frame, self._options), form
        self._stamp += 3600
        frame.pts, frame.time_base = self._stamp, _TICKS
        self._graph.vpush(frame)
        newest: VideoFrame | None = None
        while True:
            try:
                newest = self._graph.vpull()
            except (FFmpegError, BlockingIOError, EOFError):
                return newest

    def weave(self, pixels: Pixels) -> Pixels | None:
        """Do the same with bare pixels, uint8 (H, W) or (H, W, 3)."""
        form = "gray" if pixels.ndim == 2 else "rgb24"
        planar = "gray" if pixels.ndim == 2 else "yuv444p"
        frame = VideoFrame.from_ndarray(pixels, format=form)
        done = self.pass_through(frame if form == planar else frame.reformat(format=planar))
        return None if done is None else np.ascontiguousarray(done.to_ndarray(format=form), np.uint8)


def _graph(frame: VideoFrame, options: str) -> Graph:
    graph = Graph()
    chain: list[FilterContext] = [
        graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=_TICKS),
        graph.add(_FILTER, options),
        graph.add("buffersink"),
    ]
    for one, following in pairwise(chain):
        one.link_to(following)
    graph.configure()
    return graph
