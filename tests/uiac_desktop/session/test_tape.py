"""The tape never holds the reader up: what it cannot take is counted, what the gate shuts out is forgotten."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from tests.patience import PATIENCE_S
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
    assert tape.stop(PATIENCE_S)
    assert bugs == []


def _frame(number: int, size: tuple[int, int] = (32, 32)) -> Frame:
    return Frame(np.full(size, number % 256, np.uint8), number, number / 30, 100 + number / 30)


def test_that_frames_that_cannot_be_taken_are_counted_each_and_nobody_waits_for_the_packer(tape: Tape) -> None:
    SlowPacker.gate.clear()
    tape.record(True)
    tape.put(_frame(0))
    assert SlowPacker.entered.wait(PATIENCE_S)
    for number in range(1, 31):
        tape.put(_frame(number))
    taken = 1 + 12
    assert not SlowPacker.gate.is_set()
    assert (tape.lost, tape.lost_of_recording) == (31 - taken, 31 - taken)
    SlowPacker.gate.set()
    assert tape.settle(PATIENCE_S)
    assert len(tape.take_to_write(1e9)) == taken
    assert tape.ring.seconds == pytest.approx(12 / 30)


def test_that_a_shut_gate_forgets_also_what_is_being_packed(tape: Tape) -> None:
    tape.record(True)
    for number in range(5):
        tape.put(_frame(number))
    assert tape.settle(PATIENCE_S)
    SlowPacker.gate.clear()
    SlowPacker.entered.clear()
    tape.put(_frame(5))
    assert SlowPacker.entered.wait(PATIENCE_S)
    tape.shut_gate()
    SlowPacker.gate.set()
    assert tape.settle(PATIENCE_S)
    tape.put(_frame(6))
    assert (tape.ring.last(9), tape.take_to_write(1e9), tape.settle(0)) == ((), [], True)
    tape.open_gate()
    tape.put(_frame(7))
    assert tape.settle(PATIENCE_S)
    ((first,),) = tape.ring.last(9)
    assert first.key
    assert first.taken_at == _frame(7).captured_at


def test_that_a_recording_begins_with_a_key_picture_at_once(tape: Tape) -> None:
    for number in range(4):
        tape.put(_frame(number))
    assert tape.settle(PATIENCE_S)
    tape.record(True)
    tape.put(_frame(4))
    tape.put(_frame(5))
    assert tape.settle(PATIENCE_S)
    first, second = tape.take_to_write(1e9)
    assert (first.taken_at, first.key, second.key) == (_frame(4).captured_at, True, False)


def test_that_what_is_younger_than_asked_stays(tape: Tape) -> None:
    tape.record(True)
    for number in range(6):
        tape.put(_frame(number))
    assert tape.settle(PATIENCE_S)
    assert len(tape.take_to_write(_frame(4).captured_at)) == 4
    assert len(tape.take_to_write(1e9)) == 2


def test_that_a_change_of_size_goes_on(tape: Tape) -> None:
    tape.put(_frame(0))
    tape.put(_frame(1, (41, 33)))
    tape.put(_frame(2, (41, 33)))
    assert tape.settle(PATIENCE_S)
    assert [[(one.width, one.height) for one in part] for part in tape.ring.last(9)] == [[(32, 32)], [(33, 41)] * 2]
