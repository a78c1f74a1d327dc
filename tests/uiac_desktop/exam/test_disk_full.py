"""A full disk is one clear message; what was kept stays readable, labels can still be given, and room ends it."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.uiac_desktop.exam.conftest import new_frame, picture
from uiac_desktop.errors import StoreFull
from uiac_desktop.exam import media
from uiac_desktop.exam.store import ExamStore, open_store

Opened = Callable[[], ExamStore]

_SIZE = (200, 300, 3)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB; skips where none can be mounted."""
    place = tmp_path / "small"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if sys.platform != "linux" or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no small disk: needs Linux and the right to mount")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def _fill(store: ExamStore, exam_id: int) -> list[int]:
    with pytest.raises(StoreFull) as caught:
        for seed in range(100):
            store.keep(exam_id, new_frame(seed=seed, size=_SIZE))
    assert caught.value.message == "The disk is full. Frames kept so far are safe; nothing more is kept."
    assert caught.value.advice
    return [frame.id for frame in store.frames(exam_id)]


def test_that_a_full_disk_keeps_what_was_kept(small_disk: Path, tmp_path: Path) -> None:
    with open_store(small_disk / "store", key_file=tmp_path / "site.key") as store:
        exam = store.begin_exam("Ann", "Screening")
        kept = _fill(store, exam.id)
        assert len(kept) > 5
        with pytest.raises(StoreFull):
            store.new_clip_path(exam.id)
        assert store.relabel(kept[0], "TV", "Ann").plane == "TV", "a full disk has room for labels"
    with open_store(small_disk / "store", key_file=tmp_path / "site.key") as store:
        assert [frame.id for frame in store.frames(exam.id)] == kept
        for seed, number in enumerate(kept):
            np.testing.assert_array_equal(store.picture(number), picture(seed, _SIZE))
        store.end_exam(exam.id)
        store.erase(exam.id, "Ann")
        again = store.begin_exam("Ann", "Screening")
        assert store.keep(again.id, new_frame(size=_SIZE)).id > kept[-1], "room again, frames again"


def test_that_a_disk_filled_to_the_last_byte_by_others_is_survived(small_disk: Path, tmp_path: Path) -> None:
    with open_store(small_disk / "store", key_file=tmp_path / "site.key") as store:
        exam = store.begin_exam("Ann", "Screening")
        kept = store.keep(exam.id, new_frame(size=_SIZE))
        with (small_disk / "filler").open("wb", buffering=0) as filler, pytest.raises(OSError, match="No space"):
            while filler.write(bytes(4096)):
                pass
        _fill(store, exam.id)
        np.testing.assert_array_equal(store.picture(kept.id), picture(0, _SIZE))
        (small_disk / "filler").unlink()
        assert store.keep(exam.id, new_frame(seed=1, size=_SIZE)).id
        assert len(store.frames(exam.id)) == 2
        assert len([path for path in store.media.folder.rglob("*") if path.is_file()]) == 2


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_that_a_write_that_fails_half_way_leaves_nothing(
    store: ExamStore, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    exam = store.begin_exam("Ann", "Screening")
    kept = store.keep(exam.id, new_frame())

    def write(handle: int, content: memoryview) -> int:
        if len(content) < 2000:
            raise OSError(number, os.strerror(number))
        return os.write(handle, content[:1000])

    class Faulty:
        """The os module with a write that runs out of room."""

        def __getattr__(self, name: str) -> object:
            return write if name == "write" else getattr(os, name)

    with monkeypatch.context() as patch:
        patch.setattr(media, "os", Faulty())
        with pytest.raises(StoreFull):
            store.keep(exam.id, new_frame(seed=1))
    assert store.frames(exam.id) == (kept,)
    assert [path.name for path in store.media.path(kept.media).parent.iterdir()] == [Path(kept.media).name]


def test_that_short_writes_end_in_a_whole_picture(store: ExamStore, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(media.os, "write", lambda handle, content: real(handle, content[:100]))
    kept = store.keep(store.begin_exam("Ann", "Screening").id, new_frame(seed=3))
    np.testing.assert_array_equal(store.picture(kept.id), picture(3))


def test_that_a_few_bytes_stay_free_for_labels(store: ExamStore, monkeypatch: pytest.MonkeyPatch) -> None:
    exam = store.begin_exam("Ann", "Screening")
    usage = shutil.disk_usage(store.media.folder)
    monkeypatch.setattr(media.shutil, "disk_usage", lambda _: usage._replace(free=16 * 2**20))
    with pytest.raises(StoreFull):
        store.keep(exam.id, new_frame())
    monkeypatch.setattr(media.shutil, "disk_usage", lambda _: usage._replace(free=17 * 2**20))
    assert store.keep(exam.id, new_frame()).id
