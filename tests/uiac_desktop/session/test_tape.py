"""The tape never holds the reader up: what it cannot take is counted, what the gate shuts out is forgotten."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from uiac_desktop.exam.packing import PackedPicture, Packer
from uiac_desktop.frame import Frame
from uiac_desktop.session.exam.tape import Tape


class SlowPacker(Packer):
    """The real packer behind a gate, as on a PC that cannot follow."""

    gate = threading.Event()
    entered = threading.Event()

    def pack(self, frame: Frame, key: bool = False) -> PackedPicture:
        type(self).entered.set()
        type(self).gate.wait()
        return super().pack(frame, key)


@pytest.fixture
def tape(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tape]:
    """A tape with its gate open, whose packer is held back until `SlowPacker.gate` is set."""
    monkeypatch.setattr("uiac_desktop.session.exam.tape.Packer", SlowPacker)
    SlowPacker.gate.set()
    SlowPacker.entered.clear()
    bugs: list[Exception] = []
    tape = Tape(bugs.append, ring_s=5)
    tape.open_gate()
    tape.start()
    yield tape
    SlowPacker.gate.set()
    assert tape.stop(20)
    assert bugs == []


def _frame(number: int, size: tuple[int, int] = (32, 32)) -> Frame:
    return Frame(np.full(size, number % 256, np.uint8), number, number / 30, 100 + number / 30)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        threading.Event().wait(0.002)


def test_that_frames_that_cannot_be_taken_are_counted_each(tape: Tape) -> None:
    SlowPacker.gate.clear()
    tape.record(True)
    tape.put(_frame(0))
    assert SlowPacker.entered.wait(20)
    for number in range(1, 31):
        tape.put(_frame(number))
    taken = 1 + 12
    assert (tape.lost, tape.lost_of_recording) == (31 - taken, 31 - taken)
    SlowPacker.gate.set()
    _until(lambda: tape.idle)
    assert len(tape.take_to_write(1e9)) == taken
    assert tape.ring.seconds == pytest.approx(12 / 30)


def test_that_putting_never_waits_for_the_packer(tape: Tape) -> None:
    SlowPacker.gate.clear()
    tape.put(_frame(0))
    assert SlowPacker.entered.wait(20)
    begun = time.monotonic()
    for number in range(1, 1001):
        tape.put(_frame(number))
    assert time.monotonic() - begun < 1.0


def test_that_a_shut_gate_forgets_also_what_is_being_packed(tape: Tape) -> None:
    tape.record(True)
    for number in range(5):
        tape.put(_frame(number))
    _until(lambda: tape.idle)
    SlowPacker.gate.clear()
    SlowPacker.entered.clear()
    tape.put(_frame(5))
    assert SlowPacker.entered.wait(20)
    tape.shut_gate()
    SlowPacker.gate.set()
    _until(lambda: tape.idle)
    tape.put(_frame(6))
    assert (tape.ring.last(9), tape.take_to_write(1e9), tape.idle) == ((), [], True)
    tape.open_gate()
    tape.put(_frame(7))
    _until(lambda: tape.ring.size_bytes > 0)
    ((first,),) = tape.ring.last(9)
    assert first.key
    assert first.taken_at == _frame(7).captured_at


def test_that_a_recording_begins_with_a_key_picture_at_once(tape: Tape) -> None:
    for number in range(4):
        tape.put(_frame(number))
    _until(lambda: tape.idle)
    tape.record(True)
    tape.put(_frame(4))
    tape.put(_frame(5))
    _until(lambda: tape.idle)
    first, second = tape.take_to_write(1e9)
    assert (first.taken_at, first.key, second.key) == (_frame(4).captured_at, True, False)


def test_that_what_is_younger_than_asked_stays(tape: Tape) -> None:
    tape.record(True)
    for number in range(6):
        tape.put(_frame(number))
    _until(lambda: tape.idle)
    assert len(tape.take_to_write(_frame(4).captured_at)) == 4
    assert len(tape.take_to_write(1e9)) == 2


def test_that_a_change_of_size_goes_on(tape: Tape) -> None:
    tape.put(_frame(0))
    tape.put(_frame(1, (41, 33)))
    tape.put(_frame(2, (41, 33)))
    _until(lambda: tape.idle)
    assert [[(one.width, one.height) for one in part] for part in tape.ring.last(9)] == [[(32, 32)], [(33, 41)] * 2]
