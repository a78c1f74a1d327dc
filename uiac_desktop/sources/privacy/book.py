"""Crop and mask of every scanner that was set up once, in one small file that names neither scanner nor place."""

import hashlib
import json
import logging
import os
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from uiac_desktop import paths
from uiac_desktop.errors import DesktopError
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.privacy.setting import PrivacySetting

_LOG = logging.getLogger(__name__)
_KEY_LETTERS: Final = 16
_MOST: Final = 200


class PrivacyBookError(DesktopError):
    """A mask cannot be remembered."""


class _Box(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    x: int = Field(ge=0)
    y: int = Field(ge=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    scanner: str = Field(pattern=r"^[0-9a-f]{16}$")
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    crop: _Box | None = None
    masks: tuple[_Box, ...] = ()


class _Book(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    version: int = Field(1, ge=1, le=1)
    masks: tuple[_Entry, ...] = ()


def scanner_key(kind: str, name: str) -> str:
    """Return by what a scanner is found again: 16 hexadecimal digits from which its name cannot be read.

    Parameters
    ----------
    kind
        Kind of source, such as ``device``.
    name
        Name of the device, or the address of a stream.
    """
    return hashlib.sha256(f"{kind}\0{name}".encode()).hexdigest()[:_KEY_LETTERS]


class PrivacyBook:
    """The masks on disk, read once and written whole at each change.

    Parameters
    ----------
    path
        The JSON file; None is ``masks.json`` in the user's configuration folder.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or paths.config_dir() / "masks.json"
        self._entries: dict[tuple[str, int, int], PrivacySetting] = {}
        self.problem = self._load()

    def recall(self, scanner: str, width: int, height: int) -> PrivacySetting | None:
        """Return what was confirmed for a scanner's pictures of this size, or None."""
        return self._entries.get((scanner, width, height))

    def sizes(self, scanner: str) -> tuple[tuple[int, int], ...]:
        """Return the sizes of picture for which something was confirmed."""
        return tuple((width, height) for known, width, height in self._entries if known == scanner)

    def remember(self, scanner: str, setting: PrivacySetting) -> None:
        """Keep what was confirmed; the newest 200 are kept.

        Raises
        ------
        PrivacyBookError
            It cannot be written; it holds until the program ends.
        """
        key = (scanner, setting.width, setting.height)
        others = {known: kept for known, kept in self._entries.items() if known != key}
        self._entries = dict([*others.items(), (key, setting)][-_MOST:])
        self._save()

    def forget(self, scanner: str, width: int, height: int) -> None:
        """Forget what was confirmed; nothing happens where there is none.

        Raises
        ------
        PrivacyBookError
            The file cannot be written.
        """
        self._entries = {key: kept for key, kept in self._entries.items() if key != (scanner, width, height)}
        self._save()

    def _load(self) -> str | None:
        """Read the file; return one line for the user where it was unreadable."""
        try:
            book = _Book.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            return self._set_aside(type(error).__name__)
        self._entries = {(entry.scanner, entry.width, entry.height): _setting(entry) for entry in book.masks}
        return None

    def _set_aside(self, why: str) -> str:
        _LOG.info("The file of masks could not be read: %s", why)
        kept = self.path.with_name(f"{self.path.stem}-broken{self.path.suffix}")
        said = "The masks could not be read: set the mask of each scanner again."
        try:
            self.path.replace(kept)
        except OSError:
            return said
        return f"{said} The former file is kept as {kept.name}."

    def _save(self) -> None:
        entries = [_entry(scanner, setting) for (scanner, _, _), setting in self._entries.items()]
        text = json.dumps(_Book(masks=tuple(entries)).model_dump(mode="json"), indent=1)
        aside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with aside.open("w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            aside.replace(self.path)
        except OSError as error:
            what = f"The mask could not be saved: {error.strerror or type(error).__name__}."
            raise PrivacyBookError(what, "It holds until the program ends.") from error


def _setting(entry: _Entry) -> PrivacySetting:
    crop = _region(entry.crop) if entry.crop is not None else None
    return PrivacySetting(entry.width, entry.height, crop, tuple(_region(mask) for mask in entry.masks))


def _entry(scanner: str, setting: PrivacySetting) -> _Entry:
    crop = _box(setting.crop) if setting.crop is not None else None
    masks = tuple(_box(mask) for mask in setting.masks)
    return _Entry(scanner=scanner, width=setting.width, height=setting.height, crop=crop, masks=masks)


def _region(box: _Box) -> Region:
    return Region(box.x, box.y, box.width, box.height)


def _box(region: Region) -> _Box:
    return _Box(x=region.x, y=region.y, width=region.width, height=region.height)
