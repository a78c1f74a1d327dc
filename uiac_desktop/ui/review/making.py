"""The border of window and Review room: how the real room is made."""

from collections.abc import Callable
from typing import TypeAlias

from uiac_desktop.session.review.port import ReviewPort

MakeReview: TypeAlias = Callable[[Callable[[], None], Callable[[], None], Callable[[], None], str], ReviewPort]


def real_review(
    on_shown: Callable[[], None], on_change: Callable[[], None], on_event: Callable[[], None], person: str
) -> ReviewPort:
    """Return a Review room on the store of the settings, not yet started; the store is opened in its own thread."""
    from uiac_desktop.exam.store import open_store
    from uiac_desktop.session.review.review import Review
    from uiac_desktop.settings import SettingsFile

    return Review(lambda: open_store(SettingsFile().load()[0].store), on_shown, on_change, on_event, person)
