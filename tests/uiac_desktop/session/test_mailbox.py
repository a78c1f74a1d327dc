"""The one-place box between threads."""

import threading

from tests.patience import PATIENCE_S
from uiac_desktop.session.mailbox import Mailbox


def test_that_only_the_newest_item_is_taken_and_the_others_are_counted() -> None:
    box: Mailbox[int] = Mailbox()
    for number in range(5):
        assert box.put(number)
    assert (box.take(0), box.take(0), box.dropped) == (4, None, 4)


def test_that_a_call_comes_only_when_the_box_was_empty() -> None:
    calls: list[int] = []
    box: Mailbox[int] = Mailbox(lambda: calls.append(1))
    for number in range(1000):
        box.put(number)
    assert len(calls) == 1
    box.take(0)
    box.put(1)
    assert len(calls) == 2


def test_that_the_call_may_take_from_the_box() -> None:
    taken: list[int | None] = []
    box: Mailbox[int] = Mailbox(lambda: taken.append(box.take(0)))
    box.put(1)
    box.put(2)
    assert (taken, box.dropped) == ([1, 2], 0)


def test_that_a_closed_box_takes_nothing_and_gives_nothing() -> None:
    box: Mailbox[int] = Mailbox()
    box.put(1)
    box.close()
    assert not box.put(2)
    assert box.take() is None
    assert box.closed


def test_that_closing_wakes_the_one_who_waits() -> None:
    box: Mailbox[int] = Mailbox()
    got: list[int | None] = []
    waiter = threading.Thread(target=lambda: got.append(box.take()))
    waiter.start()
    box.close()
    waiter.join(PATIENCE_S)
    assert got == [None]


def test_that_a_nudge_ends_one_wait_without_an_item_and_is_spent_then() -> None:
    box: Mailbox[int] = Mailbox()
    box.nudge()
    assert box.take() is None
    box.put(7)
    assert box.take() == 7


def test_that_no_item_is_lost_uncounted_between_two_threads() -> None:
    box: Mailbox[int] = Mailbox()
    taken: list[int] = []

    def take_all() -> None:
        while (item := box.take(20)) != -1:
            assert item is not None
            taken.append(item)

    taker = threading.Thread(target=take_all)
    taker.start()
    for number in range(5000):
        box.put(number)
    dropped_before_end = box.dropped
    box.put(-1)
    taker.join(PATIENCE_S)
    assert not taker.is_alive()
    assert taken == sorted(set(taken))
    assert len(taken) + box.dropped == 5000
    assert box.dropped >= dropped_before_end
