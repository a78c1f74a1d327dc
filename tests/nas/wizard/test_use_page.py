"""The last page: a model is named, its card edited, put to work and exported, and nothing is lost on a refusal."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton

from nas.errors import NasError
from nas.model_config import load_config
from nas.wizard.requests import ShowFile, StartTask, StopTask, UseModel
from nas.wizard.result.model_card import file_stem, read_card, rename
from nas.wizard.result.use_page import EXPORT, UsePage
from nas.wizard.state import Said, Task
from tests.nas.wizard.pages import in_view, press, text
from tests.nas.wizard.told_training import run_folder, state_of, trained, view_of


@pytest.fixture
def page(qtbot) -> UsePage:
    return in_view(qtbot, UsePage, 1302, 632)


@pytest.fixture
def model(page: UsePage, tmp_path: Path) -> Path:
    run = run_folder(tmp_path)
    page.show_state(state_of("use", view_of(run, trained(99))))
    return run / "model"


def again(page: UsePage, **changes) -> None:
    page.show_state(state_of("use", page.state.train_run, **changes))


def test_that_a_model_of_simulated_images_says_so(page: UsePage, model: Path) -> None:
    assert text(page, "warn_what") == "This model knows simulated images only."
    assert page.findChild(QLineEdit, "model_name").text() == "uiac"
    assert "Research use only" in page.card.shown.toPlainText()
    assert text(page, "model_fact_0") == "11"


def test_that_a_name_goes_into_config_and_heading(page: UsePage, model: Path) -> None:
    page.name.setText("  Women's  clinic ")
    page.name.editingFinished.emit()
    assert load_config(model).name == "Women's clinic"
    assert read_card(model).startswith("# Women's clinic\n\nResearch")
    page.name.setText("  ")
    page.name.editingFinished.emit()
    assert load_config(model).name == "Women's clinic"
    assert "needs a name" in text(page, "warn_what")


def test_that_a_heading_of_its_own_stays(model: Path) -> None:
    (model / "README.md").write_text("# Our network\n", encoding="utf-8")
    rename(model, "second")
    assert read_card(model) == "# Our network\n"
    with pytest.raises(NasError):
        rename(model, "x" * 201)
    assert load_config(model).name == "second"


def test_that_the_card_is_saved_or_left_as_it_was(page: UsePage, model: Path) -> None:
    before = read_card(model)
    press(page, "edit_card")
    page.card.editor.setPlainText("# uiac\n\nFor our own scanners.")
    again(page)
    assert page.card.editing
    press(page, "leave_card")
    assert read_card(model) == before
    assert not page.card.editing
    press(page, "edit_card")
    page.card.editor.setPlainText("# uiac\n\nFor our own scanners.")
    press(page, "edit_card")
    assert read_card(model) == "# uiac\n\nFor our own scanners.\n"
    assert "our own scanners" in page.card.shown.toPlainText()


def test_that_a_card_that_cannot_be_saved_stays_in_the_editor(page: UsePage, model: Path, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    press(page, "edit_card")
    page.card.editor.setPlainText("# uiac\n\nLong text.")
    monkeypatch.setattr("nas.wizard.result.model_card.write_atomic", full)
    press(page, "edit_card")
    assert page.card.editing
    assert page.card.editor.toPlainText() == "# uiac\n\nLong text."
    assert "disk is full" in text(page, "warn_what")


def test_that_a_card_that_is_being_edited_waits_for_its_model(page: UsePage, model: Path, tmp_path: Path) -> None:
    press(page, "edit_card")
    page.card.editor.setPlainText("# uiac\n\nA long text.")
    mine = page.state.train_run
    page.show_state(state_of("use", view_of(run_folder(tmp_path / "next"), trained(99))))
    assert not page.card.editing
    page.show_state(state_of("use", mine))
    assert page.card.editing
    assert page.card.editor.toPlainText() == "# uiac\n\nA long text."
    press(page, "leave_card")
    page.show_state(state_of("use", view_of(tmp_path / "next" / mine.folder.name, trained(99))))
    page.show_state(state_of("use", mine))
    assert not page.card.editing


def test_that_it_is_put_to_work_and_its_folder_shown(page: UsePage, asked: list[object], model: Path) -> None:
    press(page, "use_in_scan")
    assert text(page, "warn_what") == "uiac goes to Scan."
    press(page, "show_model")
    assert asked == [UseModel(model), ShowFile(model)]


def test_that_it_is_exported_by_a_child_and_told(
    page: UsePage, asked: list[object], model: Path, tmp_path: Path
) -> None:
    target = tmp_path / "uiac.onnx"
    page.export_to("onnx", target)
    assert asked.pop() == StartTask(EXPORT, target, ("export", str(model), "--onnx", str(target)))
    again(page, tasks=(Task(EXPORT, target),))
    assert text(page, "warn_what") == "Exporting uiac.onnx."
    assert not page.findChild(QPushButton, "export_onnx").isEnabled()
    press(page, "stop_export")
    assert asked.pop() == StopTask(EXPORT)
    target.write_bytes(b"network")
    again(page, tasks=(Task(EXPORT, target, running=False, output="x\nanswers equal within 1e-6"),))
    assert text(page, "warn_what") == "uiac.onnx is written."
    assert text(page, "warn_advice") == "Answers equal within 1e-6"
    press(page, "show_written")
    assert asked.pop() == ShowFile(tmp_path)
    page.export_to("onnx", target)
    assert asked == []
    assert "there already" in text(page, "warn_what")
    press(page, "use_in_scan")
    assert text(page, "warn_what") == "uiac goes to Scan."
    refused = Task(EXPORT, tmp_path / "other", running=False, refused=Said("It differs.", "Tell us."))
    page.export_to("openvino", tmp_path / "other")
    again(page, tasks=(refused,))
    assert text(page, "warn_what") == "It differs."


def test_that_the_last_word_is_of_this_model_and_of_what_was_done_last(
    page: UsePage, asked: list[object], model: Path, tmp_path: Path
) -> None:
    target = tmp_path / "uiac.onnx"
    page.export_to("onnx", target)
    target.write_bytes(b"network")
    written = Task(EXPORT, target, running=False)
    again(page, tasks=(written,))
    assert text(page, "warn_what") == "uiac.onnx is written."
    press(page, "use_in_scan")
    again(page, tasks=(written,))
    assert text(page, "warn_what") == "uiac goes to Scan."
    page.show_state(state_of("use", view_of(run_folder(tmp_path / "next"), trained(99)), tasks=(written,)))
    assert text(page, "warn_what") == "This model knows simulated images only."
    page.show_state(state_of("use", page.state.train_run, tasks=(Task(EXPORT, target),)))
    assert text(page, "warn_what") == "Exporting uiac.onnx.", "what goes on is told wherever it was begun"


def test_that_no_model_and_a_damaged_one_are_said(page: UsePage, tmp_path: Path) -> None:
    page.show_state(state_of("use", None))
    assert text(page, "warn_what") == "No model yet."
    assert not page.use.isEnabled()
    run = run_folder(tmp_path)
    (run / "model" / "config.json").write_text("{}", encoding="utf-8")
    page.show_state(state_of("use", view_of(run, trained(99))))
    assert "another program" in text(page, "warn_what")


def test_that_names_become_file_names() -> None:
    assert [file_stem(name) for name in ("Women's clinic 2", "a/b", "..")] == ["Women_s_clinic_2", "a_b", "model"]
