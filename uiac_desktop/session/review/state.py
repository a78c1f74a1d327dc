"""The state of the Review room as one record, made from the clip that is open."""

from uiac_desktop.session.review.marks import Segment
from uiac_desktop.session.review.open_clip import OpenClip
from uiac_desktop.session.review.records import ReviewState


def state_of(clip: OpenClip, person: str) -> ReviewState:
    """Return how the room stands with a clip.

    Parameters
    ----------
    person
        Who is at work.
    """
    found = clip.found
    return ReviewState(
        phase=clip.phase,
        clip=clip.info,
        opening=clip.place.name,
        message=clip.message,
        advice=clip.advice,
        media=clip.place.media,
        medium=clip.number,
        frame=clip.at,
        time_s=clip.time_of(clip.at),
        playing=clip.player.playing,
        speed=clip.player.speed,
        loop=clip.loop,
        analysis=clip.analysis,
        predicted=found.predicted,
        corrected=clip.corrected,
        settled=clip.settled,
        doubtful=found.doubtful,
        differences=found.differences,
        bests=found.bests,
        verdict=clip.verdict(person) if clip.phase == "open" else None,
        selection=clip.selection,
        mark=clip.mark,
        holding=_holding(clip),
        person=person,
        people=clip.people,
        agreements=clip.agreements,
        disputes=clip.disputes,
        can_undo=clip.book.can_undo(person),
        can_redo=clip.book.can_redo(person),
        labels_ready=clip.labels_ready,
        unsaved=clip.unsaved,
        saved_at_s=None if clip.saved_at is None else clip.saved_at.timestamp(),
    )


def _holding(clip: OpenClip) -> Segment | None:
    if clip.held is None:
        return None
    plane, run = clip.held
    return Segment(run.first, run.last, clip.time_of(run.first), clip.time_of(run.last + 1), plane)
