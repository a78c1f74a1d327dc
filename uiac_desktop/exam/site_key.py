"""The key of the site: turns a local number into what finds the woman again and tells nobody who she is."""

import hashlib
import hmac
import os
import secrets
import unicodedata
from pathlib import Path
from typing import Final

from uiac_desktop import paths
from uiac_desktop.errors import StoreError
from uiac_desktop.exam.store_errors import in_the_user_s_words

_BYTES: Final = 32


class SiteKey:
    """A secret in a file of its own, apart from the store, readable by its owner alone.

    Parameters
    ----------
    path
        The file; None is ``site.key`` in the user's configuration folder. It is made at the first use.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._key: bytes | None = None

    @property
    def exists(self) -> bool:
        """Whether the key was made before."""
        return self._file().is_file()

    def hashed(self, number: str) -> str | None:
        """Return the keyed hash of a local number or of DICOM's PatientID.

        Parameters
        ----------
        number
            As it was typed or read. Case, width of letters and spaces make no difference, leading zeros do.

        Returns
        -------
        64 hexadecimal digits (HMAC-SHA256), or None where the number is blank.

        Raises
        ------
        StoreError
            The key cannot be read or made.
        """
        plain = "".join(unicodedata.normalize("NFKC", number).casefold().replace("\0", " ").split())
        return self._digest("number:" + plain) if plain else None

    def fingerprint(self) -> str:
        """Return what tells this key from another without giving it away; the key is made when absent.

        Raises
        ------
        StoreError
            As for `hashed`.
        """
        return self._digest("fingerprint")[:16]

    def pseudonym(self, text: str) -> str:
        """Return a code of 12 hexadecimal digits in place of a text that must not leave the site.

        Raises
        ------
        StoreError
            As for `hashed`.
        """
        return self._digest("pseudonym:" + text)[:12]

    def _digest(self, text: str) -> str:
        if self._key is None:
            with in_the_user_s_words():
                self._key = self._read() or self._make()
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def _file(self) -> Path:
        return self._path or paths.config_dir() / "site.key"

    def _read(self) -> bytes | None:
        try:
            key = bytes.fromhex(self._file().read_text(encoding="ascii").strip())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise _damaged() from error
        if len(key) != _BYTES:
            raise _damaged()
        return key

    def _make(self) -> bytes:
        """Write a new key whole before it gets its name; where another window was quicker, its key counts."""
        file = self._file()
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_name(f".{file.name}.{secrets.token_hex(6)}")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as opened:
                opened.write(secrets.token_bytes(_BYTES).hex() + "\n")
                opened.flush()
                os.fsync(opened.fileno())
            if not file.exists():
                _name_once(aside, file)
        finally:
            aside.unlink(missing_ok=True)
        key = self._read()
        if key is None:
            raise _damaged()
        return key


def _name_once(aside: Path, file: Path) -> None:
    """Give the file its name unless there is one already."""
    try:
        os.link(aside, file)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        aside.replace(file)


def _damaged() -> StoreError:
    return StoreError(
        "The site's key file is damaged, so that a local number finds nobody.",
        "Put a copy of site.key back, or go on without local numbers.",
    )
