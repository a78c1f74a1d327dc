"""How people agree on a clip: Cohen's kappa for every two of them, and the frames that they label differently."""

from itertools import combinations

import numpy as np

from uiac_desktop.session.review.label_book import LabelBook
from uiac_desktop.session.review.label_rows import UNSAID, Clock, Codes, Row, runs, segments
from uiac_desktop.session.review.marks import Agreement, Dispute, PersonLabels


def agreements(book: LabelBook, frames: int) -> tuple[Agreement, ...]:
    """Return how every two people agree on the frames that both have labelled."""
    rows = {who: book.row(who, frames) for who in book.people}
    return tuple(_agreement(one, other, rows[one], rows[other]) for one, other in combinations(rows, 2))


def disputes(book: LabelBook, frames: int, clock: Clock) -> tuple[Dispute, ...]:
    """Return the runs of frames with the same unsettled difference."""
    disputed = book.disputed(frames)
    if not disputed.any():
        return ()
    said = np.stack([book.row(who, frames) for who in book.people])
    _, kinds = np.unique(said, axis=1, return_inverse=True)
    kinds = np.where(disputed, kinds.reshape(-1), UNSAID)
    return tuple(
        Dispute(run, clock(run.first), book.said(run.first)) for run in runs(kinds) if kinds[run.first] != UNSAID
    )


def people_rows(book: LabelBook, codes: Codes, frames: int, clock: Clock) -> tuple[PersonLabels, ...]:
    """Return everybody's labels side by side."""
    return tuple(PersonLabels(who, segments(book.row(who, frames), codes, clock)) for who in book.people)


def _agreement(one: str, other: str, ones: Row, others: Row) -> Agreement:
    both = (ones != UNSAID) & (others != UNSAID)
    frames, same = int(both.sum()), int((ones[both] == others[both]).sum())
    return Agreement(one, other, frames, same, _kappa(ones[both], others[both]))


def _kappa(ones: Row, others: Row) -> float | None:
    """Return Cohen's kappa, None where chance alone would make all frames alike.

    With p the share of frames that both label alike and e that of chance, (p - e) / (1 - e). It is reckoned here,
    since the library that knows it takes a second to load, and the window would wait for it at a label.
    """
    planes = np.unique(np.concatenate([ones, others]))
    if len(planes) < 2:
        return None
    by_chance = sum(float((ones == plane).mean() * (others == plane).mean()) for plane in planes)
    return (float((ones == others).mean()) - by_chance) / (1 - by_chance)
