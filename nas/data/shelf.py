"""The files of a store: arrays of one build under a name of its own, so that a new build takes the old one's rows."""

import contextlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from nas.data.content import HASH_BYTES
from nas.rundir import disk_errors, write_atomic

Mapped: TypeAlias = "np.memmap[Any, np.dtype[np.uint8]]"
Stamp: TypeAlias = tuple[str, int, int]
"""Path, size (bytes) and time of change (ns) of an image's file."""
TO_DO, GOOD, BROKEN = 0, 1, 2
_KEY: Final = "store.json"
_ARRAYS: Final = ("frames", "hashes", "state")


@dataclass(frozen=True, slots=True)
class Build:
    """One build of a store, its arrays memory-mapped.

    Attributes
    ----------
    name
        Of the build; part of its files' names.
    stamps
        Every image's file as it was found.
    frames
        uint8 (N, S, S) or (N, S, S, 3).
    hashes
        uint8 (N, 16), the hash of each file's bytes.
    state
        uint8 (N,): TO_DO, GOOD or BROKEN; set after frame and hash are on the disk.
    broken
        Path of every image that cannot be decoded, with the reason.
    """

    name: str
    stamps: list[Stamp]
    frames: Mapped
    hashes: Mapped
    state: Mapped
    broken: dict[str, str]

    def settle(self, states: dict[int, int]) -> None:
        """Bring frames and hashes to the disk, then what they are; a power failure between leaves rows to do."""
        self.frames.flush()
        self.hashes.flush()
        self.state[list(states.keys())] = list(states.values())
        self.state.flush()


class Shelf:
    """The folder of a store: store.json names the build that counts and how its frames are fitted.

    Parameters
    ----------
    folder
        Where the store lies; made when a build begins.
    fitting
        How frames are fitted; a build of another fitting does not count.
    """

    def __init__(self, folder: Path, fitting: str) -> None:
        self._folder = folder
        self._fitting = fitting

    def build(self, writable: bool) -> Build | None:
        """Return the build that counts, or None where there is none or it is damaged."""
        key = _read_json(self._folder / _KEY)
        if not isinstance(key, dict) or key.get("fitting") != self._fitting:
            return None
        mode: Any = "r+" if writable else "r"
        try:
            name = str(key["build"])
            frames, hashes, state = (np.load(self._file(name, kind), mmap_mode=mode) for kind in _ARRAYS)
            stamps = [(str(path), int(size), int(time)) for path, size, time in key["stamps"]]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if {len(frames), len(hashes), len(state)} != {len(stamps)}:
            return None
        broken = _read_json(self._file(name, "broken"))
        return Build(name, stamps, frames, hashes, state, broken if isinstance(broken, dict) else {})

    def begin(self, stamps: list[Stamp], shape: tuple[int, ...]) -> Build:
        """Return a new build with all to do; it counts from now on.

        Raises
        ------
        RunError
            The disk is full or cannot be written.
        """
        with disk_errors():
            self._folder.mkdir(parents=True, exist_ok=True)
            name = secrets.token_hex(4)
            shapes = (shape, (HASH_BYTES,), ())
            frames, hashes, state = (
                self._array(name, kind, (len(stamps), *row)) for kind, row in zip(_ARRAYS, shapes, strict=True)
            )
            key = {"fitting": self._fitting, "build": name, "stamps": stamps}
            write_atomic(self._folder / _KEY, json.dumps(key).encode())
        return Build(name, stamps, frames, hashes, state, {})

    def write_broken(self, build: Build) -> None:
        """Write which images cannot be decoded."""
        write_atomic(self._file(build.name, "broken"), json.dumps(build.broken, ensure_ascii=False).encode())

    def keep_only(self, build: Build) -> None:
        """Remove the files of builds that do not count any more."""
        for kind in (*_ARRAYS, "broken"):
            for file in self._folder.glob(f"{kind}-*"):
                if file != self._file(build.name, kind):
                    with contextlib.suppress(OSError):  # Windows keeps a mapped file; the next build removes it
                        file.unlink()

    def _array(self, name: str, kind: str, shape: tuple[int, ...]) -> Mapped:
        file = self._file(name, kind)
        array: Mapped = np.lib.format.open_memmap(file, "w+", np.uint8, shape)
        _claim(file)
        return array

    def _file(self, name: str, kind: str) -> Path:
        return self._folder / (f"{kind}-{name}.json" if kind == "broken" else f"{kind}-{name}.npy")


def _claim(file: Path) -> None:
    """Claim a file's place on the disk, since a full disk must be an error here and not a crash while it is mapped."""
    if hasattr(os, "posix_fallocate"):
        with file.open("r+b") as handle:
            os.posix_fallocate(handle.fileno(), 0, file.stat().st_size)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
