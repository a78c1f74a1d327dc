"""Enter leads on from every page of Learn, whatever has the focus, unless that has a use for it: nothing else does."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QFileDialog,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QWidget,
)

from nas.data.folder import DataSet, Image
from nas.data.inspect import Inspection
from nas.wizard.look.choice_box import ChoiceBox
from nas.wizard.look.last_folders import last_folders
from nas.wizard.look.save_place import ask_where
from nas.wizard.requests import AskForFolder
from nas.wizard.result.confusion_view import ConfusionView
from nas.wizard.result.gallery_view import GalleryView
from nas.wizard.state import STEPS, DataState, WizardState
from nas.wizard.wizard import Wizard
from tests.nas.wizard import told_search, told_training
from tests.ui.conftest import Desk
from uiac_desktop import paths

_CHOOSE_BY_ENTER = (ConfusionView, GalleryView)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@pytest.fixture
def room(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, make_desk: Callable[..., Desk]
) -> tuple[Desk, Wizard, list[str]]:
    monkeypatch.setattr(paths, "data_dir", lambda: tmp_path / "data")
    desk = make_desk()
    desk.window.activateWindow()
    QTest.keyClick(desk.window, Qt.Key.Key_F4)
    given: list[str] = []
    desk.window.actions_of.given.connect(given.append)
    return desk, desk.part("learn_room").wizard, given


def show(wizard: Wizard, state: WizardState) -> None:
    """Show a state that nothing follows from: no page of it lets one go on to a run."""
    wizard.control.state = state
    wizard._show(state)
    QApplication.processEvents()


def states(folder: Path) -> Iterator[WizardState]:
    """Every page, the two that follow a run also with one."""
    yield from (WizardState(step=step) for step in ("runs", *STEPS))
    yield told_search.shown(told_search.searched(99))
    run = told_training.run_folder(folder)
    trained = told_training.trained(99)
    for step in ("train", "result", "use"):
        yield told_training.state_of(step, told_training.view_of(run, trained, "running"))


def can_have_focus(wizard: Wizard) -> Iterator[QWidget]:
    """What Tab leads to or a click gives the focus."""
    for part in wizard.findChildren(QWidget):
        shown = part.isVisible() and part.isEnabled() and part.focusPolicy() != Qt.FocusPolicy.NoFocus
        if shown and part.focusProxy() is None and part.objectName() != "qt_spinbox_lineedit":
            yield part


def is_pressed(part: QWidget) -> bool:
    return isinstance(part, QAbstractButton) and not isinstance(part, (QRadioButton, QCheckBox))


def test_that_enter_leads_on_whatever_has_the_focus(room: tuple[Desk, Wizard, list[str]], tmp_path: Path) -> None:
    _, wizard, given = room
    met: set[type] = set()
    for state in states(tmp_path):
        show(wizard, state)
        for part in list(can_have_focus(wizard)):
            if is_pressed(part) or isinstance(part, _CHOOSE_BY_ENTER):
                continue
            part.setFocus()
            for key in _ENTER:
                given.clear()
                QTest.keyClick(part, key)
                assert given == ["learn_next"], (state.step, type(part).__name__, part.objectName(), key)
            met.add(type(part))
    assert {QRadioButton, QCheckBox, QSpinBox, ChoiceBox, QLineEdit} <= met


def test_that_enter_presses_a_button_and_leads_nowhere(room: tuple[Desk, Wizard, list[str]]) -> None:
    _, wizard, given = room
    met: set[str] = set()
    for step in ("runs", *STEPS):
        show(wizard, WizardState(step=step))
        for part in [part for part in can_have_focus(wizard) if is_pressed(part)]:
            pressed: list[str] = []
            part.click = partial(pressed.append, "it")
            part.setFocus()
            given.clear()
            QTest.keyClick(part, Qt.Key.Key_Return)
            assert (pressed, given) == (["it"], []), (step, part.objectName())
            met.add(part.objectName())
    assert {"choose_data", "learn_back", "step_data", "show_runs", "new_run"} <= met


@pytest.fixture
def split(room: tuple[Desk, Wizard, list[str]], tmp_path: Path) -> Wizard:
    """The page Split, from which one can go on."""
    _, wizard, _ = room
    women = tuple(Image(f"FCH/{number}.png", "FCH", f"W-{number % 5}") for number in range(40))
    found = Inspection(
        images=40,
        broken=0,
        classes={"FCH": 40},
        subjects=5,
        by_subject={},
        split_by="subject",
        usable=True,
        problems=(),
    )
    data = DataState(tmp_path, inspection=found, images=DataSet(tmp_path, women, ("FCH",)))
    show(wizard, WizardState(step="split", data=data))
    assert wizard.page.gate(wizard.state).open
    return wizard


@pytest.mark.parametrize("name", ["split_subject", "split_clip", "split_random", "split_share", "split_seed"])
def test_that_enter_on_a_choice_of_the_split_shows_the_search(split: Wizard, name: str) -> None:
    part = split.page.findChild(QWidget, name)
    part.setFocus()
    QTest.keyClick(part, Qt.Key.Key_Return)
    assert split.state.step == "search"


def test_that_a_typed_number_is_taken_before_one_goes_on(split: Wizard) -> None:
    seed = split.page.findChild(QSpinBox, "split_seed")
    seed.setFocus()
    seed.selectAll()
    QTest.keyClicks(seed, "12")
    QTest.keyClick(seed, Qt.Key.Key_Return)
    assert (split.state.step, split.state.split.seed) == ("split", 12)
    QTest.keyClick(seed, Qt.Key.Key_Return)
    assert split.state.step == "search"


def test_that_enter_in_an_open_list_chooses_from_it(room: tuple[Desk, Wizard, list[str]]) -> None:
    desk, wizard, given = room
    show(wizard, WizardState(step="search"))
    for group in ("fold_frames", "fold_guards", "fold_weights_and_lambda", "fold_computer"):
        desk.part(group).click()
    choice = desk.part("field_order")
    choice.setFocus()
    choice.showPopup()
    QApplication.processEvents()
    QTest.keyClick(choice.view(), Qt.Key.Key_Down)
    QTest.keyClick(choice.view(), Qt.Key.Key_Return)
    assert (choice.currentIndex(), given) == (1, [])


def test_that_enter_in_a_dialog_is_its_own(room: tuple[Desk, Wizard, list[str]], tmp_path: Path, qtbot) -> None:
    _, wizard, given = room
    taken: list[Path] = []
    last_folders().begin({"files": tmp_path})
    ask_where(wizard.page, "Export", "all.zip", taken.append)
    dialog = wizard.findChild(QFileDialog, "save_place")
    qtbot.waitUntil(dialog.isVisible)
    dialog.activateWindow()
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    name.setFocus()
    QTest.keyClick(name, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert (taken, given) == ([tmp_path / "all.zip"], [])


@pytest.mark.parametrize(("key", "kept"), [(Qt.Key.Key_Return, True), (Qt.Key.Key_R, True), (Qt.Key.Key_F1, False)])
def test_that_keys_in_the_completions_of_a_dialog_are_its_own(
    room: tuple[Desk, Wizard, list[str]], qtbot, key: Qt.Key, kept: bool
) -> None:
    _, wizard, _ = room
    wizard.asks.emit(AskForFolder("run"))
    dialog = wizard.window().findChild(QFileDialog)
    qtbot.waitUntil(dialog.isVisible)
    completions = dialog.findChild(QLineEdit, "fileNameEdit").completer().popup()
    asks = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
    asks.ignore()
    QApplication.sendEvent(completions, asks)
    assert asks.isAccepted() == kept


def test_that_a_typed_folder_is_taken_though_the_list_selected_the_one_above(
    room: tuple[Desk, Wizard, list[str]], tmp_path: Path, qtbot
) -> None:
    _, wizard, _ = room
    run = told_training.run_folder(tmp_path)
    wizard.asks.emit(AskForFolder("run"))
    dialog = wizard.window().findChild(QFileDialog)
    qtbot.waitUntil(dialog.isVisible)
    dialog.filesSelected.emit([str(run.parent), str(run)])
    assert wizard.state.train_run.folder == run
