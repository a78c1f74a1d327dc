"""The data page shows what was found, asks for what its buttons say, and lets nobody on before it is settled."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QProgressBar, QPushButton

from nas.wizard.data.class_bars import ClassBars, ClassRow
from nas.wizard.data.contact_sheet import ContactSheet
from nas.wizard.data.page import DataPage
from nas.wizard.requests import AskForFolder, ChooseData, MakeSimulated, Repair, StopChecking, UndoRepair
from nas.wizard.state import DataState, Said, Task, WizardState
from tests.nas.wizard.conftest import known
from tests.nas.wizard.plain_look import plain_look
from tests.patience import PATIENCE_MS

WriteSet = Callable[..., Path]


@pytest.fixture
def page(qtbot) -> DataPage:
    made = DataPage(plain_look())
    qtbot.addWidget(made)
    made.resize(1200, 600)
    made.asked = []
    made.wants.connect(made.asked.append)
    made.show()
    return made


def button(page: DataPage, name: str) -> QPushButton:
    return page.findChild(QPushButton, name)


def text(page: DataPage, name: str) -> str:
    return page.findChild(QLabel, name).text()


def test_that_an_empty_page_says_what_to_choose(page: DataPage) -> None:
    page.show_state(WizardState())
    assert "sub-folder" in text(page, "data_empty")
    assert not page.gate(WizardState()).open
    button(page, "choose_data").click()
    button(page, "simulated_data").click()
    assert page.asked == [AskForFolder("data"), MakeSimulated()]


def test_that_a_check_that_was_stopped_is_called_so(page: DataPage, tmp_path: Path) -> None:
    state = WizardState(data=DataState(folder=tmp_path))
    page.show_state(state)
    assert page.gate(state).reason == "The check was stopped: check again."
    assert text(page, "data_empty") == "The check was stopped. Check again looks at every frame of the folder."


def test_that_a_home_that_nobody_has_is_looked_for_as_it_was_typed(page: DataPage) -> None:
    line = page.findChild(QLineEdit, "data_path")
    line.setText("~nobody of this name/frames")
    line.returnPressed.emit()
    assert page.asked == [ChooseData(Path("~nobody of this name/frames"))]


def test_that_names_are_shown_as_they_are_whatever_signs_they_have(page: DataPage, write_frames: WriteSet) -> None:
    page.show_state(WizardState(data=known(write_frames({"<b>R&L</b>": 24, "TV": 24, "A&B": 5}))))
    tiny = button(page, "repair_tiny")
    assert (tiny.text(), tiny.accessibleName()) == ("Leave A&&B out", "Leave A&B out"), "one & names a key in Qt"
    told = [part for part in page.findChildren(QLabel) if part.text()]
    assert {part.textFormat() for part in told} == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize("counts", [(11, 10), (200, 3), (0, 5)])
def test_that_every_bar_leaves_room_for_its_warning_and_none_is_shorter_for_that_of_another(qtbot, counts) -> None:
    bars = ClassBars(plain_look())
    qtbot.addWidget(bars)
    bars.show_rows(tuple(ClassRow(f"V{count}", count, 1, "tiny" if count < 20 else "") for count in counts), "")
    longest = bars._a_frame(300) * max(counts)
    assert longest == pytest.approx(300 - 70 if max(counts) > 20 else 300 - 70 - 24 - _wide("tiny"), abs=0.01)


def _wide(word: str) -> float:
    return QFontMetricsF(plain_look().font(12, 600)).horizontalAdvance(word)


def test_that_a_simulated_set_tells_how_much_of_it_is_written(page: DataPage, tmp_path: Path) -> None:
    bar = page.findChild(QProgressBar, "data_progress")
    for words, told, done in (("", "Writing simulated frames …", 0), ("1500 of 3600 frames", "3,600", 1500)):
        page.show_state(WizardState(tasks=(Task("simulate", tmp_path, words=words),)))
        assert told in text(page, "data_summary")
        assert bar.value() in (done, -1)


def test_that_exported_sets_are_offered_the_latest_first(page: DataPage, tmp_path: Path) -> None:
    menu = button(page, "exported_data").menu()
    assert [(action.text(), action.isEnabled()) for action in menu.actions()] == [
        ("Nothing has been exported yet: see Exams, Export.", False)
    ]
    page.show_state(WizardState(exported=(tmp_path / "new", tmp_path / "old")))
    latest, former = menu.actions()
    assert (latest.toolTip(), former.toolTip()) == (str(tmp_path / "new"), str(tmp_path / "old"))
    latest.trigger()
    assert page.asked == [ChooseData(tmp_path / "new")]


def test_that_a_typed_path_is_taken_with_enter(page: DataPage, tmp_path: Path) -> None:
    field = page.findChild(QLineEdit, "data_path")
    field.setText(f'"{tmp_path}"')
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert page.asked == [ChooseData(tmp_path)]


def test_that_progress_has_figures_and_can_be_stopped(page: DataPage, tmp_path: Path) -> None:
    page.show_state(WizardState(data=DataState(folder=tmp_path, checking=True, done=2100, total=8412)))
    assert text(page, "data_summary") == "Checking 8,412 frames … 2,100"
    button(page, "stop_checking").click()
    assert page.asked == [StopChecking()]
    assert not page.gate(page.state).open


def test_that_classes_and_problems_are_shown_and_a_button_asks_for_the_repair(
    page: DataPage, write_frames: WriteSet
) -> None:
    root = write_frames({"FCH": 24, "TV": 24, "ASA": 3})
    (root / "FCH" / "000.png").write_bytes(b"cut")
    state = WizardState(data=known(root, seconds=6.2))
    page.show_state(state)
    assert text(page, "data_summary") == "50 frames, 4 subjects, 3 classes"
    bars = page.findChild(ClassBars, "class_bars")
    assert "ASA: 3 frames, 3 subjects, tiny" in bars.accessibleDescription()
    assert text(page, "panel_problems_aside") == "2 should"
    place = next(i for i, found in enumerate(state.data.inspection.problems) if found.kind == "broken")
    button(page, "repair_broken").click()
    assert page.asked == [Repair(place)]
    assert page.gate(state).open
    assert "6.2 s" in page.gate(state).reason


def test_that_an_error_keeps_the_way_on_shut(page: DataPage, write_frames: WriteSet) -> None:
    root = write_frames({"FCH": 24, "TV": 24, "ASA": 1})
    state = WizardState(data=known(root))
    assert page.gate(state) == replace(page.gate(state), open=False, reason="1 problem must be settled first.")


def test_that_arrows_and_clicks_change_the_class_of_the_contact_sheet(
    page: DataPage, write_frames: WriteSet, qtbot
) -> None:
    page.show_state(WizardState(data=known(write_frames({"FCH": 24, "TV": 7}))))
    sheet = page.findChild(ContactSheet, "contact_sheet")
    qtbot.waitUntil(lambda: not sheet.waiting, timeout=PATIENCE_MS)
    assert sheet.accessibleName() == "Contact sheet, 24 pictures"
    page.turn(1)
    assert sheet.accessibleName() == "Contact sheet, 7 pictures"
    page.turn(1)
    assert sheet.accessibleName() == "Contact sheet, 24 pictures"
    bars = page.findChild(ClassBars, "class_bars")
    QTest.mouseClick(
        bars, Qt.MouseButton.LeftButton, pos=QPoint(40, 3 * bars.height() // 4 if bars.height() < 96 else 72)
    )
    assert sheet.accessibleName() == "Contact sheet, 7 pictures"
    QTest.keyClick(bars, Qt.Key.Key_Up)
    assert sheet.accessibleName() == "Contact sheet, 24 pictures"


def test_that_a_large_class_is_paged_through(page: DataPage, write_frames: WriteSet, qtbot) -> None:
    page.resize(700, 320)
    page.show_state(WizardState(data=known(write_frames({"FCH": 40, "TV": 7}))))
    sheet = page.findChild(ContactSheet, "contact_sheet")
    first = sheet.span
    page.turn_page(1)
    assert sheet.span[0] == first[1] + 1
    page.turn_page(-1)
    assert sheet.span == first
    qtbot.waitUntil(lambda: not sheet.waiting, timeout=PATIENCE_MS)


def test_that_pictures_are_drawn_as_they_are(page: DataPage, write_frames: WriteSet, qtbot) -> None:
    page.show_state(WizardState(data=known(write_frames({"FCH": 2, "TV": 2}))))
    sheet = page.findChild(ContactSheet, "contact_sheet")
    qtbot.waitUntil(lambda: not sheet.waiting, timeout=PATIENCE_MS)
    picture = sheet.grab().toImage()
    greys = {picture.pixelColor(x, 40).value() for x in range(10, 90)}
    assert len(greys) > 10


def test_that_a_repair_can_be_undone_and_a_refusal_is_said(page: DataPage, tmp_path: Path) -> None:
    said = Said("There is no image in set.", "Give a folder with one sub-folder of images for each plane.")
    page.show_state(WizardState(data=DataState(folder=tmp_path, repaired="3 files left out", refused=said)))
    assert said.message in text(page, "data_summary")
    assert "3 files left out" in button(page, "undo_repair").toolTip()
    button(page, "undo_repair").click()
    assert page.asked == [UndoRepair()]


def test_that_uneven_classes_are_settled_by_weights(page: DataPage, write_frames: WriteSet) -> None:
    state = WizardState(data=known(write_frames({"FCH": 60, "TV": 5})))
    plain = state.train.model_copy(update={"class_weights": "equal"})
    page.show_state(replace(state, train=plain))
    assert button(page, "repair_unbalanced").text() == "Weigh evenly"
    page.show_state(replace(state, train=plain.model_copy(update={"class_weights": "balanced"})))
    assert button(page, "repair_unbalanced").text() == "Done"
