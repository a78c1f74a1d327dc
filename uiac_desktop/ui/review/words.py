"""What the Review room says in words: clip, frame, range, analysis, so that every view and message says it alike."""

from datetime import datetime
from typing import Final

from nas.counts import counted
from uiac_desktop.clock import clock_text
from uiac_desktop.session.review.events import NothingThere
from uiac_desktop.session.review.records import Analysis, ClipInfo, ReviewState
from uiac_desktop.ui.look.certainty import percent
from uiac_desktop.ui.review.timeline import FrameClock
from uiac_desktop.ui.scan.state import Figure

EMPTY: Final = "No clip is open."
_GOALS: Final = {
    "doubtful": "doubtful frame",
    "difference": "difference between model and you",
    "change": "change of plane",
    "best": "best frame",
}


def shortened(name: str, most: int) -> str:
    """Return a name that fits: its middle gives way, since file names differ at both ends."""
    return name if len(name) <= most else f"{name[: most // 2]}…{name[-(most // 2 - 1) :]}"


def clip_text(clip: ClipInfo) -> str:
    """Return size, rate, length and number of frames: ``960×720, 30 fps, 0:41.20, 1,236 frames``."""
    parts = [f"{clip.width}×{clip.height}"]
    if clip.fps:
        parts.append(f"{clip.fps:.3g} fps")
    if clip.frames > 1:
        parts.append(clock_text(clip.duration_s))
    more = "" if clip.counted else " or more"
    parts.append(f"{counted(clip.frames, 'frame')}{more}")
    return ", ".join(parts)


def position_text(state: ReviewState) -> str:
    """Return which frame of how many is under the cursor, counted from 1."""
    if state.clip is None:
        return ""
    return f"{state.frame + 1:,} of {state.clip.frames:,}"


def range_text(state: ReviewState, clock: FrameClock) -> str:
    """Return the label of the range: plane where it has one, times and frames."""
    if state.selection is None:
        return ""
    chosen = state.selection
    first_s, last_s = clock.time_of(chosen.first), clock.time_of(chosen.last)
    label = next((one.plane for one in state.corrected if one.first <= chosen.first and chosen.last <= one.last), "")
    times, frames = f"{clock_text(first_s)} – {clock_text(last_s)}", counted(chosen.frames, "frame")
    return "   ".join(part for part in (label, times, frames) if part)


def spoken_frame(state: ReviewState) -> str:
    """Return the frame under the cursor as a sentence for a screen reader."""
    verdict = state.verdict
    said = clock_text(state.time_s)
    if verdict is not None and verdict.plane is not None:
        said += f", model {verdict.plane} {percent(verdict.certainty).replace(' %', ' percent')}"
    if verdict is not None and verdict.label is not None:
        said += f", yours {verdict.label}"
    return said


def analysis_text(analysis: Analysis) -> str:
    """Return how far the analysis is: ``Analysis 62 %``."""
    if analysis.state == "failed":
        return "Analysis failed"
    if analysis.state == "done":
        return "Analysed"
    share = f"{min(100 * analysis.done // analysis.total, 99)} %" if analysis.total else f"{analysis.done:,} frames"
    return {"waiting": "Model loading", "running": f"Analysis {share}", "stopped": f"Analysis stopped at {share}"}[
        analysis.state
    ]


def left_text(seconds: float | None) -> str:
    """Return the time left: ``6 s left``, in minutes from two on."""
    if seconds is None:
        return ""
    return f"{seconds / 60:.0f} min left" if seconds >= 120 else f"{max(round(seconds), 1)} s left"


def when_text(at_s: float, now: datetime) -> str:
    """Return when something was done: ``today 14:32``, else the date."""
    then = datetime.fromtimestamp(at_s, now.tzinfo)
    return f"today {then:%H:%M}" if then.date() == now.date() else f"{then:%Y-%m-%d %H:%M}"


def figures_of(state: ReviewState, now: datetime) -> tuple[Figure, ...]:
    """Return the figures of the window's last line."""
    figures: list[Figure] = []
    analysis = state.analysis
    if analysis is not None and analysis.model:
        figures.append(Figure("Model", analysis.model))
        device = f", {analysis.device}" if analysis.device else ""
        if analysis.fps is not None:
            figures.append(Figure("Analysis", f"{analysis.fps:.0f} fps{device}"))
        elif analysis.device:
            figures.append(Figure("Runs on", analysis.device))
    if state.unsaved:
        figures.append(Figure("Labels", f"{state.unsaved} being saved"))
    elif state.saved_at_s is not None:
        figures.append(Figure("Labels saved", f"{datetime.fromtimestamp(state.saved_at_s, now.tzinfo):%H:%M:%S}"))
    if state.person and state.clip is not None:
        figures.append(Figure("Labelled by", state.person))
    return tuple(figures)


def nothing_text(event: NothingThere) -> str:
    """Return that there is no further frame of a kind."""
    return f"No further {_GOALS[event.goal]} {'after' if event.forward else 'before'} this frame."
