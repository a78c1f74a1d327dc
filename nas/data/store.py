"""Frames decoded once into one memory-mapped array, so that training reads neither files nor pictures again."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nas.data.content import combined_hash, content_hash, fitting_key, hash_of
from nas.data.folder import DataSet, Image
from nas.data.shelf import BROKEN, GOOD, TO_DO, Build, Shelf, Stamp
from nas.errors import DataError, NasError, RunError
from nas.preprocess import PreprocessSpec, fit_frame
from nas.rundir import disk_errors
from nas.still import read_still

_AHEAD: Final = 64  # images under way at a time
_SETTLE: Final = 512  # images between two times that all is brought to the disk


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
    fingerprint
        As `fingerprint` gives it, without reading the files again.
    """

    frames: NDArray[np.uint8]
    good: NDArray[np.bool_]
    broken: dict[str, str]
    fingerprint: str


def fingerprint(data: DataSet, spec: PreprocessSpec) -> str:
    """Return the hash of a set's images and of how they are fitted; reads every file, opens no picture."""
    return combined_hash(spec, data.images, (hash_of(data, image) for image in data.images))


class StoreBuilder:
    """Builds a store, or finds it built; iterating builds and yields the number of images done so far.

    Files whose path, size and time are those of the last build are not opened again; of the others the bytes are
    hashed, and a file whose bytes are known is not decoded again.

    Parameters
    ----------
    data
        The set.
    spec
        How a frame becomes a square; mean and standard deviation play no part.
    folder
        Where the store lies. What the store of another set or of an earlier state has of this one is taken over; a
        part-built one is gone on with; one of another fitting is replaced.
    threads
        Decoding threads.
    """

    def __init__(self, data: DataSet, spec: PreprocessSpec, folder: Path, threads: int = 2) -> None:
        self._data = data
        self._spec = spec
        self._shelf = Shelf(folder, fitting_key(spec))
        self._threads = threads
        self._old: Build | None = None
        self._known: dict[bytes, int] = {}
        self.total = len(data.images)

    def __iter__(self) -> Iterator[int]:
        build = self._open()
        to_do = np.flatnonzero(build.state == TO_DO).tolist()
        done = self.total - len(to_do)
        yield done
        settled: dict[int, int] = {}
        try:
            with ThreadPoolExecutor(self._threads, thread_name_prefix="decode") as pool:
                for index, digest, seen in self._decoded(pool, to_do):
                    build.hashes[index] = np.frombuffer(digest, dtype=np.uint8)
                    if isinstance(seen, str):
                        build.broken[self._data.images[index].path] = seen
                    else:
                        build.frames[index] = seen
                    settled[index] = BROKEN if isinstance(seen, str) else GOOD
                    done += 1
                    if len(settled) >= _SETTLE:
                        self._settle(build, settled)
                    yield done
        finally:
            if settled:
                self._settle(build, settled)
        self._old, self._known = None, {}
        self._shelf.keep_only(build)

    def result(self) -> Store:
        """Return the store, once iterating has ended, in this process or in the one that built it.

        Raises
        ------
        NasError
            Not one image could be decoded; the store is not whole, or cannot be seen from this computer.
        """
        build = self._shelf.build(writable=False)
        if build is None or len(build.state) != self.total or (build.state == TO_DO).any():
            raise RunError(
                "The decoded frames of the run are not there.",
                "Let --out lie where all computers of the run see it, and go on with --resume.",
            )
        good: NDArray[np.bool_] = np.asarray(build.state) == GOOD
        if not good.any():
            raise DataError("Not one image of the data set can be read.", "Run `uiac-nas inspect` to see why.")
        hashes = (row.tobytes() for row in build.hashes)
        return Store(build.frames, good, build.broken, combined_hash(self._spec, self._data.images, hashes))

    def _decoded(
        self, pool: ThreadPoolExecutor, to_do: list[int]
    ) -> Iterator[tuple[int, bytes, NDArray[np.uint8] | str]]:
        """Yield number, content hash and frame of every image, or why it cannot be decoded, as they come."""
        waiting: dict[Future[tuple[bytes, NDArray[np.uint8] | str]], int] = {}
        rest = iter(to_do)
        try:
            while True:
                for index in islice(rest, _AHEAD - len(waiting)):
                    waiting[pool.submit(self._fitted, self._data.images[index])] = index
                if not waiting:
                    return
                ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in ready:
                    yield (waiting.pop(future), *future.result())
        finally:
            for future in waiting:
                future.cancel()

    def _fitted(self, image: Image) -> tuple[bytes, NDArray[np.uint8] | str]:
        file = self._data.file(image)
        try:
            content = file.read_bytes()
            digest = content_hash(content)
            if self._old is not None and digest in self._known:
                return digest, self._old.frames[self._known[digest]]
            return digest, fit_frame(read_still(content), self._spec)
        except NasError as error:
            return digest, error.message
        except OSError as error:
            return hash_of(self._data, image), error.strerror or "it cannot be opened"

    def _open(self) -> Build:
        """Return the build to go on with: the one that is there, or a new one with what the old one knows."""
        stamps = [self._stamp(image) for image in self._data.images]
        old = self._shelf.build(writable=True)
        if old is not None and old.stamps == stamps:
            return old
        side = (self._spec.size, self._spec.size)
        build = self._shelf.begin(stamps, side if self._spec.channels == 1 else (*side, 3))
        if old is not None:
            self._take_over(old, build)
        return build

    def _take_over(self, old: Build, build: Build) -> None:
        """Copy the rows of files that are as they were; keep the others' frames at hand by their content."""
        good = np.flatnonzero(old.state == GOOD).tolist()
        rows = {old.stamps[row]: row for row in good}
        pairs = [(index, rows[stamp]) for index, stamp in enumerate(build.stamps) if stamp in rows]
        for first in range(0, len(pairs), _SETTLE):
            into, of = (list(side) for side in zip(*pairs[first : first + _SETTLE], strict=True))
            build.frames[into] = old.frames[of]
            build.hashes[into] = old.hashes[of]
            self._settle(build, dict.fromkeys(into, GOOD))
        if len(pairs) < self.total:
            self._old = old
            self._known = {old.hashes[row].tobytes(): row for row in good}

    def _settle(self, build: Build, states: dict[int, int]) -> None:
        with disk_errors():
            if BROKEN in states.values():
                self._shelf.write_broken(build)
            build.settle(states)
        states.clear()

    def _stamp(self, image: Image) -> Stamp:
        try:
            found = self._data.file(image).stat()
        except OSError:
            return image.path, -1, -1
        return image.path, found.st_size, found.st_mtime_ns
