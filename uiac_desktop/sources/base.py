"""The contract that every source of frames keeps, so that no reader needs to know what it reads from."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeAlias

from uiac_desktop.frame import Frame


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the picture in pixels; ``x + width`` and ``y + height`` are one past its last column and row."""

    x: int
    y: int
    width: int
    height: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a source says of itself once it is open.

    Attributes
    ----------
    name
        How the source line names it (a file's base name, "Simulated scan").
    kind
        ``video``, ``images``, ``dicom``, ``simulated``, ``device``, ``screen``, ``stream``, ``igtl``.
    width, height
        Of the frames that come out, after crop and rotation, pixels.
    fps
        Nominal frames a second, None where it has none (single still).
    frames
        Real number of frames where it is known without decoding all, else None.
    duration_s
        Time of the last frame plus one frame's length, seconds, None where unknown.
    seekable
        Whether ``seek`` is possible.
    paced
        True for files and clips: the reader holds back each frame to its time. False where the device sets the pace.
    regions
        Regions that a DICOM file marks as ultrasound (2D first, largest first); the first is the crop in use.
    choices
        Names of what else the same address sends, the one in use among them; empty where there is no choice.
    """

    name: str
    kind: str
    width: int
    height: int
    fps: float | None
    frames: int | None
    duration_s: float | None
    seekable: bool
    paced: bool
    regions: tuple[Region, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureLost:
    """No picture comes from a live source; the last frame stays, and the source tries again by itself.

    A recording marks its gap from here to `PictureBack`.

    Attributes
    ----------
    why, advice
        What happened and what to do, one line each.
    lost_at
        When the last picture came, seconds on ``time.monotonic``.
    next_try_at
        When it will try again, seconds on ``time.monotonic``; None while it is trying.
    """

    why: str
    advice: str
    lost_at: float
    next_try_at: float | None


@dataclass(frozen=True, slots=True)
class PictureBack:
    """Pictures come again; the numbers of frames go on.

    Attributes
    ----------
    gap_s
        For how long none came, seconds.
    """

    gap_s: float


LinkNews: TypeAlias = PictureLost | PictureBack


class FrameSource(ABC):
    """A source of frames, owned by one thread.

    Frames come in the order of showing; ``index`` counts from 0 without gaps, ``time_s`` never falls. ``read`` gives
    None at the end, again and again. A damaged part is skipped and told in ``warnings``; a source that gives no frame
    at all raises ``SourceError`` when it is opened or at the first read. ``close`` may be called twice. A live source
    (``paced`` False) gives the newest picture alone, waits for it in ``read``, and ends when it is interrupted.
    """

    info: SourceInfo

    @abstractmethod
    def read(self) -> Frame | None:
        """Return the next frame, cropped and masked, or None at the end.

        Raises
        ------
        SourceError
            The source cannot go on.
        """

    @abstractmethod
    def seek(self, time_s: float) -> None:
        """Make the next ``read`` return the frame shown at ``time_s`` (the last one whose time is not after it).

        Its ``index`` and ``time_s`` are those that reading through would give. Times before the first frame mean the
        first, times after the last mean the last.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the file or device."""

    @property
    def known(self) -> int:
        """How many frames, from 0 on, `time_of` knows; not yet all while a long file is looked through."""
        return 0

    def time_of(self, index: int) -> float:
        """Return the time of a known frame, seconds; a ``seek`` to it leads to this frame."""
        raise IndexError(index)

    def learn(self, seconds: float) -> bool:  # noqa: ARG002
        """Look for further frames for about so long; False once all are known."""
        return False

    def heed(self, index: int, time_s: float) -> bool:  # noqa: ARG002
        """Take from who has read every frame up to this one when it is shown.

        A file tells of some damage only when it is decoded, so that frames behind it lose their place.

        Returns
        -------
        Whether numbers that were known are others now, and are learnt anew.
        """
        return False

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was skipped or repaired so far, one line each, for the message bar; empty where all is well.

        Lines are only added at the end; the one that counts left-out frames counts up where it stands.
        """
        return ()

    @property
    def skipped(self) -> int:
        """Pictures of a live source that a newer one replaced before they were read."""
        return 0

    @property
    def hangs(self) -> bool:
        """Whether a driver did not let go when the source was closed; its thread is left to itself."""
        return False

    def follow(self, tell: Callable[[LinkNews], None]) -> None:  # noqa: B027 - clips are never lost
        """Name who is told, in the thread that reads, when pictures stay away and when they are back."""

    def begin(self) -> None:  # noqa: B027 - most sources are open once they are made
        """Wait for the first picture of a live source; ``info`` is true from here on. ``with`` does it.

        Raises
        ------
        SourceError
            None comes.
        """

    def interrupt(self) -> None:  # noqa: B027 - a clip never waits for long
        """From any thread: let ``begin`` and ``read`` come back at once, for good, since the source is to be closed."""

    def try_now(self) -> None:  # noqa: B027
        """From any thread: while pictures stay away, try again now instead of at the next turn."""

    def __enter__(self) -> Self:
        try:
            self.begin()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        while (frame := self.read()) is not None:
            yield frame
