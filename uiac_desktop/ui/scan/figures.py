"""The figures of the source line: what was asked and what is delivered, measured by the session and never assumed."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from uiac_desktop.session.meters import SessionStats
from uiac_desktop.sources.base import SourceInfo
from uiac_desktop.ui.scan.state import Figure, Tone

ModelState: TypeAlias = Literal["idle", "loading", "ready", "failed"]
SLOW_AGE_MS: Final = 100.0
_NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Running:
    """What the source line needs beside the measured figures.

    Attributes
    ----------
    size
        Width and height of the frame on screen, pixels.
    held
        Why no frames flow ("paused", "ended", "one picture", "waiting for the model"), empty while they do.
    still_s
        For how long the picture has not changed, 0 while it moves.
    lost_s
        For how long no picture has come, None while it comes.
    dropping
        Whether frames were dropped in the last second.
    """

    info: SourceInfo | None
    size: tuple[int, int] | None
    model: ModelState
    device_text: str
    held: str = ""
    still_s: float = 0.0
    lost_s: float | None = None
    dropping: bool = False


def figures_of(stats: SessionStats | None, running: Running) -> tuple[Figure, ...]:
    """Return the figures from left to right."""
    return (
        _delivered(stats, running),
        Figure("asked", _asked(stats, running)),
        _model(stats, running),
        _age(stats, running),
        Figure("dropped", str(stats.frames_dropped if stats else 0), "warn" if running.dropping else "plain"),
    )


def is_slow(stats: SessionStats, running: Running) -> bool:
    """Return whether the model labels less than half of what the source delivers."""
    flowing = not running.held and running.lost_s is None and stats.delivered_fps > 1
    return flowing and running.model == "ready" and stats.model_fps < stats.delivered_fps / 2


def _delivered(stats: SessionStats | None, running: Running) -> Figure:
    if running.lost_s is not None:
        return Figure("Delivered", f"nothing for {running.lost_s:.0f} s", "error")
    if stats is None or running.size is None:
        return Figure("Delivered", _NOTHING)
    size = f"{running.size[0]}×{running.size[1]}"
    if running.held:
        return Figure("Delivered", f"{size}, {running.held}")
    if running.still_s:
        return Figure("Delivered", f"{stats.delivered_fps:.1f} fps, all identical for {running.still_s:.0f} s")
    return Figure("Delivered", f"{size} at {stats.delivered_fps:.1f} fps")


def _asked(stats: SessionStats | None, running: Running) -> str:
    if running.info is None:
        return _NOTHING
    size = f"{running.info.width}×{running.info.height}"
    fps = stats.asked_fps if stats is not None else running.info.fps
    return size if fps is None else f"{size} at {fps:.4g}"


def _model(stats: SessionStats | None, running: Running) -> Figure:
    if running.model == "failed":
        return Figure("Model", "none", "error")
    if running.model == "idle":
        return Figure("Model", _NOTHING)
    if running.model == "loading":
        return Figure("Model", "loading")
    if stats is None or running.held or running.lost_s is not None:
        return Figure("Model", running.device_text)
    tone: Tone = "warn" if is_slow(stats, running) else "plain"
    return Figure("Model", f"{stats.model_fps:.0f} fps, {running.device_text}", tone)


def _age(stats: SessionStats | None, running: Running) -> Figure:
    if stats is None or stats.age_ms is None or running.held or running.lost_s is not None:
        return Figure("Age", _NOTHING)
    return Figure("Age", f"{stats.age_ms:.0f} ms", "warn" if stats.age_ms > SLOW_AGE_MS else "plain")
