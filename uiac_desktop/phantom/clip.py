"""A simulated examination as a video file with its truth beside it, to try players and models on a known scan."""

import csv
import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from uiac_desktop.errors import DesktopError
from uiac_desktop.phantom.scan import SimulatedScan, Truth

_RATE_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class ClipSummary:
    """What was written: the clip, its truth table, and how long it is."""

    path: Path
    truth: Path
    frames: int
    seconds: float


def write_clip(
    path: Path,
    seed: int = 0,
    size: int = 720,
    fps: float = 30.0,
    seconds: float | None = None,
    progress: Callable[[int, int], None] | None = None,
    preset: str | None = None,
    extras: bool = False,
) -> ClipSummary:
    """Write an H.264 mp4 of a simulated examination, and PATH.csv with frame, time_s, plane, distance (and extra).

    Parameters
    ----------
    path
        The clip; an existing file is replaced once the new one is whole.
    seed, size, fps, preset, extras
        As of SimulatedScan; an odd last row or column is left out, since H.264 halves the colour.
    seconds
        Length, above 0; one way through all planes when absent.
    progress
        Called with (frames done, frames in all); raising from it stops the work and leaves no file.

    Raises
    ------
    DesktopError
        If a number is out of range or the file cannot be written.
    """
    if fps > _RATE_LIMIT:
        raise DesktopError(f"A clip holds at most {_RATE_LIMIT} frames a second.", "Choose a lower rate.")
    if seconds is not None and not seconds > 0:
        raise DesktopError("A clip needs a length above 0 seconds.", "Choose a longer clip.")
    scan = SimulatedScan(seed, size, fps, preset, extras)
    frames = scan.sweep_frames if seconds is None else max(1, round(seconds * fps))
    table = path.with_name(path.name + ".csv")
    half_done: list[Path] = []
    try:
        for _ in range(2):
            handle, name = tempfile.mkstemp(prefix=".unfinished-", suffix=".mp4", dir=path.parent)
            os.close(handle)
            half_done.append(Path(name))
        truths = _encode(half_done[0], scan, frames, progress)
        half_done[1].write_bytes(_table(truths, extras))
        half_done[0].replace(path)
        half_done[1].replace(table)
    except OSError as problem:
        reason = problem.strerror or "unknown reason"
        raise DesktopError(
            f"{path} cannot be written ({reason}).", "Check the folder, the free space and your rights."
        ) from problem
    finally:
        for leftover in half_done:
            leftover.unlink(missing_ok=True)
    return ClipSummary(path, table, frames, frames / fps)


def _encode(path: Path, scan: SimulatedScan, frames: int, progress: Callable[[int, int], None] | None) -> list[Truth]:
    import av

    rate = Fraction(scan.fps).limit_denominator(_RATE_LIMIT + 1)
    truths: list[Truth] = []
    with av.open(str(path), "w", format="mp4") as container:
        options = {"crf": "18", "preset": "veryfast", "g": str(max(round(rate), 1))}  # a key frame a second, to jump to
        stream = container.add_stream("libx264", rate=rate, options=options)
        stream.pix_fmt = "yuv420p"
        stream.height, stream.width = (side // 2 * 2 for side in scan.shape)
        for index in range(frames):
            picture, truth = scan.render(index)
            truths.append(truth)
            even = np.ascontiguousarray(picture[: stream.height, : stream.width])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")))
            if progress is not None:
                progress(index + 1, frames)
        container.mux(stream.encode(None))
    return truths


def _table(truths: list[Truth], extras: bool) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("frame", "time_s", "plane", "distance", *(("extra",) if extras else ())))
    for frame, truth in enumerate(truths):
        row = (frame, f"{truth.time_s:.3f}", truth.plane, f"{truth.distance:.3f}")
        writer.writerow((*row, truth.extra) if extras else row)
    return text.getvalue().encode("utf-8-sig")
