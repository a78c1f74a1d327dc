"""Since when no picture comes, and whether the source is still trying; says so second by second."""

from collections.abc import Callable

from uiac_desktop.sources.base import PictureBack, PictureLost
from uiac_desktop.ui.messages import MessageBoard
from uiac_desktop.ui.scan import messages as scan_messages


class PictureLoss:
    """Whether the source is lost.

    Parameters
    ----------
    board
        Where it is said.
    clock
        ``time.monotonic`` or a stand-in.

    Attributes
    ----------
    at
        When the last picture came, or when the source failed, seconds on ``clock``; None while pictures come.
    """

    def __init__(self, board: MessageBoard, clock: Callable[[], float]) -> None:
        self._board = board
        self._clock = clock
        self._lost: PictureLost | None = None
        self.at: float | None = None

    def fail(self) -> None:
        """Note that the source gives no more frames and does not try again."""
        self._lost, self.at = None, self._clock()

    def hear(self, event: PictureLost | PictureBack, name: str) -> None:
        """Take in that pictures stay away, when the next try is, or that they are back."""
        if isinstance(event, PictureBack):
            self._lost = self.at = None
            scan_messages.source_back(self._board, name, event.gap_s)
        else:
            self._lost, self.at = event, event.lost_at
            self.say(name)

    def say(self, name: str) -> None:
        """Say for how long it has lasted by now."""
        if self._lost is not None:
            scan_messages.source_lost(self._board, name, self._lost, self._clock())
