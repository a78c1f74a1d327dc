"""The form is the record: every field with unit, range, default and help; wrong values are said where they stand."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton

from nas.config.search import SearchConfig, search_preset
from nas.config.train import TrainConfig
from nas.wizard.config.fields import checked, fields_of
from nas.wizard.config.form import ConfigForm
from tests.nas.wizard.plain_look import plain_look

GROUPS = {"Usual": ("epochs", "batch", "lr_w"), "More": ("reduce_at", "flip", "order")}


@pytest.fixture
def form(qtbot) -> ConfigForm:
    made = ConfigForm(plain_look(), search_preset("quick"), GROUPS)
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    return made


def says(form: ConfigForm, name: str) -> str:
    return form.findChild(QLabel, f"says_{name}").text()


def type_in(form: ConfigForm, name: str, text: str) -> None:
    line = form.control(name)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)


@pytest.mark.parametrize("config", [SearchConfig, TrainConfig])
def test_that_every_field_has_help_and_every_number_unit_and_range(config) -> None:
    for field in fields_of(config).values():
        assert field.help.endswith(".") or field.help.endswith(").")
        if field.kind in ("whole", "number"):
            assert field.unit
            assert field.range
            assert f"({field.unit};" not in field.help
        if field.kind == "choice":
            assert len(field.choices) > 1


@pytest.mark.parametrize(
    "base",
    [SearchConfig(), search_preset("quick"), search_preset("lean"), TrainConfig(), TrainConfig(lr=0.012345678901234)],
)
def test_that_what_a_field_writes_it_reads(base) -> None:
    fields = fields_of(type(base))
    written = {
        name: field.value(field.text(getattr(base, name))) for name, field in fields.items() if field.kind != "switch"
    }
    config, faults = checked(base, written)
    assert config == base, faults


def test_that_every_field_of_the_record_is_on_the_form(form: ConfigForm) -> None:
    for name in SearchConfig.model_fields:
        assert form.control(name).accessibleName()
    assert f"1 to 100,000; default {search_preset('quick').epochs}" in says(form, "epochs")


def test_that_a_value_that_is_typed_is_told_as_a_config(form: ConfigForm, qtbot) -> None:
    with qtbot.waitSignal(form.changed) as told:
        type_in(form, "epochs", "5")
    assert told.args[0] == search_preset("quick").model_copy(update={"epochs": 5})
    with qtbot.waitSignal(form.changed) as told:
        form.control("order").setCurrentText("2")
    assert told.args[0].order == 2
    form.control("flip").click()
    assert form.config.flip is False


def test_that_a_wrong_value_is_said_in_place_and_the_last_good_config_stays(form: ConfigForm, qtbot) -> None:
    with qtbot.waitSignal(form.valid) as told:
        type_in(form, "epochs", "0")
    assert told.args == [False]
    assert says(form, "epochs") == "A whole number from 1 to 100,000."
    assert form.control("epochs").property("wrong") is True
    assert form.config == search_preset("quick")
    form.show_config(search_preset("quick"))
    assert form.control("epochs").text() == "0"
    with qtbot.waitSignal(form.valid) as told:
        type_in(form, "epochs", "7")
    assert told.args == [True]
    assert form.config.epochs == 7
    assert form.control("epochs").property("wrong") is False


def test_that_a_rule_between_fields_unfolds_the_field_that_it_names(form: ConfigForm) -> None:
    line = form.control("reduce_at")
    assert not line.isVisible()
    form.unfold("More")
    type_in(form, "reduce_at", "9")
    form.unfold("More", shown=False)
    type_in(form, "epochs", "8")
    assert line.isVisible()
    assert f"{search_preset('quick').blocks - 1}" in says(form, "reduce_at")
    assert form.findChild(QLabel, "says_reduce_at").property("role") == "error"


def test_that_an_empty_list_of_blocks_means_the_thirds(form: ConfigForm) -> None:
    form.unfold("More")
    type_in(form, "reduce_at", "1, 3")
    assert form.config.reduce_at == (1, 3)
    type_in(form, "reduce_at", "")
    assert form.config.reduce_at is None


def test_that_a_fold_opens_by_key(form: ConfigForm) -> None:
    button = form.findChild(QPushButton, "fold_more")
    assert button.accessibleName() == "More, folded"
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert form.control("reduce_at").isVisible()
    assert button.accessibleName() == "More, open"


def test_that_the_wheel_over_a_choice_changes_nothing(form: ConfigForm) -> None:
    form.unfold("More")
    choice: QComboBox = form.control("order")
    before = choice.currentText()
    for turn in (120, -120):
        wheel = QWheelEvent(
            QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(choice, wheel)
    assert choice.currentText() == before


def test_that_a_preset_shows_its_values_and_its_defaults(form: ConfigForm) -> None:
    lean = search_preset("lean")
    form.show_config(lean, base=lean)
    epochs: QLineEdit = form.control("epochs")
    assert epochs.text() == "50"
    assert "default 50" in says(form, "epochs")


def test_that_a_choice_is_made_in_words_and_shows_that_there_are_others(qtbot) -> None:
    form = ConfigForm(plain_look(), TrainConfig(), {"All": ("choice",)})
    qtbot.addWidget(form)
    box: QComboBox = form.control("choice")
    assert [box.itemText(place) for place in range(box.count())] == ["best macro-F1", "best on test"]
    box.setCurrentText("best on test")
    assert form.config.choice == "choice_on_test"
    box.resize(128, 32)
    arrow = box.grab().toImage().copy(110, 10, 12, 12)
    assert len({arrow.pixel(x, y) for x in range(12) for y in range(12)}) > 1
