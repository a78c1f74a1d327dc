"""Frames decoded once into one memory-mapped array, so that training reads neither files nor pictures again."""

import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nas.data.folder import DataSet, Image
from nas.errors import DataError, NasError
from nas.preprocess import PreprocessSpec, fit_frame
from nas.rundir import disk_errors, write_atomic
from nas.still import read_still

Mapped: TypeAlias = "np.memmap[Any, np.dtype[np.uint8]]"
_FORMAT: Final = 1
_TO_DO, _GOOD, _BROKEN = 0, 1, 2
_AHEAD: Final = 64  # images under way at a time


@dataclass(frozen=True, slots=True)
class Store:
    """The fitted frames of a data set.

    Attributes
    ----------
    frames
        uint8 (N, S, S) or (N, S, S, 3), memory-mapped, in the order of the data set's images; a broken one is black.
    good
        bool (N,): False for an image that could not be decoded.
    broken
        Path of every such image, with what is wrong with it.
    """

    frames: NDArray[np.uint8]
    good: NDArray[np.bool_]
    broken: dict[str, str]


def fingerprint(data: DataSet, spec: PreprocessSpec) -> str:
    """Return a hash of what a store is made from: each file's path, size and time, and how frames are fitted."""
    digest = hashlib.blake2b(digest_size=16)
    fitted = spec.model_dump(mode="json", exclude={"mean", "std"})
    digest.update(json.dumps([_FORMAT, fitted], sort_keys=True).encode())
    for image in data.images:
        state = data.file(image).stat()
        digest.update(f"{image.path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


class StoreBuilder:
    """Builds a store, or finds it built; iterating builds and yields the number of images done so far.

    Parameters
    ----------
    data
        The set.
    spec
        How a frame becomes a square; mean and standard deviation play no part.
    folder
        Where the store lies. A store of another set or fitting there is replaced; a part-built one is gone on with.
    threads
        Decoding threads.
    """

    def __init__(self, data: DataSet, spec: PreprocessSpec, folder: Path, threads: int = 2) -> None:
        self._data = data
        self._spec = spec
        self._folder = folder
        self._threads = threads
        self.total = len(data.images)

    def __iter__(self) -> Iterator[int]:
        with disk_errors():
            frames, state = self._open()
        to_do = np.flatnonzero(state == _TO_DO)
        done = self.total - len(to_do)
        broken = self._broken_so_far() if done else {}
        yield done
        if not len(to_do):
            return
        with ThreadPoolExecutor(self._threads, thread_name_prefix="decode") as pool:
            waiting: dict[Future[NDArray[np.uint8]], int] = {}
            rest = iter(to_do.tolist())
            try:
                while True:
                    for index in islice(rest, _AHEAD - len(waiting)):
                        waiting[pool.submit(_fitted, self._data, self._data.images[index], self._spec)] = index
                    if not waiting:
                        break
                    ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in ready:
                        index = waiting.pop(future)
                        try:
                            frames[index] = future.result()
                            state[index] = _GOOD
                        except NasError as error:
                            broken[self._data.images[index].path] = error.message
                            self._write_broken(broken)
                            state[index] = _BROKEN
                    done += len(ready)
                    yield done
            finally:
                for future in waiting:
                    future.cancel()
                with disk_errors():
                    frames.flush()
                    state.flush()

    def result(self) -> Store:
        """Return the store, once iterating has ended.

        Raises
        ------
        DataError
            Not one image could be decoded.
        """
        frames = np.load(self._frames_file, mmap_mode="r")
        good: NDArray[np.bool_] = np.load(self._state_file) == _GOOD
        if not good.any():
            raise DataError("Not one image of the data set can be read.", "Run `uiac-nas inspect` to see why.")
        return Store(frames, good, self._broken_so_far())

    def _open(self) -> tuple[Mapped, Mapped]:
        """Return the arrays of frames and of states, writable; new ones unless they fit the set."""
        self._folder.mkdir(parents=True, exist_ok=True)
        key = {"fingerprint": fingerprint(self._data, self._spec)}
        if self._read_json(self._key_file) == key and self._frames_file.is_file() and self._state_file.is_file():
            try:
                return np.load(self._frames_file, mmap_mode="r+"), np.load(self._state_file, mmap_mode="r+")
            except ValueError:
                pass
        self._key_file.unlink(missing_ok=True)
        side = (self._spec.size, self._spec.size)
        shape = (self.total, *side) if self._spec.channels == 1 else (self.total, *side, 3)
        frames = np.lib.format.open_memmap(self._frames_file, "w+", np.uint8, shape)
        _claim(self._frames_file)
        state = np.lib.format.open_memmap(self._state_file, "w+", np.uint8, (self.total,))
        self._write_broken({})
        write_atomic(self._key_file, json.dumps(key).encode())
        return frames, state

    def _broken_so_far(self) -> dict[str, str]:
        value = self._read_json(self._broken_file)
        return value if isinstance(value, dict) else {}

    def _write_broken(self, broken: dict[str, str]) -> None:
        with disk_errors():
            write_atomic(self._broken_file, json.dumps(broken, ensure_ascii=False).encode())

    @staticmethod
    def _read_json(path: Path) -> Any:
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    @property
    def _key_file(self) -> Path:
        return self._folder / "store.json"

    @property
    def _frames_file(self) -> Path:
        return self._folder / "frames.npy"

    @property
    def _state_file(self) -> Path:
        return self._folder / "state.npy"

    @property
    def _broken_file(self) -> Path:
        return self._folder / "broken.json"


def _claim(file: Path) -> None:
    """Claim a file's place on the disk, since a full disk must be an error here and not a crash while it is mapped."""
    if hasattr(os, "posix_fallocate"):
        with file.open("r+b") as handle:
            os.posix_fallocate(handle.fileno(), 0, file.stat().st_size)


def _fitted(data: DataSet, image: Image, spec: PreprocessSpec) -> NDArray[np.uint8]:
    return fit_frame(read_still(data.file(image)), spec)
