"""The figures of the source line."""

import mmap
import subprocess
import sys
import time

import pytest

from uiac_desktop.session.meters import Delays, Rate, memory_mb, process_age_s


def test_that_a_steady_rate_is_measured_over_the_last_two_seconds() -> None:
    rate = Rate()
    for number in range(50):
        rate.count(number / 10)
    for number in range(60):
        rate.count(5 + number / 30)
    assert rate.per_second() == pytest.approx(30, rel=0.02)
    assert rate.total == 110


def test_that_a_rate_falls_once_nothing_comes_any_more() -> None:
    rate = Rate()
    for number in range(31):
        rate.count(number / 30)
    assert rate.per_second(1.0) == pytest.approx(30, rel=0.01)
    assert rate.per_second(2.0) == pytest.approx(15, rel=0.05)
    assert rate.per_second(9.0) == 0.0


def test_that_one_event_has_no_rate() -> None:
    rate = Rate()
    rate.count(1.0)
    assert rate.per_second() == 0.0


def test_that_percentiles_are_those_of_the_delays_in_milliseconds() -> None:
    delays = Delays()
    assert delays.percentiles_ms() is None
    for milliseconds in range(101):
        delays.add(milliseconds / 1000)
    measured = delays.percentiles_ms()
    assert measured is not None
    assert (measured.p50, measured.p95, measured.p99) == pytest.approx((50, 95, 99))
    assert delays.last_ms == pytest.approx(100)


def test_that_old_delays_make_room() -> None:
    delays = Delays()
    for _ in range(5000):
        delays.add(9.0)
    for _ in range(4096):
        delays.add(0.001)
    measured = delays.percentiles_ms()
    assert measured is not None
    assert measured.p99 == pytest.approx(1)


def test_that_the_age_of_a_process_counts_from_its_start() -> None:
    code = "import uiac_desktop.session.meters as m; a = m.process_age_s(); input(); print(a, m.process_age_s())"
    begun = time.monotonic()
    run = subprocess.run([sys.executable, "-c", code], input="\n", capture_output=True, text=True, check=True)
    young, old = map(float, run.stdout.split())
    assert 0 < young <= old <= time.monotonic() - begun + 0.02, "a clock tick is 10 ms"
    assert process_age_s() > old


def test_that_memory_is_that_of_this_process() -> None:
    before = memory_mb()
    with mmap.mmap(-1, 64 * 2**20) as held:  # pages of its own, never those that tests before gave back
        for page in range(0, len(held), mmap.PAGESIZE):
            held[page] = 1
        assert memory_mb() - before == pytest.approx(64, abs=16)
