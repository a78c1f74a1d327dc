"""What stands for a woman and her exam outside of the store: keyed hashes, whose key never leaves the site."""

import sqlalchemy as sa

from uiac_desktop.exam.database import Database
from uiac_desktop.exam.schema import exams, subjects
from uiac_desktop.exam.site_key import SiteKey
from uiac_desktop.exam.subject import require_own_key


class Pseudonyms:
    """Gives codes that are the same each time and tell nobody who she is.

    Parameters
    ----------
    database
        Of the store.
    key
        The site's; every method makes it where it is absent.
    """

    def __init__(self, database: Database, key: SiteKey) -> None:
        self._database = database
        self._key = key

    def of_woman(self, exam_id: int) -> str:
        """Return the code of an exam's woman, ``W-`` and 12 hexadecimal digits.

        With a local number it is hers in every store of the site, so that she is one woman in a data set from several
        PCs; without one it is hers in this store.

        Raises
        ------
        StoreError
            This PC has not the key that the store's numbers were hashed with.
        """
        with self._database.reading() as connection:
            found = sa.select(subjects.c.code, subjects.c.number_hash).join(exams).where(exams.c.id == exam_id)
            woman = connection.execute(found).one()
            if woman.number_hash is not None:
                require_own_key(connection, self._key)
        return f"W-{self._key.pseudonym('woman:' + (woman.number_hash or woman.code))}"

    def of_exam(self, exam_id: int) -> str:
        """Return the code of an exam, ``E-`` and 12 hexadecimal digits, different in every store."""
        with self._database.reading() as connection:
            found = sa.select(subjects.c.code, exams.c.started_at).select_from(exams).join(subjects)
            exam = connection.execute(found.where(exams.c.id == exam_id)).one()
        return f"E-{self._key.pseudonym(f'exam:{exam_id}:{exam.code}:{exam.started_at.isoformat()}')}"

    def of_clip(self, content: str) -> str:
        """Return the code of a clip from elsewhere by the digest of what it holds, ``C-`` and 12 hexadecimal digits."""
        return f"C-{self._key.pseudonym('clip:' + content)}"

    def of_number(self, number: str) -> str | None:
        """Return the code of the woman with a local number, as `of_woman` would; None where the number is blank.

        Raises
        ------
        StoreError
            This PC has not the key that the store's numbers were hashed with.
        """
        hashed = self._key.hashed(number)
        if hashed is None:
            return None
        with self._database.reading() as connection:
            require_own_key(connection, self._key)
        return f"W-{self._key.pseudonym('woman:' + hashed)}"
