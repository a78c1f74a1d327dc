"""Protocols: which planes an examination collects; two are built in, a department keeps its own as JSON files."""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from nas.planes import NONE, PLANES
from nas.planes import SCREENING as SCREENING_PLANES
from uiac_desktop import paths
from uiac_desktop.errors import DesktopError

_LONGEST_NAME: Final = 60
_MOST_PLANES: Final = 64
_LARGEST_FILE: Final = 64 * 1024


class ProtocolError(DesktopError):
    """A protocol cannot be read, written or taken as it is."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A named list of planes.

    Attributes
    ----------
    name
        As the user reads it, 1 to 60 characters.
    planes
        Codes in the order of the list, each once, at least one; also a department's own classes, never ``none``.

    Raises
    ------
    ProtocolError
        One of these does not hold.
    """

    name: str
    planes: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > _LONGEST_NAME or not self.name.isprintable():
            raise ProtocolError(
                "A protocol needs a name of its own.", f"Type 1 to {_LONGEST_NAME} letters, in one line."
            )
        if not 1 <= len(self.planes) <= _MOST_PLANES:
            raise ProtocolError(f"{self.name} has {len(self.planes)} planes.", f"Choose 1 to {_MOST_PLANES}.")
        twice = next((code for place, code in enumerate(self.planes) if code in self.planes[:place]), None)
        if twice is not None:
            raise ProtocolError(f"{self.name} has {twice} twice.", "Take one of the two out.")
        if NONE in self.planes:
            raise ProtocolError(f"{self.name} has a plane named none.", "Take it out: none says that no plane is seen.")


SCREENING: Final = Protocol("Screening", SCREENING_PLANES)
EXTENDED: Final = Protocol("Extended", PLANES)
BUILT_IN: Final = (SCREENING, EXTENDED)

_Word = Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST_NAME, strip_whitespace=True)]


class _ProtocolFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Literal[1] = 1
    name: _Word
    planes: tuple[_Word, ...]


class ProtocolFolder:
    """The department's own protocols, one JSON file each.

    Parameters
    ----------
    folder
        Where they lie; None is ``protocols`` in the user's configuration folder. Made when first written to.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder: Final = folder or paths.config_dir() / "protocols"

    def protocols(self) -> tuple[tuple[Protocol, ...], tuple[str, ...]]:
        """Return the built-in protocols and the department's by name, and one line for each file that was left out."""
        found: dict[str, Protocol] = {}
        left_out = []
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []:
            try:
                protocol = read_protocol(path)
            except ProtocolError as error:
                left_out.append(f"{error.message} {error.advice}")
                continue
            if _key(protocol.name) in found or _is_built_in(protocol.name):
                left_out.append(f"{path.name} was left out: there is a protocol {protocol.name} already.")
            else:
                found[_key(protocol.name)] = protocol
        own = sorted(found.values(), key=lambda protocol: protocol.name.casefold())
        return (*BUILT_IN, *own), tuple(left_out)

    def save(self, protocol: Protocol) -> None:
        """Write a protocol in place of the one of that name.

        Raises
        ------
        ProtocolError
            The name is a built-in protocol's, or the file cannot be written.
        """
        if _is_built_in(protocol.name):
            raise ProtocolError(f"{protocol.name} is built in.", "Give the department's own protocol another name.")
        known = self._path_of(protocol.name)
        digest = hashlib.sha256(_key(protocol.name).encode()).hexdigest()[:12]
        write_protocol(known or self.folder / f"protocol-{digest}.json", protocol)

    def delete(self, name: str) -> None:
        """Take the department's protocol of this name away; nothing happens where there is none.

        Raises
        ------
        ProtocolError
            It is built in, or its file cannot be removed.
        """
        if _is_built_in(name):
            raise ProtocolError(f"{name} is built in and stays.", "A department's own protocols can be deleted.")
        path = self._path_of(name)
        if path is None:
            return
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ProtocolError(
                f"{name} cannot be deleted ({_reason(error)}).", "Check the folder's rights."
            ) from error

    def take_in(self, path: Path) -> Protocol:
        """Copy a protocol file into the folder and return it; one of the same name is replaced.

        Raises
        ------
        ProtocolError
            The file is no protocol, or as in `save`.
        """
        protocol = read_protocol(path)
        self.save(protocol)
        return protocol

    def _path_of(self, name: str) -> Path | None:
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []:
            try:
                if _key(read_protocol(path).name) == _key(name):
                    return path
            except ProtocolError:
                continue
        return None


def read_protocol(path: Path) -> Protocol:
    """Read a protocol file.

    Raises
    ------
    ProtocolError
        It is none; the message names the file and the first thing that is wrong.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise ProtocolError(f"{path.name} cannot be read ({_reason(error)}).", "Choose another file.") from error
    if len(text) > _LARGEST_FILE:
        raise ProtocolError(f"{path.name} is too large for a protocol.", "Choose a protocol's JSON file.")
    try:
        written = _ProtocolFile.model_validate_json(text)
        return Protocol(written.name, written.planes)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ProtocolError(
            f"{path.name} is no protocol ({where}: {first['msg']}).", "It was left out and not changed."
        ) from error
    except ProtocolError as error:
        raise ProtocolError(f"{path.name} was left out: {error.message}", error.advice) from error


def write_protocol(path: Path, protocol: Protocol) -> None:
    """Write a protocol file whole or not at all, also as an export.

    Raises
    ------
    ProtocolError
        It cannot be written.
    """
    text = _ProtocolFile(name=protocol.name, planes=protocol.planes).model_dump_json(indent=2)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(text + "\n", encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise ProtocolError(
            f"{protocol.name} cannot be written ({_reason(error)}).",
            "Check the folder, the free space and your rights.",
        ) from error


def _key(name: str) -> str:
    return name.strip().casefold()


def _is_built_in(name: str) -> bool:
    return _key(name) in {_key(protocol.name) for protocol in BUILT_IN}


def _reason(error: OSError) -> str:
    return error.strerror or "unknown reason"
