"""Notes which exams were exported and when, so that nobody has to remember what a data set has of them."""

from collections.abc import Collection

import sqlalchemy as sa

from uiac_desktop.exam.database import Database
from uiac_desktop.exam.labelling import now
from uiac_desktop.exam.schema import exams


class ExportMarks:
    """The marks of one store; used by the thread of the store.

    Parameters
    ----------
    database
        Of the store.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, exam_ids: Collection[int]) -> None:
        """Note that frames or clips of exams are in a data set, as of now.

        Raises
        ------
        StoreError
            The store cannot be written.
        """
        if exam_ids:
            with self._database.writing() as connection:
                connection.execute(sa.update(exams).where(exams.c.id.in_(exam_ids)).values(exported_at=now()))
