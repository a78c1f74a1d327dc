"""What the Review room puts into the message slot."""

from typing import Final

from uiac_desktop.session.review.events import (
    AnalysisEnded,
    ClipOpened,
    Labelled,
    LabelsFailed,
    NothingThere,
    Retraced,
    ReviewEvent,
    ReviewFailed,
)
from uiac_desktop.session.review.records import ClipInfo
from uiac_desktop.sources.media import left_out
from uiac_desktop.ui.messages import Choice, Message, MessageBoard, Rank
from uiac_desktop.ui.review.words import nothing_text

_UNDO: Final = (Choice("Undo", "review_undo"),)
_CAUSES: Final = ("review", "review_labels", "review_warning")


def tell(board: MessageBoard, event: ReviewEvent) -> None:
    """Post what an event has to say."""
    match event:
        case ClipOpened(clip, reports):
            _opened(board, clip, reports)
        case ReviewFailed(message, advice):
            board.post(Message("review", Rank.ERROR, message, advice))
        case LabelsFailed(message, advice):
            board.post(Message("review_labels", Rank.ERROR, message, advice))
        case Labelled(text):
            board.clear("review_labels")
            board.post(Message("review_label", Rank.OK, text, choices=_UNDO))
        case Retraced(text):
            board.post(Message("review_label", Rank.INFO, text))
        case AnalysisEnded(frames, fps):
            rate = f" at {fps:.0f} fps" if fps is not None and fps >= 1 else ""
            board.post(Message("review_analysis", Rank.OK, f"Analysed: {frames:,} frames{rate}.", "It is kept."))
        case NothingThere():
            board.post(Message("review_none", Rank.INFO, nothing_text(event)))
        case _:
            return


def hush(board: MessageBoard) -> None:
    """Take down what concerns a clip that was closed."""
    for cause in (*_CAUSES, "review_label", "review_none", "review_analysis"):
        board.clear(cause)


def _opened(board: MessageBoard, clip: ClipInfo, reports: tuple[str, ...]) -> None:
    """Take down what was said of the clip before, and say what is amiss with this one, else what was left out."""
    for cause in _CAUSES:
        board.clear(cause)
    if clip.warnings:
        more = f" and {len(clip.warnings) - 1} more" if len(clip.warnings) > 1 else ""
        board.post(Message("review_warning", Rank.WARN, clip.warnings[0] + more))
    elif reports:
        board.post(Message("review_warning", Rank.INFO, left_out(reports)))
