"""What was said to be kept is there, whenever the program was killed; what it left half done is put right."""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.uiac_desktop.exam.conftest import new_frame, picture
from tests.uiac_desktop.exam.kills import kill_often
from uiac_desktop.exam import process_mark as marks
from uiac_desktop.exam.packing import Packer
from uiac_desktop.exam.recorder import Recorder
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.frame import Frame

Opened = Callable[[], ExamStore]


def _of_a_dead_program(path: Path) -> Path:
    """Name a working file as one of a process that is no more."""
    dead = path.with_name(path.name.replace(marks.process_mark(), f"{marks._pc()}_1_1"))
    return path.rename(dead)


def _write_clip(path: Path, frames: int) -> None:
    """Write a fragmented clip of 32×24 at 25 frames a second."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "frag_every_frame+empty_moov"}) as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt, stream.time_base = 32, 24, "yuv420p", Fraction(1, 25)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(np.full((24, 32, 3), 8 * number, np.uint8), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.mark.skipif(sys.platform == "win32", reason="signals are a Unix thing")
def test_that_three_kills_lose_nothing(tmp_path: Path) -> None:
    tally = kill_often(tmp_path, 3, seed=5, span_s=0.4)
    assert tally.wrong == ()
    assert tally.kept > 0


def test_that_a_clip_of_a_killed_program_is_listed(opened: Opened) -> None:
    with opened() as store:
        exam = store.begin_exam("Ann", "Screening")
        store.keep(exam.id, new_frame())
        path = store.new_clip_path(exam.id)
        _write_clip(path, 25)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * 0.6)])
        empty = store.new_clip_path(exam.id)
        empty.write_bytes(content[:600])
        for part in (path, empty):
            _of_a_dead_program(part)
    with opened() as store:
        (clip,) = store.clips(exam.id)
        assert 8 <= clip.frames <= 20
        assert clip.duration_s == pytest.approx(clip.frames / 25, abs=0.05)
        assert (clip.width, clip.height, clip.source) == (32, 24, "simulated")
        with av.open(str(store.media.path(clip.media))) as container:
            assert sum(1 for _ in container.decode(video=0)) == clip.frames
        assert len(list(store.media.folder.rglob("*.mp4"))) == 1, "a clip without a frame is no clip"
    with opened() as store:
        assert store.clips(exam.id) == (clip,)


def test_that_a_clip_is_listed_with_what_can_be_read_wherever_the_kill_tore_it(opened: Opened) -> None:
    with opened() as store:
        exam = store.begin_exam("Ann", "Screening")
        whole = store.new_clip_path(exam.id)
        recorder, packer = Recorder(whole), Packer(160, 120)
        for number in range(25):
            recorder.write(packer.pack(Frame(picture(number, (120, 160, 3)), number, number / 10, number / 10)))
        recorder.close()
        content = whole.read_bytes()
        whole.unlink()
        torn = {}
        for end in (*range(len(content) // 2, len(content), len(content) // 60), len(content)):
            part = store.new_clip_path(exam.id)
            part.write_bytes(content[:end])
            torn[store.media.name_of(_of_a_dead_program(part))] = end
    with opened() as store:
        counts = {}
        for clip in store.clips(exam.id):
            with av.open(str(store.media.path(clip.media))) as container:
                shown = sum(1 for _ in container.decode(video=0))
            assert shown == clip.frames, f"cut at {torn[clip.media]} of {len(content)} bytes"
            counts[torn[clip.media]] = shown
    assert len(counts) == len(torn)
    assert counts[len(content)] == 25
    assert [counts[end] for end in sorted(counts)] == sorted(counts.values())
    assert set(counts.values()) == {10, 15, 20, 25}, "each half second is whole or gone"


def test_that_half_a_picture_goes_and_a_whole_one_without_a_row_is_set_aside(opened: Opened) -> None:
    with opened() as store:
        exam = store.begin_exam("Ann", "Screening")
        half = _of_a_dead_program(store.media.write_picture(exam.id, new_frame().pixels))
        whole = store.media.path(store.media.publish(store.media.write_picture(exam.id, new_frame().pixels)))
        content = whole.read_bytes()
    with opened() as store:
        assert not half.exists()
        assert not whole.exists()
        aside = store.media.unlisted / f"{exam.id:06d}" / whole.name
        assert aside.read_bytes() == content
        assert store.disk_use().unlisted == len(content)
        assert store.frames(exam.id) == ()
        store.end_exam(exam.id)
        store.erase(exam.id, "Ann")
        assert not aside.exists(), "erasing takes what was set aside too"


def test_that_another_window_s_work_in_hand_is_left_alone(opened: Opened) -> None:
    with opened() as one:
        exam = one.begin_exam("Ann", "Screening")
        part = one.media.write_picture(exam.id, new_frame().pixels)
        clip = one.new_clip_path(exam.id)
        _write_clip(clip, 3)
        with opened() as two:
            assert part.exists()
            assert clip.exists()
            assert two.exam(exam.id).ended_at is None


def test_that_an_exam_of_a_program_that_is_gone_ends_at_its_last_frame(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened() as store:
        with monkeypatch.context() as patch:
            patch.setattr("uiac_desktop.exam.store.process_mark", lambda: f"{marks._pc()}_1_1")
            exam, empty = (store.begin_exam("Ann", "Screening") for _ in range(2))
        kept = store.keep(exam.id, new_frame())
    with opened() as store:
        assert store.exam(exam.id).ended_at == kept.taken_at
        assert store.exam(empty.id).ended_at == empty.started_at


def test_that_pictures_without_their_database_are_not_lost(opened: Opened, tmp_path: Path) -> None:
    with opened() as store:
        kept = store.keep(store.begin_exam("Ann", "Screening").id, new_frame())
        content = store.media.path(kept.media).read_bytes()
    for file in (tmp_path / "store").glob("exams.sqlite*"):
        file.unlink()
    with opened() as store:
        assert store.exams() == ()
    assert [path.read_bytes() for path in (tmp_path / "store" / "unlisted").rglob("*.png")] == [content]


def test_that_foreign_folders_among_the_media_are_left_alone(opened: Opened, tmp_path: Path) -> None:
    with opened() as store:
        (store.media.folder / "my notes").mkdir()
        (store.media.folder / "my notes" / ".a.png").write_text("mine")
        (store.media.folder / "loose.txt").write_text("mine")
    opened().close()
    assert (tmp_path / "store" / "media" / "my notes" / ".a.png").read_text() == "mine"
    assert (tmp_path / "store" / "media" / "loose.txt").exists()


def test_that_a_process_is_told_from_one_of_the_same_number() -> None:
    pc, number, start = marks.process_mark().split("_")
    assert marks.is_at_work(marks.process_mark(), 0)
    assert not marks.is_at_work(f"{pc}_{number}_{int(start, 16) - 90:x}", time.time())
    child = multiprocessing.get_context("spawn").Process(target=os.getpid)
    child.start()
    child.join()
    assert not marks.is_at_work(f"{pc}_{child.pid:x}_{start}", time.time())
    assert marks.is_at_work("abcdef_1_1", time.time()), "another PC's, written to just now"
    assert not marks.is_at_work("abcdef_1_1", time.time() - 90_000)
    assert not marks.is_at_work("", time.time())
