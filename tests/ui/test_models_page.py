"""The model page: cards, change while live, import of ours and foreign ones, refusals in place, removal."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QListWidget, QTextBrowser
from pytestqt.qtbot import QtBot

from tests.patience import PATIENCE_MS
from tests.ui.conftest import SIMULATED, Desk
from tests.uiac_desktop.inference.foreign import write_foreign
from uiac_desktop import paths
from uiac_desktop.ui.settings.model_facts import card_of, facts_line

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "models_dir", lambda: tmp_path / "shelf")
    return tmp_path / "shelf"


@pytest.fixture
def page_desk(shelf: Path, desk: Desk) -> Desk:
    desk.window.settings_page.show_models()
    desk.window.show_view("settings")
    return desk


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda holds: qtbot.waitUntil(holds, timeout=PATIENCE_MS)


def _rows(desk: Desk) -> list[str]:
    models: QListWidget = desk.part("models_list")
    return [models.item(row).text() for row in range(models.count())]


def _look_at(desk: Desk, name: str) -> None:
    row = next(number for number, text in enumerate(_rows(desk)) if text.startswith(name))
    desk.part("models_list").setCurrentRow(row)


def _said(desk: Desk) -> str:
    return str(desk.part("model_problem").text())


def test_that_the_demo_model_shows_its_card_and_is_chosen(page_desk: Desk) -> None:
    assert _rows(page_desk)[0].startswith("UIAC demo  (chosen)")
    card: QTextBrowser = page_desk.part("model_card")
    text = card.toPlainText()
    assert "simulated images only" in text
    assert "Trained on" in text
    assert "macro-F1" in text
    assert not page_desk.part("use_model").isEnabled()
    assert not page_desk.part("remove_model").isEnabled()


def test_that_a_model_is_copied_and_put_to_work_while_live(
    page_desk: Desk, tiny_model: Path, shelf: Path, until: Until
) -> None:
    session = page_desk.run(SIMULATED)
    page_desk.window.settings_page.add_model(tiny_model)
    assert "Checking tiny" in _said(page_desk)
    assert page_desk.part("stop_import").isVisible()
    until(lambda: page_desk.window.settings.model == shelf / "tiny")
    assert session.asked[-1] == ("model",)
    assert session.state == "playing"
    assert any(row.startswith("Tiny  (chosen)") for row in _rows(page_desk))
    assert page_desk.file.load()[0].model == shelf / "tiny"
    assert not page_desk.part("stop_import").isVisible()


def test_that_a_foreign_model_says_what_it_is(page_desk: Desk, tmp_path: Path, shelf: Path, until: Until) -> None:
    folder = write_foreign(tmp_path / "far", maps=None, temperature=None)
    page_desk.window.settings_page.add_model(folder)
    until(lambda: page_desk.window.settings.model == shelf / "far")
    card = page_desk.part("model_card").toPlainText()
    assert "another program" in card
    assert "Not calibrated" in card
    assert "No maps" in card
    assert "No card came with this model" in card
    page_desk.window.control.start_simulated()
    chips = {chip.name: chip for chip in page_desk.window.control.state().chips}
    assert chips["model"].text == "UIAC demo: simulated only" or "not calibrated" in chips["model"].text


def test_that_a_model_that_does_not_hold_together_is_refused_and_the_former_stays(
    page_desk: Desk, tmp_path: Path, shelf: Path, until: Until
) -> None:
    folder = write_foreign(tmp_path / "nine", outputs=9, classes=[f"P{number}" for number in range(11)])
    page_desk.window.settings_page.add_model(folder)
    until(lambda: "cannot be used" in _said(page_desk))
    expected = "nine cannot be used: it has 9 classes, its config names 11. The former model stays at work."
    assert _said(page_desk).startswith(expected)
    assert page_desk.window.settings.model is None
    assert not shelf.exists()


def test_that_a_folder_with_a_pickle_is_refused(page_desk: Desk, tmp_path: Path, until: Until) -> None:
    folder = tmp_path / "pickled"
    folder.mkdir()
    (folder / "weights.pkl").write_bytes(b"x")
    page_desk.window.settings_page.add_model(folder)
    until(lambda: "pickle" in _said(page_desk))
    assert page_desk.window.settings.model is None


def test_that_a_model_is_used_and_removed_at_the_second_press(
    page_desk: Desk, tiny_model: Path, shelf: Path, until: Until
) -> None:
    page_desk.window.settings_page.add_model(tiny_model)
    until(lambda: page_desk.window.settings.model is not None)
    _look_at(page_desk, "UIAC demo")
    page_desk.part("use_model").click()
    assert page_desk.window.settings.model is None
    _look_at(page_desk, "Tiny")
    page_desk.part("remove_model").click()
    assert (shelf / "tiny").is_dir()
    assert "press once more" in _said(page_desk)
    page_desk.part("remove_model").click()
    assert not (shelf / "tiny").exists()
    assert page_desk.window.settings.models == ()
    assert len(_rows(page_desk)) == 1


def test_that_a_model_elsewhere_is_forgotten_and_not_deleted(page_desk: Desk, tiny_model: Path) -> None:
    settings = page_desk.window.settings.with_model(tiny_model).with_model(None)
    page_desk.window.settings_page.take(settings)
    _look_at(page_desk, "Tiny")
    page_desk.part("remove_model").click()
    assert page_desk.window.settings.models == ()
    assert tiny_model.is_dir()


def test_that_models_of_the_shelf_are_listed_though_the_settings_were_lost(
    shelf: Path, make_desk: Callable[..., Desk]
) -> None:
    write_foreign(shelf / "left")
    desk = make_desk()
    assert any(row.startswith("Small foreigner") for row in _rows(desk))


def test_that_a_model_that_is_gone_is_listed_as_such(page_desk: Desk, tmp_path: Path) -> None:
    page_desk.window.settings_page.take(page_desk.window.settings.with_model(tmp_path / "gone"))
    assert any("gone" in row and "Cannot be used" in row for row in _rows(page_desk))
    _look_at(page_desk, "gone")
    assert "Cannot be used" in page_desk.part("model_card").toPlainText()


def test_that_a_card_brings_nothing_with_it(page_desk: Desk, tmp_path: Path) -> None:
    folder = write_foreign(tmp_path / "far", name="far <b>|x")
    (folder / "README.md").write_text("![x](file:///etc/hostname) <script>x</script>\n[go](https://example.org)\n")
    page_desk.window.settings_page.take(page_desk.window.settings.with_model(folder))
    _look_at(page_desk, "far")
    card: QTextBrowser = page_desk.part("model_card")
    assert "<script>" in card.toPlainText()
    assert card.loadResource(2, QUrl("file:///etc/hostname")) is None
    assert not card.openLinks()
    assert "far  b  x" in card_of(folder)


def test_that_the_line_of_a_damaged_config_says_why(tmp_path: Path) -> None:
    folder = write_foreign(tmp_path / "far")
    (folder / "config.json").write_text(json.dumps({"onnx": "net.onnx"}))
    assert facts_line(folder).startswith("Cannot be used: ")
