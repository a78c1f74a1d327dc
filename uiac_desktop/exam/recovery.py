"""Puts right what a killed program left, when the store is next opened: nothing whole is lost, nothing half listed."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from uiac_desktop.exam.database import Database
from uiac_desktop.exam.media import MediaFolder, Stray
from uiac_desktop.exam.process_mark import is_at_work
from uiac_desktop.exam.schema import clips, exams, frames, leftovers
from uiac_desktop.exam.store_errors import in_the_user_s_words
from uiac_desktop.exam.torn_clip import drop_torn_end

_LOG = logging.getLogger(__name__)


def recover(database: Database, media: MediaFolder) -> None:
    """Put right what killed programs left, and leave alone what other windows are at work on.

    - A picture under its working name was never said to be kept: removed.
    - A clip under its working name is whole up to the kill, save for its last fragment: listed without a torn end.
    - A whole file that no row names is set aside, as is a clip of an exam that is gone.
    - An exam whose program is gone is ended at its last frame, and marked as cut off, so that it can go on.
    """
    with in_the_user_s_words(), database.writing() as connection:
        _end_exams(connection)
        named = {
            *connection.execute(sa.select(frames.c.media)).scalars(),
            *connection.execute(sa.select(clips.c.media)).scalars(),
            *connection.execute(sa.select(leftovers.c.media)).scalars(),
        }
        known = set(connection.execute(sa.select(exams.c.id)).scalars())
        for stray in list(media.strays(named)):
            if stray.half and not stray.at_work:
                _take_up(connection, media, stray, stray.exam_id in known)
            elif not stray.half:
                media.set_aside(stray)
                _LOG.info("a file of exam %d that is not listed was set aside", stray.exam_id)


def _end_exams(connection: sa.Connection) -> None:
    for exam in connection.execute(sa.select(exams).where(exams.c.ended_at.is_(None))).all():
        last = connection.execute(sa.select(sa.func.max(frames.c.taken_at)).where(frames.c.exam_id == exam.id)).scalar()
        touched = max(last or exam.started_at, exam.started_at)
        if not is_at_work(exam.process, touched.timestamp()):
            ended = {"ended_at": touched, "cut_off": True}
            connection.execute(sa.update(exams).where(exams.c.id == exam.id).values(ended))


def _take_up(connection: sa.Connection, media: MediaFolder, stray: Stray, known: bool) -> None:
    """List a clip that was being recorded; remove a picture."""
    if stray.path.suffix == ".png":
        stray.path.unlink()
        return
    held = _held(stray.path)
    if held is None:
        stray.path.unlink()
    elif not known:
        media.set_aside(stray)
    else:
        count, duration_s, width, height = held
        began = datetime.fromtimestamp(stray.path.stat().st_mtime, UTC) - timedelta(seconds=duration_s)
        newest = sa.select(frames.c.source).where(frames.c.exam_id == stray.exam_id).order_by(frames.c.id.desc())
        source = connection.execute(newest).scalars().first() or "unknown"
        row = {"source": source, "started_at": began, "duration_s": duration_s, "frames": count, "lost": 0}
        place = {"exam_id": stray.exam_id, "width": width, "height": height, "media": media.publish(stray.path)}
        connection.execute(sa.insert(clips).values(row | place))


def _held(path: Path) -> tuple[int, float, int, int] | None:
    """Return frames, seconds, width and height of a clip that ends anywhere; None where nothing can be shown."""
    import av

    drop_torn_end(path)
    frames_read, until = 0, 0.0
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            for packet in container.demux(stream):
                if packet.size and packet.pts is not None and stream.time_base is not None:
                    frames_read += 1
                    until = max(until, float((packet.pts + (packet.duration or 0)) * stream.time_base))
            size = stream.width, stream.height
    except (av.FFmpegError, IndexError):
        if not frames_read:
            return None
    return (frames_read, until, *size) if frames_read and size[0] else None
