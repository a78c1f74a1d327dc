"""The settings about exams: who, protocol and its editor, tones; every choice acts at once and is kept."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QRadioButton, QSpinBox

from nas.planes import PLANES
from tests.ui.conftest import Desk
from uiac_desktop.exam.protocol import EXTENDED, Protocol, read_protocol
from uiac_desktop.ui.settings.exam_page import ExamPage


@pytest.fixture
def page(desk: Desk) -> ExamPage:
    return desk.window.settings_page.exam


def _radio(page: ExamPage, word: str) -> QRadioButton:
    return next(button for button in page.findChildren(QRadioButton) if button.text() == word)


def test_that_who_tones_and_length_are_kept_at_once(desk: Desk, page: ExamPage) -> None:
    who = page.findChild(QLineEdit, "exam_who")
    who.setText("B. Meyer")
    who.editingFinished.emit()
    page.findChild(QCheckBox, "tone_kept").click()
    page.findChild(QSpinBox, "exam_last").setValue(15)
    kept = desk.file.load()[0]
    assert (kept.who, kept.tone_kept, kept.last_s) == ("B. Meyer", True, 15.0)
    assert desk.part("button_save_last").text() == "Last 15 s"
    assert desk.window.exam.who == "B. Meyer"


def test_that_a_protocol_is_chosen_and_listed(desk: Desk, page: ExamPage, settle: Callable[[], None]) -> None:
    _radio(page, "Extended").click()
    settle()
    assert desk.window.settings.protocol == "Extended"
    assert desk.window.exam.view.planes == EXTENDED.planes
    assert page.editor.protocol() == EXTENDED


def test_that_a_protocol_of_the_department_is_made_changed_and_deleted(
    desk: Desk, page: ExamPage, settle: Callable[[], None]
) -> None:
    editor = page.editor
    editor.name.setText("Outflow")
    for row, plane in enumerate(PLANES):
        state = Qt.CheckState.Checked if plane in ("LVOT", "RVOT") else Qt.CheckState.Unchecked
        editor.planes.item(row).setCheckState(state)
    editor.planes.setCurrentRow(3)
    editor.move_plane(-1)
    editor.save()
    settle()
    assert desk.window.exam.view.planes == ("RVOT", "LVOT")
    assert desk.window.settings.protocol == "Outflow"
    assert page.editor.said.text() == "Outflow is kept."
    page.editor.planes.setCurrentRow(0)
    page.editor.move_plane(1)
    page.editor.save()
    settle()
    assert desk.window.exam.view.planes == ("LVOT", "RVOT")
    page.editor._remove()
    settle()
    assert desk.window.exam.view.protocol == "Screening"
    assert [button.text() for button in page.findChildren(QRadioButton)] == ["Screening", "Extended"]


def test_that_what_cannot_be_kept_is_said_in_place(page: ExamPage) -> None:
    page.editor.name.setText("Screening")
    page.editor.save()
    assert page.editor.said.text().startswith("Screening is built in.")
    page.editor.name.setText("Empty")
    for row in range(page.editor.planes.count()):
        page.editor.planes.item(row).setCheckState(Qt.CheckState.Unchecked)
    page.editor.save()
    assert page.editor.said.text() == "Empty has 0 planes. Choose 1 to 64."


def test_that_a_protocol_goes_to_another_pc_and_back(
    desk: Desk, page: ExamPage, tmp_path: Path, settle: Callable[[], None]
) -> None:
    page.editor.name.setText("Ours")
    page.editor.write_to(tmp_path / "ours.json")
    assert read_protocol(tmp_path / "ours.json") == Protocol("Ours", PLANES[:6])
    page.editor.read_in(tmp_path / "ours.json")
    settle()
    assert desk.window.exam.view.protocol == "Ours"
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    page.editor.read_in(tmp_path / "bad.json")
    assert page.editor.said.text().startswith("bad.json is no protocol")
    assert desk.window.exam.view.protocol == "Ours"


def test_that_a_protocol_changed_by_key_is_the_one_that_the_page_shows(
    desk: Desk, page: ExamPage, settle: Callable[[], None]
) -> None:
    desk.window.actions_of.give("protocol")
    settle()
    assert _radio(page, "Extended").isChecked()
    page.findChild(QCheckBox, "tone_lost").click()
    assert desk.window.settings.protocol == "Extended"
