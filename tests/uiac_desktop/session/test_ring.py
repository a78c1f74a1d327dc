"""The ring keeps the last seconds, in bounded memory, in parts that each can be shown."""

import pytest

from uiac_desktop.exam.packing import PackedPicture
from uiac_desktop.session.exam.ring import Ring


def _pictures(seconds: float, fps: int = 10, width: int = 32, start: float = 100.0) -> list[PackedPicture]:
    every = fps // 2
    return [
        PackedPicture(bytes(1000), number % every == 0, start + number / fps, width, 24)
        for number in range(round(seconds * fps))
    ]


def _filled(pictures: list[PackedPicture], seconds: float, most_bytes: int = 10**9) -> Ring:
    ring = Ring(seconds, most_bytes)
    for picture in pictures:
        ring.add(picture)
    return ring


def _size(ring: Ring) -> int:
    """Bytes of all pictures that a ring holds."""
    return sum(len(picture.data) for part in ring.last(10**6) for picture in part)


def test_that_it_reaches_back_as_far_as_asked_and_little_further() -> None:
    ring = _filled(_pictures(30), seconds=10)
    assert 10 <= ring.seconds <= 10.6
    assert _size(ring) == 1000 * (round(ring.seconds * 10) + 1)


def test_that_memory_is_bounded_whatever_the_source_gives() -> None:
    ring = _filled(_pictures(30), seconds=10, most_bytes=20_000)
    assert _size(ring) <= 20_000
    assert ring.seconds >= 1


@pytest.mark.parametrize("seconds", [0.3, 2.0, 9.9])
def test_that_the_last_seconds_begin_at_a_key_picture(seconds: float) -> None:
    pictures = _pictures(12)
    (part,) = _filled(pictures, seconds=10).last(seconds)
    assert part[0].key
    assert part[-1] is pictures[-1]
    assert seconds <= part[-1].taken_at - part[0].taken_at + 1e-6 <= seconds + 0.6


def test_that_more_than_there_is_gives_all() -> None:
    pictures = _pictures(3)
    assert _filled(pictures, seconds=10).last(60) == (tuple(pictures),)


def test_that_a_change_of_size_makes_two_parts() -> None:
    first, second = _pictures(2), _pictures(2, width=64, start=102.0)
    assert _filled(first + second, seconds=10).last(10) == (tuple(first), tuple(second))


def test_that_a_cleared_ring_is_empty() -> None:
    ring = _filled(_pictures(3), seconds=10)
    ring.clear()
    assert (ring.last(10), ring.seconds) == ((), 0.0)


@pytest.mark.parametrize("seconds", [0, 121])
def test_that_a_reach_out_of_range_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="1 to 120"):
        Ring(seconds)
