"""An examination as a new user has it, by keyboard alone: stream, mask, exam, planes kept, a kill, gone on with."""

import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.real_program import Keyboard, start, x_server
from tests.e2e.scanner_stream import SIZE, player, screens
from tests.uiac_desktop.sources.served import served
from uiac_desktop.exam.store import open_store

PLANES = ("ACS", "FCH")
SEED = 2
PATIENCE_S = 90
pytestmark = pytest.mark.real_window


@pytest.fixture
def stream() -> Iterator[str]:
    """The address of a scanner that shows the two planes in turn, with a name on its screen."""
    with served(player(screens(SEED, PLANES))) as port:
        yield f"http://127.0.0.1:{port}/"


class User:
    """Somebody in front of the program, whose folders lie in one place."""

    def __init__(self, display: str, folder: Path) -> None:
        self._display, self._folder = display, folder
        self.masks = folder / "XDG_CONFIG_HOME" / "uiac-desktop" / "masks.json"
        self.store = folder / "XDG_DATA_HOME" / "uiac-desktop" / "exams"

    def start(self, *words: str) -> tuple["subprocess.Popen[str]", Keyboard]:
        program = start(self._display, self._folder, *words)
        return program, Keyboard(self._display)

    def asked(self, question: str) -> list[tuple[str, ...]]:
        """Ask the database of the running program; nothing before it is made."""
        try:
            with closing(sqlite3.connect(f"file:{self.store}/exams.sqlite?mode=ro", uri=True)) as database:
                return database.execute(question).fetchall()
        except sqlite3.OperationalError:
            return []

    def newest_exam(self) -> int:
        return max((number for (number,) in self.asked("SELECT id FROM exams")), default=0)

    def goes_on(self, exam: int) -> bool:
        return bool(self.asked(f"SELECT id FROM exams WHERE ended_at IS NULL AND id = {exam:d}"))

    def checklist(self) -> set[str]:
        """The planes that stand filled in the newest exam."""
        exam = self.newest_exam()
        return {plane for (plane,) in self.asked(f"SELECT plane FROM frames WHERE best AND exam_id = {exam:d}")}


def until(holds: Callable[[], object], what: str, act: Callable[[], object] = lambda: None) -> None:
    """Do something again and again until something holds."""
    limit = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < limit, what
        act()
        threading.Event().wait(0.1)


@pytest.mark.timeout(400)
def test_that_an_examination_by_keyboard_alone_goes_on_after_a_kill_with_all_that_was_kept(
    stream: str, tmp_path: Path
) -> None:
    with x_server(1366, 768) as display:
        user = User(display, tmp_path)
        by_hand = "SELECT id FROM frames WHERE by_hand"
        program, keyboard = user.start("--source", stream)
        try:
            until(user.masks.exists, "no mask was set", lambda: keyboard.press("m", "Return"))
            keyboard.press("Escape")
            assert not user.newest_exam()
            until(user.newest_exam, "no exam began", lambda: keyboard.press("e"))
            until(lambda: set(PLANES) <= user.checklist(), "the checklist was not filled")
            until(lambda: user.asked(by_hand), "K kept nothing", lambda: keyboard.press("k"))
        finally:
            program.kill()
            program.communicate()

        frames, killed = user.asked("SELECT id, exam_id FROM frames"), user.newest_exam()
        program, keyboard = user.start("--source", stream)
        try:
            until(lambda: not user.goes_on(killed), "the exam was not ended by the kill")
            until(lambda: user.goes_on(killed), "the exam does not go on", lambda: keyboard.press("ctrl+g"))
            new = f"SELECT id FROM frames WHERE exam_id = {killed:d} AND id > {max(frames)[0]:d}"
            until(lambda: user.asked(new), "the mask was forgotten: nothing is kept", lambda: keyboard.press("k"))
        finally:
            keyboard.press("ctrl+q")
            _, said = program.communicate(timeout=PATIENCE_S)
        assert program.returncode == 0, said
        assert user.newest_exam() == killed
        assert not user.goes_on(killed)

    with open_store(user.store, key_file=tmp_path / "key") as store:
        there = [frame for number in {exam for _, exam in frames} for frame in store.frames(number)]
        assert {frame.id for frame in there} > {number for number, _ in frames}
        assert set(PLANES) <= {frame.plane for frame in there if frame.best}
        for frame in there:
            height, width = store.picture(frame.id).shape[:2]
            assert (frame.width, frame.height) == (width, height)
            assert width < SIZE[0], "the crop"
            assert height < SIZE[1] - 80, "the line of the screen with the name"
