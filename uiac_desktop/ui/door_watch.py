"""Between session and examination: only frames that the door let through for keeping go on to it."""

from collections.abc import Callable

from uiac_desktop.frame import Frame, Result
from uiac_desktop.sources.privacy_door import PrivacyDoor


def what_may_be_kept(
    door: PrivacyDoor | None, on_frame: Callable[[Frame], None], on_labelled: Callable[[Result], None]
) -> tuple[Callable[[Frame], None], Callable[[Result], None]]:
    """Return callbacks that pass on what may be kept and drop the rest; without a door, all is passed on.

    They run in the session's threads, so that nothing slips through between a change of the picture and the moment at
    which the window hears of it.
    """
    if door is None:
        return on_frame, on_labelled

    def see_frame(frame: Frame) -> None:
        if door.may_store(frame):
            on_frame(frame)

    def see_labelled(result: Result) -> None:
        if door.may_store(result.frame):
            on_labelled(result)

    return see_frame, see_labelled
