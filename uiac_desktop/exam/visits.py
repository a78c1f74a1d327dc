"""The visits of one woman: an exam is given to the woman with a local number, and her other exams are counted."""

import sqlalchemy as sa

from uiac_desktop.errors import StoreError
from uiac_desktop.exam.database import Database
from uiac_desktop.exam.exam_list import exam_of_id
from uiac_desktop.exam.records import Exam
from uiac_desktop.exam.schema import exams, subjects
from uiac_desktop.exam.site_key import SiteKey
from uiac_desktop.exam.subject import number_hash, subject_of


class Visits:
    """Asked by the thread of the store; every method raises StoreError where the store cannot.

    Parameters
    ----------
    database
        Of the store.
    key
        The site's.
    """

    def __init__(self, database: Database, key: SiteKey) -> None:
        self._database, self._key = database, key

    def earlier(self, exam_id: int) -> int:
        """Return how many other exams of the exam's woman are in the store, those in the bin not counted."""
        with self._database.reading() as connection:
            hers = sa.select(exams.c.subject_id).where(exams.c.id == exam_id).scalar_subquery()
            others = sa.select(sa.func.count()).select_from(exams).where(exams.c.subject_id == hers)
            others = others.where(exams.c.id != exam_id, exams.c.binned_at.is_(None))
            return int(connection.execute(others).scalar_one())

    def give_number(self, exam_id: int, local_number: str) -> Exam:
        """Give an exam to the woman with a local number, which is kept only as its keyed hash; return the exam.

        Where no exam has that number yet, the exam keeps its code, and the number finds it from then on.

        Raises
        ------
        StoreError
            The number is blank, this PC has not the store's key, or the exam is gone.
        """
        with self._database.writing() as connection:
            hashed = number_hash(connection, self._key, local_number)
            if hashed is None:
                raise StoreError("No number was given.", "Type the local number, then press Enter.")
            exam_of_id(connection, exam_id)
            former = connection.execute(sa.select(exams.c.subject_id).where(exams.c.id == exam_id)).scalar_one()
            known = connection.execute(sa.select(subjects.c.id).where(subjects.c.number_hash == hashed)).scalar()
            alone = _exams_of(connection, former) == 1
            if known is None and alone:
                connection.execute(sa.update(subjects).where(subjects.c.id == former).values(number_hash=hashed))
            elif known != former:
                now, _ = subject_of(connection, hashed)
                connection.execute(sa.update(exams).where(exams.c.id == exam_id).values(subject_id=now))
                if alone:
                    connection.execute(sa.delete(subjects).where(subjects.c.id == former))
            return exam_of_id(connection, exam_id)


def _exams_of(connection: sa.Connection, subject_id: int) -> int:
    counted = sa.select(sa.func.count()).select_from(exams).where(exams.c.subject_id == subject_id)
    return int(connection.execute(counted).scalar_one())
