"""One opened device or connection that pictures are drawn from, until it breaks; another is made for the next try."""

from abc import ABC, abstractmethod
from typing import ClassVar

from uiac_desktop.frame import Pixels


class Feed(ABC):
    """What a live source draws from; owned by one thread, in which it may block for as long as its driver does.

    Attributes
    ----------
    fps
        Frames a second that the driver or the stream promises, None where it promises nothing.
    fault
        What to check when no picture comes, one sentence.
    first_picture_s
        How long the first picture may take from the start of opening, seconds.
    again_s
        How long it may take when it is tried again after a loss, before another try is made, seconds.
    lets_go_s
        How long it may take to come back after `interrupt`, seconds.
    """

    fps: float | None = None
    fault: ClassVar[str] = "Check the cable and the scanner's video output."
    first_picture_s: ClassVar[float] = 15.0
    again_s: ClassVar[float] = 7.5
    lets_go_s: ClassVar[float] = 1.0

    @abstractmethod
    def open(self) -> None:
        """Open the device or connect.

        Raises
        ------
        SourceError
            It is not there, is busy, or refuses.
        OSError
            The system says no.
        """

    @abstractmethod
    def next(self) -> Pixels | None:
        """Return the next whole picture, or None where the other side has ended.

        Returns
        -------
        uint8, (H, W) grey or (H, W, 3) RGB, owned by the caller.

        Raises
        ------
        SourceError, OSError
            It broke.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go; called once, in the thread that opened it, also after a failure."""

    def interrupt(self) -> None:  # noqa: B027 - not every driver can
        """From any thread: make `open` or `next` come back soon."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of this feed: each cause in its place; its line may change or be empty."""
        return ()
