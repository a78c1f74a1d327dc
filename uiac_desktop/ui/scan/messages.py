"""The sentences of the Scan room, each with its cause, rank and buttons, so that the wording stands in one place."""

import math

from uiac_desktop.frame import Stillness
from uiac_desktop.session.events import Bug, Notice
from uiac_desktop.sources.base import PictureLost, SourceInfo
from uiac_desktop.ui.chips import ModelCard
from uiac_desktop.ui.messages import Choice, Message, MessageBoard, Rank
from uiac_desktop.ui.wording import as_sentence

_SOURCE_CAUSES = ("source", "source in use", "lost", "opening", "waiting", "ended", "frozen", "speed", "demo model")
_SIMULATED_ONLY = "{} was trained on simulated images alone."
_DEMO_ADVICE = "On a real scan its answers mean nothing: add a model under Settings, Models."
_OPENING_SHOWN_AFTER_S = 0.5
_NO_PICTURE_AFTER_S = 2.5
_NO_PICTURE_YET = "No picture has come yet."


def clear_source(board: MessageBoard) -> None:
    """Take down what was said of the source before."""
    for cause in (*_SOURCE_CAUSES, *(cause for cause in board.causes if cause.startswith("damage"))):
        board.clear(cause)


def source_opened(board: MessageBoard, info: SourceInfo, model: ModelCard | None) -> None:
    """Say what was opened, and warn where the model has never seen such pictures."""
    board.clear("source")
    board.clear("opening")
    board.post(Message("opened", Rank.OK, f"{info.name} is open.", _size(info)))
    _warn_of_demo(board, info, model)


def source_in_use(board: MessageBoard, key: str) -> None:
    """Say why a key of another source does nothing; ``key`` lets the open one go, empty where no key does."""
    advice = f"{key} lets it go first." if key else "Let it go first."
    choices = (Choice("Other source", "other_source"),)
    what = "A source is open already."
    board.post(Message("source in use", Rank.WARN, what, advice, choices, first=True, passing=True))


def source_warning(board: MessageBoard, name: str, text: str, line: int) -> None:
    """Say that something of the source was skipped or repaired; a grown number replaces the one before."""
    what = text if text.startswith(name) else f"{name}: {text}"
    board.post(Message(f"damage {line}", Rank.WARN, as_sentence(what)))


def source_ended(board: MessageBoard, name: str) -> None:
    """Say that a clip is over."""
    board.post(
        Message("ended", Rank.INFO, f"{name} has ended.", "Space plays it again.", (Choice("Play again", "freeze"),))
    )


def source_failed(board: MessageBoard, message: str, advice: str) -> None:
    """Say that the source gives no more frames; stays until another source is there."""
    for former in ("opening", "frozen", "lost"):
        board.clear(former)
    choices = (Choice("Try again", "again"), Choice("Other source", "other_source"))
    board.post(Message("source", Rank.ERROR, as_sentence(message), as_sentence(advice), choices, holds=True))


def source_lost(board: MessageBoard, name: str, lost: PictureLost, now: float) -> None:
    """Say for how long no picture has come, what to check, and when the next try is.

    Parameters
    ----------
    now
        On the clock of the event's times, seconds.
    """
    board.clear("frozen")
    what = f"No picture from {name} for {max(now - lost.lost_at, 0):.0f} s."
    left_s = None if lost.next_try_at is None else lost.next_try_at - now
    turn = "Trying again …" if left_s is None or left_s <= 0 else f"Next try in {math.ceil(left_s)} s."
    choices = (Choice("Try now", "again"), Choice("Other source", "other_source"))
    advice = f"{as_sentence(lost.advice)} {turn}"
    board.post(Message("lost", Rank.ERROR, what, advice, choices, details=lost.why, holds=True))


def source_back(board: MessageBoard, name: str, gap_s: float) -> None:
    """Say that pictures come again."""
    board.clear("lost")
    what = f"{name} is back after {max(gap_s, 1):.0f} s."
    board.post(Message("opened", Rank.OK, what, "Frames are numbered on."))


def opening(board: MessageBoard, name: str, waited_s: float) -> None:
    """Say how long opening has taken, once it is noticeable."""
    if waited_s < _OPENING_SHOWN_AFTER_S:
        board.clear("opening")
        return
    cancel = (Choice("Cancel", "other_source"),)
    advice = _NO_PICTURE_YET if waited_s >= _NO_PICTURE_AFTER_S else ""
    board.post(Message("opening", Rank.INFO, f"Opening {name} … {waited_s:.0f} s", advice, cancel, holds=True))


def waiting(board: MessageBoard, name: str, waited_s: float) -> None:
    """Say that a clip stands on its first frame until the model is ready, once it is noticeable."""
    if waited_s < _OPENING_SHOWN_AFTER_S:
        board.clear("waiting")
        return
    what = f"{name} waits for the model … {waited_s:.0f} s"
    now = (Choice("Play now", "play"),)
    board.post(Message("waiting", Rank.INFO, what, "So every frame gets its plane.", now, holds=True))


def frozen(board: MessageBoard, by_user: bool, stillness: Stillness, plane: str | None) -> None:
    """Say that the picture is held, and by whom, and what becomes of its label."""
    if by_user:
        message = Message("frozen", Rank.INFO, "Frozen by you.", "Space goes on.", holds=True, icon="freeze")
        board.post(message)
        return
    if not stillness.still_s:
        board.clear("frozen")
        return
    stays = f"{plane} stays the label of this frame." if plane else ""
    what = f"The picture has not changed for {max(stillness.still_s, 1):.0f} s."
    if stillness.drawn_over:
        what, stays = "Callipers or words are drawn over the frozen picture.", "It counts as none of the planes."
    board.post(Message("frozen", Rank.INFO, what, stays, holds=True, icon="freeze"))


def model_ready(
    board: MessageBoard, model: ModelCard, device_text: str, info: SourceInfo | None, changed: bool
) -> None:
    """Say which model answers from now on."""
    board.clear("model")
    if changed:
        board.post(
            Message("model at work", Rank.OK, f"{model.name} is at work on {device_text}.", "Voting began anew.")
        )
    if info is not None:
        _warn_of_demo(board, info, model)


def model_failed(board: MessageBoard, message: str, advice: str, former_stays: bool) -> None:
    """Say that a model cannot be used."""
    stays = " The former model stays at work." if former_stays else ""
    choices = (Choice("Models", "models"),)
    board.post(Message("model", Rank.ERROR, as_sentence(message), as_sentence(advice) + stays, choices))


def slow(board: MessageBoard, model_fps: float, source_fps: float) -> None:
    """Say that frames go unlabelled for want of computing time."""
    board.post(
        Message(
            "speed",
            Rank.WARN,
            f"The model is slower than the source ({_tens(model_fps)} of {_tens(source_fps)} fps).",
            "The picture stays current; frames between are not labelled.",
            (Choice("Faster model", "models"),),
            holds=True,
        )
    )


def not_slow(board: MessageBoard) -> None:
    """Take the message of a slow model down."""
    board.clear("speed")


def of_program(board: MessageBoard, event: Notice | Bug) -> None:
    """Say what the program itself did or suffered."""
    (notice if isinstance(event, Notice) else bug)(board, event.text)


def notice(board: MessageBoard, text: str) -> None:
    """Say what the program changed by itself."""
    board.post(Message("notice", Rank.WARN, as_sentence(text)))


def bug(board: MessageBoard, text: str) -> None:
    """Say that something went wrong inside the program, unless the trace of it stands there already."""
    if board.has("bug"):
        return
    board.post(
        Message(
            "bug",
            Rank.ERROR,
            "Something went wrong inside the program.",
            "It goes on; the log has what happened.",
            (Choice("Details", "details"),),
            details=text,
        )
    )


def _warn_of_demo(board: MessageBoard, info: SourceInfo, model: ModelCard | None) -> None:
    if model is None or not model.simulated_only or info.kind == "simulated":
        board.clear("demo model")
        return
    what = _SIMULATED_ONLY.format("The demo model" if "demo" in model.name.lower() else "This model")
    board.post(Message("demo model", Rank.WARN, what, _DEMO_ADVICE, (Choice("Models", "models"),)))


def _size(info: SourceInfo) -> str:
    size = f"{info.width}×{info.height}"
    if info.frames is not None and info.frames > 1:
        return f"{size}, {info.frames:,} frames."
    return f"{size}."


def _tens(fps: float) -> str:
    return f"{fps:.0f}"
