"""The one crossing from threads to the window, errors of any thread, and the log."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QLoggingCategory, QObject, QThread, Signal, qCWarning, qWarning

from uiac_desktop.app.log import start_log
from uiac_desktop.ui.bridge import Bridge
from uiac_desktop.ui.faults import Faults
from uiac_desktop.ui.messages import MessageBoard, Rank
from uiac_desktop.ui.qt_log import scrubbed


def _in_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_that_a_call_from_a_thread_is_heard_in_the_window_s_thread(application, settle: Callable[[], None]) -> None:
    bridge = Bridge()
    heard: list[bool] = []
    bridge.woken.connect(lambda: heard.append(QThread.currentThread() is application.thread()))
    _in_thread(bridge.wake)
    assert heard == []
    settle()
    assert heard == [True]


def test_that_calls_before_the_first_is_heard_count_as_one(application, settle: Callable[[], None]) -> None:
    bridge = Bridge()
    heard = []
    bridge.woken.connect(lambda: heard.append(1))
    _in_thread(lambda: [bridge.wake() for _ in range(1000)])
    settle()
    assert heard == [1]
    _in_thread(bridge.wake)
    settle()
    assert heard == [1, 1]


def test_that_a_wake_while_listening_is_not_lost(application, settle: Callable[[], None]) -> None:
    bridge = Bridge()
    heard = []

    def listen() -> None:
        heard.append(1)
        if len(heard) == 1:
            bridge.wake()

    bridge.woken.connect(listen)
    bridge.wake()
    settle()
    assert heard == [1, 1]


def test_that_a_closed_bridge_lets_nothing_through(application, settle: Callable[[], None]) -> None:
    bridge = Bridge()
    heard = []
    bridge.woken.connect(lambda: heard.append(1))
    bridge.wake()
    bridge.close()
    settle()
    _in_thread(bridge.wake)
    settle()
    assert heard == []


class _Emitter(QObject):
    flag = Signal(bool)
    record = Signal(object)


def test_that_five_thousand_emits_with_values_leave_the_program_alive(application) -> None:
    emitter = _Emitter()
    got = [0, 0]

    def count(place: int) -> None:
        got[place] += 1

    emitter.flag.connect(lambda value: count(0) if value is True else None)
    emitter.record.connect(lambda value: count(1) if value == ("x", 1) else None)
    for _ in range(5000):
        emitter.flag.emit(True)
        emitter.record.emit(("x", 1))
    assert got == [5000, 5000]


def test_that_wakes_from_many_threads_are_all_answered(application, settle: Callable[[], None]) -> None:
    bridge = Bridge()
    box: list[int] = []
    taken: list[int] = []
    lock = threading.Lock()

    def put(number: int) -> None:
        with lock:
            box.append(number)
        bridge.wake()

    def take() -> None:
        with lock:
            taken.extend(box)
            box.clear()

    bridge.woken.connect(take)
    threads = [threading.Thread(target=lambda n=n: [put(n * 500 + k) for k in range(500)]) for n in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        application.processEvents()
    settle()
    assert sorted(taken) == list(range(4000))


@pytest.fixture
def faults(application):
    board = MessageBoard(lambda: 0.0)
    made = Faults(board)
    made.install()
    yield made, board
    made.remove()


@pytest.mark.logs
def test_that_a_bug_in_a_thread_reaches_the_message_slot_with_its_trace(faults, settle: Callable[[], None]) -> None:
    _, board = faults

    def fail() -> None:
        raise ZeroDivisionError("one by nought")

    _in_thread(fail)
    settle()
    assert board.shown.rank is Rank.ERROR
    assert "ZeroDivisionError\n" in board.shown.details
    assert "ui/test_threads.py:" in board.shown.details
    assert "one by nought" not in board.shown.details, "a text may name a patient's file"
    assert [choice.command for choice in board.shown.choices] == ["details"]


@pytest.mark.logs
def test_that_a_bug_in_a_slot_reaches_the_message_slot_and_the_window_goes_on(
    faults, settle: Callable[[], None]
) -> None:
    import sys

    _, board = faults
    try:
        raise KeyError("plane")
    except KeyError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    settle()
    assert "KeyError\n" in board.shown.details
    assert "ui/test_threads.py:" in board.shown.details


@pytest.mark.logs
def test_that_qt_s_messages_are_logged_with_their_category_and_without_names(
    faults, caplog: pytest.LogCaptureFixture
) -> None:
    qWarning("QFile::open: /scans/Jane Doe 1990.mp4 is gone")
    qCWarning(QLoggingCategory("qt.multimedia"), 'cannot open "Jane Doe"')
    assert [record.getMessage() for record in caplog.records if record.name == "qt"] == [
        "default: QFile::open: …",
        "qt.multimedia: cannot open …",
    ]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("QPainter::begin: Paint device returned engine == 0, type: 1", None),
        ("This plugin doesn't support propagateSizeHints()", None),
        ("could not connect to display :1", None),
        ("cannot open 'O'Brien, Mary.mp4'", "cannot open …"),
        ("cannot open “Mary” or `Jane`: gone", "cannot open … or …: gone"),
        ('cut off: "Jane Doe', "cut off: …"),
        ("QImage: C:\\Users\\Jane Doe\\scan.png, retry", "QImage: …"),
        ("load of file:///home/jane/a b.png failed", "load of …"),
        ("share \\\\server\\jane is gone", "share …"),
        ("Jane Doe.mp4: no such file", "…"),
        ("scans of Jane/1990 are gone", "…"),
        ("first line\nno /home/jane", "first line no …"),
    ],
)
def test_that_a_scrubbed_text_has_no_path_and_no_name(said: str, kept: str | None) -> None:
    assert scrubbed(said) == (said if kept is None else kept)


def test_that_the_hooks_are_given_back() -> None:
    import sys

    before = (sys.excepthook, threading.excepthook)
    made = Faults(MessageBoard(lambda: 0.0))
    made.install()
    assert sys.excepthook != before[0]
    made.remove()
    assert (sys.excepthook, threading.excepthook) == before


def test_that_what_a_crash_left_is_shown_at_the_next_start(application, tmp_path: Path) -> None:
    crash = tmp_path / "crash.txt"
    crash.write_text("Fatal Python error: Segmentation fault", encoding="utf-8")
    board = MessageBoard(lambda: 0.0)
    first = Faults(board)
    first.watch_crashes(crash)
    assert "Segmentation fault" in board.shown.details
    first.remove()
    again = MessageBoard(lambda: 0.0)
    second = Faults(again)
    second.watch_crashes(crash)
    assert again.shown is None
    second.remove()


def test_that_the_log_stays_small_and_a_folder_that_cannot_be_written_is_no_reason_to_stop(tmp_path: Path) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    start_log(tmp_path / "log" / "nowhere" / "x.log")
    start_log(tmp_path / "uiac.log")
    try:
        for number in range(45):
            logging.getLogger("uiac_desktop.test").info("%s %s", number, "x" * 60_000)
        sizes = [file.stat().st_size for file in tmp_path.glob("uiac.log*")]
        assert 2 <= len(sizes) <= 3
        assert max(sizes) <= 1_000_100
    finally:
        for handler in set(root.handlers) - set(before):
            handler.close()
            root.removeHandler(handler)
        root.setLevel(level)
