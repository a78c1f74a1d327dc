"""What goes wrong in expected ways, said as what happened and what to do, since the reader is a sonographer."""


class DesktopError(Exception):
    """An expected failure with its advice.

    Parameters
    ----------
    message
        What happened, one line, in the user's words, without a path of a patient's file beyond what the user typed.
    advice
        What to do about it, one line.
    """

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class SourceError(DesktopError):
    """A source of frames cannot be opened or read."""


class ModelError(DesktopError):
    """A model cannot be put to work on this PC."""


class StoreError(DesktopError):
    """The exam store cannot be read or written."""


class StoreFull(StoreError):  # noqa: N818 - a state of the disk that the user puts right
    """The disk has no room for what is to be kept; what was kept is safe."""
