"""At the size of a common laptop every button has its word; an icon alone is for what every player has."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QAbstractButton

from nas.wizard.look.button import Button as WizardButton
from tests.ui.conftest import DICOM, REAL_MODEL, SIMULATED, Desk, prediction, result
from tests.ui.told_review import grey_frame, opened
from uiac_desktop.ui.header import ChipView
from uiac_desktop.ui.look.button import Button

TRANSPORT = {"restart", "back", "play", "forward", "slower", "faster", "review_play", "review_loop"}
SIGNS_OF_A_ROW = {"review_accept_less", "review_accept_more", "review_medium_back", "review_medium_on"}
CROSSES = {"message_close", "message_next", "details_close"}
ALONE = {f"button_{name}" for name in TRANSPORT | SIGNS_OF_A_ROW} | CROSSES


def _wordless(desk: Desk) -> set[str]:
    """Return the buttons in view without a word, or squeezed so that it is cut."""
    found = set()
    for button in desk.window.findChildren(QAbstractButton):
        name = button.objectName()
        if not button.isVisible() or not isinstance(button, (Button, WizardButton, ChipView)):
            continue
        wordless = not button.text() or (isinstance(button, Button) and not button.shows_word)
        if (wordless and name not in ALONE) or button.width() < button.sizeHint().width():
            found.add(name)
    return found


def test_that_no_word_is_cut_in_exams_while_maps_are_drawn(
    make_desk: Callable[..., Desk], settle: Callable[[], None], tmp_path
) -> None:
    desk = make_desk(1366, 768, store=str(tmp_path / "store"))
    desk.window.show_view("room_exams")
    room = desk.part("exams_room")
    for size in (1280, 1366):
        desk.window.resize(size, 768)
        room.side.show_state(replace(room.control.state, maps=(10, 11)))
        settle()
        assert _wordless(desk) == set(), size


@pytest.mark.parametrize("source", [SIMULATED, DICOM])
def test_that_no_icon_stands_without_its_word_in_scan(
    make_desk: Callable[..., Desk], settle: Callable[[], None], source: object
) -> None:
    desk = make_desk(1366, 768)
    assert _wordless(desk) == set(), "the first page"
    desk.run(source, REAL_MODEL).give(result("TV"))
    for _ in range(2):
        desk.window.exam.exam()  # begins one; then asks whether it ends
        settle()
        assert _wordless(desk) == set()
    desk.window.exam.record()
    settle()
    assert _wordless(desk) == set(), "the word of a recording is longer"


def test_that_no_icon_stands_without_its_word_in_any_other_room(
    make_desk: Callable[..., Desk], settle: Callable[[], None], tmp_path
) -> None:
    desk = make_desk(1366, 768, store=str(tmp_path / "store"))
    wordless: dict[str, set[str]] = {}
    for room in desk.window.rooms.table:
        desk.window.show_view(room.id)
        if room.id == "room_review":
            desk.window.review.control.open("/somewhere/clip_03.mkv")
            opened(desk.review)
            desk.review.show(grey_frame(), prediction("RVOT", 0.71))
        settle()
        wordless[room.id] = _wordless(desk)
    assert {name: found for name, found in wordless.items() if found} == {}
