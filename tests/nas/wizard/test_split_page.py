"""The split is shown as it falls out: by subject nobody is on both sides, at random she is, and that is said."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QRadioButton, QSpinBox, QTableWidget

from nas.planes import NONE, PLANES
from nas.wizard.data.split_page import SplitPage
from nas.wizard.data.split_view import split_view
from nas.wizard.look.style import style_sheet
from nas.wizard.look.warn_row import WarnRow
from nas.wizard.requests import ChooseSplit
from nas.wizard.state import SplitChoice, WizardState
from tests.nas.wizard.conftest import known
from tests.nas.wizard.plain_look import plain_look

WriteSet = Callable[..., Path]


@pytest.fixture
def page(qtbot) -> SplitPage:
    made = SplitPage(plain_look())
    qtbot.addWidget(made)
    made.resize(1200, 600)
    made.asked = []
    made.wants.connect(made.asked.append)
    made.show()
    return made


def table_of(page: SplitPage) -> list[list[str]]:
    table = page.findChild(QTableWidget, "split_table")
    return [[table.item(row, column).text() for column in range(6)] for row in range(table.rowCount())]


def said(page: SplitPage) -> str:
    return page.findChild(WarnRow, "warn_row").accessibleName()


def test_that_the_table_has_every_class_on_both_sides(page: SplitPage, write_frames: WriteSet) -> None:
    state = WizardState(step="split", data=known(write_frames({"FCH": 40, "TV": 20}, subjects=5)))
    page.show_state(state)
    assert table_of(page) == [
        ["FCH", "32", "8", "20 %", "4", "1"],
        ["TV", "16", "4", "20 %", "4", "1"],
        ["All", "48", "12", "20 %", "4", "1"],
    ]
    assert said(page) == ""
    assert page.gate(state).open


def test_that_the_random_split_warns_and_counts_who_is_on_both_sides(page: SplitPage, write_frames: WriteSet) -> None:
    state = WizardState(step="split", data=known(write_frames({"FCH": 40, "TV": 20}, subjects=5)))
    page.show_state(replace(state, split=SplitChoice("random")))
    assert "5 subjects are on both sides" in said(page)
    assert "flatter" in said(page)
    assert page.gate(state).open
    page.findChild(QPushButton, "split_apart").click()
    assert page.asked == [ChooseSplit(SplitChoice("subject"))]
    page.show_state(state)
    assert said(page) == ""


def test_that_a_split_by_subject_is_not_offered_to_the_one_woman_who_is_split_so(
    page: SplitPage, write_frames: WriteSet
) -> None:
    page.show_state(WizardState(step="split", data=known(write_frames({"FCH": 40, "TV": 20}, subjects=1))))
    assert "1 subject is on both sides" in said(page)
    assert page.findChild(QPushButton, "split_apart") is None


def test_that_a_set_without_subjects_says_what_it_falls_back_to(page: SplitPage, write_frames: WriteSet) -> None:
    page.show_state(WizardState(step="split", data=known(write_frames({"FCH": 20, "TV": 20}, labels=False))))
    assert "neither subjects nor clips are known" in said(page)
    assert {row[4] for row in table_of(page)} == {"–"}


def test_that_a_set_that_cannot_be_split_shuts_the_way_on(page: SplitPage, write_frames: WriteSet) -> None:
    data = known(write_frames({"FCH": 20, "TV": 20}))
    lonely = replace(data, images=data.images.only([*range(20), 20]))  # one frame of TV
    state = WizardState(step="split", data=lonely)
    page.show_state(state)
    assert "both sides" in said(page)
    assert not page.gate(state).open


def test_that_choices_are_asked_for(page: SplitPage, write_frames: WriteSet) -> None:
    state = WizardState(step="split", data=known(write_frames({"FCH": 20, "TV": 20})))
    page.show_state(state)
    page.findChild(QRadioButton, "split_clip").click()
    page.findChild(QSpinBox, "split_share").setValue(30)
    page.findChild(QSpinBox, "split_seed").setValue(7)
    assert page.asked == [
        ChooseSplit(SplitChoice("clip", 0.2, 0)),
        ChooseSplit(SplitChoice("subject", 0.3, 0)),
        ChooseSplit(SplitChoice("subject", 0.3, 7)),
    ]


def test_that_a_share_between_whole_percents_stays_while_something_else_is_changed(
    page: SplitPage, write_frames: WriteSet
) -> None:
    data = known(write_frames({"FCH": 20, "TV": 20}))
    page.show_state(WizardState(step="split", data=data, split=SplitChoice(share=0.125)))
    page.findChild(QSpinBox, "split_seed").setValue(7)
    page.findChild(QSpinBox, "split_share").setValue(20)
    assert page.asked == [ChooseSplit(SplitChoice(share=0.125, seed=7)), ChooseSplit(SplitChoice(share=0.2, seed=7))]


def test_that_the_same_seed_gives_the_same_split_and_another_another(write_frames: WriteSet) -> None:
    images = known(write_frames({"FCH": 40, "TV": 40}, subjects=10)).images
    one, two = (split_view(images, SplitChoice("random", 0.25, seed)) for seed in (1, 1))
    assert one == two
    assert one.total is not None
    assert one.total.held_out == 20


def test_that_share_and_seed_can_be_read_in_the_look_of_the_house(page: SplitPage) -> None:
    page.setStyleSheet(style_sheet(plain_look()))
    box = page.findChild(QSpinBox, "split_seed")
    before = box.grab().toImage()
    box.setValue(88888)
    assert box.grab().toImage() != before


def test_that_all_planes_and_their_sum_are_in_view_in_a_small_window(qtbot, write_frames: WriteSet) -> None:
    page = SplitPage(plain_look(compact=True))
    page.setStyleSheet(style_sheet(page.look))
    qtbot.addWidget(page)
    page.resize(1302, 568)
    page.show()
    page.show_state(WizardState(step="split", data=known(write_frames(dict.fromkeys([*PLANES, NONE], 4)))))
    table = page.findChild(QTableWidget, "split_table")
    assert table.rowCount() == 13
    assert table.viewport().rect().contains(table.visualItemRect(table.item(12, 0)))
