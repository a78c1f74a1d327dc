"""An examination killed at any moment: every frame whose kept sign was shown is in the store and readable."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from uiac_desktop.exam.store import open_store

EXAMINES = """
import sys, time
from pathlib import Path
import numpy as np
from uiac_desktop.exam.protocol import Protocol
from uiac_desktop.exam.store import open_store
from uiac_desktop.frame import Frame, Prediction, Result
from uiac_desktop.session.exam.examination import ClipSaved, Examination, FrameKept

CLASSES = ("FCH", "TV")
NO_MAPS = np.zeros((2, 0, 0), np.float32)
def shown():
    for event in examination.take_events():
        if isinstance(event, FrameKept):
            print("kept", event.kept.frame.id, event.kept.frame.frame, flush=True)
        if isinstance(event, ClipSaved):
            print("clip", event.clip.id, event.clip.frames, flush=True)

examination = Examination(lambda: open_store(Path(sys.argv[1]), key_file=Path(sys.argv[1], "site.key")), shown)
examination.start()
examination.allow(True)
examination.begin("A. B.", Protocol("Two", CLASSES))
examination.record(True)
number = 0
while True:
    plane = CLASSES[number // 60 % 2]
    chances = np.array([0.95, 0.05] if plane == "FCH" else [0.05, 0.95], np.float32)
    pixels = np.random.default_rng(number).integers(0, 256, (48, 64), np.uint8)
    frame = Frame(pixels, number, number / 30, time.monotonic())
    result = Result(frame, Prediction(CLASSES, chances, NO_MAPS, plane, 0.95), frame.captured_at)
    examination.see_frame(frame, "device")
    examination.see_result(result)
    if number % 20 == 10:
        examination.keep(result)
    if number % 100 == 99:
        examination.save_last(1.0)
    number += 1
    time.sleep(0.004)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are a Unix thing")
@pytest.mark.parametrize("seed", [1])
def test_that_every_frame_that_was_told_survives_the_kill(tmp_path: Path, seed: int) -> None:
    wanted = random.Random(seed).randint(3, 12)
    with subprocess.Popen(
        [sys.executable, "-c", EXAMINES, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as examination:
        assert examination.stdout is not None
        told = [examination.stdout.readline().split() for _ in range(wanted)]
        os.kill(examination.pid, signal.SIGKILL)
        told += [line.split() for line in examination.stdout.read().splitlines()]
    with open_store(tmp_path, key_file=tmp_path / "site.key") as store:
        (exam,) = store.exams()
        frames = {frame.id: frame for frame in store.frames(exam.id)}
        clips = {clip.id: clip.frames for clip in store.clips(exam.id)}
        for what, number, value in told:
            if what == "clip":
                assert clips[int(number)] == int(value)
                continue
            assert frames[int(number)].frame == int(value)
            expected = np.random.default_rng(int(value)).integers(0, 256, (48, 64), np.uint8)
            np.testing.assert_array_equal(store.picture(int(number)), expected)
        for frame in frames.values():
            assert store.picture(frame.id).shape == (48, 64)
