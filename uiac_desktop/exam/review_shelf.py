"""The part of the exam store that Review uses: clips known by their content, their predictions and their labels."""

from datetime import datetime

import sqlalchemy as sa

from uiac_desktop.exam import clip_rows
from uiac_desktop.exam.clip_labels import ActKind, LabelAct, LabelSpan, acts_of, insert_act
from uiac_desktop.exam.clip_predictions import PredictionPart, insert_part, parts_of
from uiac_desktop.exam.database import Database
from uiac_desktop.exam.records import Clip
from uiac_desktop.exam.schema import acts, clips, predictions, reviews, spans


class ReviewShelf:
    """Reviewed clips, used by the thread of the store; every method raises `StoreError` with message and advice.

    Parameters
    ----------
    database
        Of the store.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def review_of(self, content: str, clip_id: int | None = None) -> int:
        """Return the number of the clip with this content; a new one where it was never opened.

        Parameters
        ----------
        content
            SHA-256 in hexadecimal, of what the file holds.
        clip_id
            The exam's clip, whose erasure takes labels and predictions with it; None for a file from elsewhere.
        """
        with self._database.writing() as connection:
            known = connection.execute(
                sa.select(reviews.c.id, reviews.c.clip_id).where(reviews.c.content == content)
            ).first()
            if known is None:
                row = {"content": content, "clip_id": clip_id}
                made: int = connection.execute(sa.insert(reviews).values(row).returning(reviews.c.id)).scalar_one()
                return made
            if clip_id is not None and known.clip_id is None:
                connection.execute(sa.update(reviews).where(reviews.c.id == known.id).values(clip_id=clip_id))
            return int(known.id)

    def known(self, content: str) -> tuple[int, int | None] | None:
        """Return the numbers of a clip with this content and of the exam's clip that it is, None where unknown."""
        with self._database.reading() as connection:
            sought = sa.select(reviews.c.id, reviews.c.clip_id).where(reviews.c.content == content)
            found = connection.execute(sought).first()
            return None if found is None else (int(found.id), found.clip_id)

    def review_of_clip(self, clip_id: int) -> int | None:
        """Return the number under which an exam's clip was reviewed, None where it never was."""
        with self._database.reading() as connection:
            found = connection.execute(sa.select(reviews.c.id).where(reviews.c.clip_id == clip_id)).scalar()
            return None if found is None else int(found)

    def clip(self, clip_id: int) -> Clip:
        """Return an exam's clip by its number."""
        with self._database.reading() as connection:
            return clip_rows.of_number(connection, clip_id)

    def predictions(self, review_id: int, model: str) -> tuple[PredictionPart, ...]:
        """Return what a model said of the clip, from frame 0 on without a gap."""
        with self._database.reading() as connection:
            return parts_of(connection, review_id, model)

    def latest_model(self, review_id: int) -> str | None:
        """Return the model that spoke of the clip last, None where none did."""
        with self._database.reading() as connection:
            spoke = sa.select(predictions.c.model).where(predictions.c.review_id == review_id)
            return connection.execute(spoke.order_by(predictions.c.id.desc()).limit(1)).scalar()

    def add_predictions(self, review_id: int, model: str, part: PredictionPart) -> None:
        """Add what a model said of further frames.

        Parameters
        ----------
        model
            SHA-256 in hexadecimal of the model and of what it was shown of the picture.
        """
        with self._database.writing() as connection:
            insert_part(connection, review_id, model, part)

    def acts(self, review_id: int) -> tuple[LabelAct, ...]:
        """Return everything that was done to the clip's labels, oldest first."""
        with self._database.reading() as connection:
            return acts_of(connection, review_id)

    def add_act(
        self, review_id: int, at: datetime, who: str, what: ActKind, labels: tuple[LabelSpan, ...] = ()
    ) -> LabelAct:
        """Add one act; when this returns, it is on the disk."""
        with self._database.writing() as connection:
            return insert_act(connection, review_id, at, who, what, labels)


def forget_reviews(connection: sa.Connection, exam_id: int) -> None:
    """Remove labels and predictions of all clips of an exam that is being erased."""
    own = sa.select(reviews.c.id).join(clips).where(clips.c.exam_id == exam_id)
    gone = connection.execute(own).scalars().all()
    if not gone:
        return
    done = sa.select(acts.c.id).where(acts.c.review_id.in_(gone))
    connection.execute(sa.delete(spans).where(spans.c.act_id.in_(done)))
    for table in (acts, predictions):
        connection.execute(sa.delete(table).where(table.c.review_id.in_(gone)))
    connection.execute(sa.delete(reviews).where(reviews.c.id.in_(gone)))
