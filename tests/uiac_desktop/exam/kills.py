"""Kills a program that keeps frames, at random moments, and looks whether all that it said was kept is there.

Run as `python -m tests.uiac_desktop.exam.kills KILLS [SEED]`; the suite takes a few kills of it.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np

from tests.uiac_desktop.exam.conftest import new_frame, picture
from uiac_desktop.exam.packing import Packer
from uiac_desktop.exam.recorder import Recorder
from uiac_desktop.exam.store import ExamStore, open_store
from uiac_desktop.frame import Frame

_SIZE: Final = (120, 160, 3)
_LAST_SECOND: Final = 11
_PLANES: Final = ("FCH", "TV", "LVOT")


@dataclass(frozen=True, slots=True)
class Tally:
    """What the killed programs had said, and where the store is not as they said."""

    kills: int
    kept: int
    labels: int
    wrong: tuple[str, ...]


def examine(folder: Path) -> None:
    """Keep and label frames and record a clip without end, and say each only when it is done."""
    with open_store(folder / "store", key_file=folder / "site.key") as store:
        exam = store.begin_exam("Ann", "Screening", "4711")
        packer, recorder = Packer(_SIZE[1], _SIZE[0]), Recorder(store.new_clip_path(exam.id))
        _say(f"exam {exam.id}")
        seed = 0
        while True:
            seed += 1
            kept = store.keep(exam.id, new_frame(_PLANES[seed % 3], seed, _SIZE))
            _say(f"kept {kept.id} {seed}")
            store.set_best(kept.id)
            for number in range(5 * seed - 5, 5 * seed):
                recorder.write(packer.pack(Frame(picture(number, _SIZE), number, number / 10, captured_at=number / 10)))
            _say(f"clip {exam.id} {5 * seed}")
            if seed % 3 == 0:
                store.relabel(kept.id, "ACS", "Ann")
                _say(f"label {kept.id} ACS")


def serve(folder: Path) -> None:
    """Start one examination for each line on stdin, and say when it is dead; starting Python anew takes far longer."""
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            _say(f"pid {os.getpid()}")
            examine(folder)
        _, status = os.waitpid(child, 0)
        _say(f"dead {os.waitstatus_to_exitcode(status)}")


def kill_often(folder: Path, kills: int, seed: int, span_s: float = 0.5) -> Tally:
    """Kill so many programs on one store, each at a random moment of its exam; look after each."""
    chance = random.Random(seed)
    kept = labels = 0
    wrong: list[str] = []
    words = [sys.executable, "-m", "tests.uiac_desktop.exam.kills", "serve", str(folder)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        for _ in range(kills):
            server.stdin.write("next\n")
            process = int(server.stdout.readline().split()[1])
            first = server.stdout.readline()  # opening takes a good part of the time; the exam is what is to be hit
            time.sleep(chance.uniform(0, span_s))  # the moment of the kill
            os.kill(process, signal.SIGKILL)
            said = [first.split()]
            while said[-1][0] != "dead":
                said.append(server.stdout.readline().split())
            if said.pop()[1] != str(-signal.SIGKILL):
                wrong.append("an examination ended by itself")
            kept += sum(line[0] == "kept" for line in said)
            labels += sum(line[0] == "label" for line in said)
            with open_store(folder / "store", key_file=folder / "site.key") as store:
                wrong += _differences(store, said)
        server.stdin.close()
    return Tally(kills, kept, labels, tuple(wrong))


def _differences(store: ExamStore, said: list[list[str]]) -> list[str]:
    found = []
    exam = store.exam(int(said[0][1]))
    if exam.ended_at is None:
        found.append("the exam still goes on")
    frames = {frame.id: frame for frame in store.frames(exam.id)}
    for verb, number, value in (line for line in said if line[0] in ("kept", "label")):
        frame = frames.get(int(number))
        if frame is None:
            found.append(f"frame {number} was said to be kept and is not there")
        elif verb == "kept" and not np.array_equal(store.picture(frame.id), picture(int(value), _SIZE)):
            found.append(f"the picture of frame {number} is another")
        elif verb == "label" and (frame.corrected != value or not store.history(frame.id)):
            found.append(f"the label of frame {number} is lost")
    found += _clip_differences(store, exam.id, [int(line[2]) for line in said if line[0] == "clip"])
    half = [frame.id for frame in frames.values() if store.picture(frame.id).shape != _SIZE]
    found += [f"frame {number} is listed and not whole" for number in half]
    if any(path.name.startswith(".") for path in store.media.folder.rglob("*")):
        found.append("a half-written file is left")
    return found


def _clip_differences(store: ExamStore, exam_id: int, written: list[int]) -> list[str]:
    """Compare the clip with how many frames were written to it: all but those of the last second are in it."""
    if not written or written[-1] <= _LAST_SECOND:
        return []
    listed = store.clips(exam_id)
    if len(listed) != 1:
        return [f"{len(listed)} clips are listed instead of one"]
    with av.open(str(store.media.path(listed[0].media))) as container:
        readable = sum(1 for _ in container.decode(video=0))
    if readable != listed[0].frames or readable < written[-1] - _LAST_SECOND:
        return [f"{written[-1]} frames were recorded, {listed[0].frames} listed, {readable} can be read"]
    return []


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(words: list[str]) -> int:
    """Serve, or kill; return 1 where anything was lost."""
    if words[0] == "serve":
        serve(Path(words[1]))
        return 0
    with tempfile.TemporaryDirectory() as place:
        tally = kill_often(Path(place), int(words[0]), int(words[1]) if len(words) > 1 else 0, span_s=1.5)
    verdict = f"{len(tally.wrong)} wrong: {'; '.join(tally.wrong[:5])}" if tally.wrong else "all there and readable"
    print(f"exam: {tally.kills} kills, {tally.kept} frames said to be kept, {tally.labels} labels: {verdict}")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
