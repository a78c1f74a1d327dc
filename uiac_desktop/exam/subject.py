"""The pseudonymous woman: a random code that says nothing, and, under the site's key, the same one at a later visit."""

import secrets
from typing import Final

import sqlalchemy as sa

from uiac_desktop.errors import StoreError
from uiac_desktop.exam.database import note_of, set_note
from uiac_desktop.exam.schema import subjects
from uiac_desktop.exam.site_key import SiteKey

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 and O, 1, I and L, U and V: codes are read aloud and written by hand."""

_LENGTH: Final = 6
_KEY_NOTE: Final = "site_key"


def new_code() -> str:
    """Return a random code, for example ``S-7K3M9Q``."""
    return "S-" + "".join(secrets.choice(LETTERS) for _ in range(_LENGTH))


def number_hash(connection: sa.Connection, key: SiteKey, number: str | None) -> str | None:
    """Return the keyed hash of a local number, None without one.

    Parameters
    ----------
    connection
        A writing one: the first number notes which key this store is under.

    Raises
    ------
    StoreError
        The key is not the one that this store's numbers were hashed with, so that nobody would be found again.
    """
    if number is None or not number.strip():
        return None
    require_own_key(connection, key)
    hashed = key.hashed(number)
    if note_of(connection, _KEY_NOTE) is None and hashed is not None:
        set_note(connection, _KEY_NOTE, key.fingerprint())
    return hashed


def require_own_key(connection: sa.Connection, key: SiteKey) -> None:
    """Raise where a store's numbers were hashed with another key than this PC's.

    Raises
    ------
    StoreError
        Nobody would be found again.
    """
    under = note_of(connection, _KEY_NOTE)
    if under is not None and (not key.exists or key.fingerprint() != under):
        raise StoreError(
            "This PC has not the site key that the exam store's numbers were made with.",
            "Copy site.key from the PC that has it, or begin the exam without a local number.",
        )


def subject_of(connection: sa.Connection, hashed: str | None) -> tuple[int, str]:
    """Return number and code of the woman with this hash; a new one where it is None or unknown."""
    if hashed is not None:
        known = connection.execute(
            sa.select(subjects.c.id, subjects.c.code).where(subjects.c.number_hash == hashed)
        ).first()
        if known is not None:
            return known.id, known.code
    code = new_code()
    while connection.execute(sa.select(subjects.c.id).where(subjects.c.code == code)).first() is not None:
        code = new_code()
    made = connection.execute(
        sa.insert(subjects).values(code=code, number_hash=hashed).returning(subjects.c.id)
    ).scalar_one()
    return made, code
