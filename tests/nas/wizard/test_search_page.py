"""The page of the settings: presets, own values, known blocks in place of a search, an estimate before the start."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QRadioButton

from nas.cli.early import differences
from nas.cli.parsing import parsed
from nas.cli.search import _Search
from nas.config.search import SearchConfig, search_preset
from nas.data.inspect import Inspection
from nas.events import Estimate, Progress, to_line
from nas.genotype import DARTS_V1
from nas.wizard.requests import ChooseGenotype, ChooseSearch, StartSearch, StartTask, StopTask, TrainWith
from nas.wizard.runs.child import threads_for_runs
from nas.wizard.runs.commands import search_config
from nas.wizard.runs.story import RunStory
from nas.wizard.search.estimate import estimate_in, estimate_words, flags_of
from nas.wizard.search.page import SearchPage
from nas.wizard.state import DataState, GenotypeChoice, RunView, Said, SplitChoice, Task, WizardState
from tests.nas.wizard.pages import in_view, text

TOLD = Estimate(epoch_s=40, total_s=480, sample_mib=20, batch=32, batch_mib=640, free_mib=3200)


@pytest.fixture
def page(qtbot) -> SearchPage:
    return in_view(qtbot, SearchPage, 1300, 640)


@pytest.fixture
def ready(tmp_path: Path) -> WizardState:
    """A state whose data are settled."""
    return WizardState(step="search", data=DataState(folder=tmp_path / "set", inspection=usable()))


def usable() -> Inspection:
    return Inspection(
        images=40, broken=0, classes={"FCH": 20, "TV": 20}, subjects=8, by_subject={}, split_by="subject", usable=True,
        problems=(),
    )  # fmt: skip


def click(page: SearchPage, kind: type, name: str) -> None:
    page.findChild(kind, name).click()


def folder_with(blocks: str, place: Path) -> Path:
    place.mkdir()
    (place / "genotype.json").write_text(blocks, encoding="utf-8")
    return place


@pytest.mark.parametrize("name", ["quick", "lean", "paper"])
def test_that_a_preset_is_chosen_and_its_values_shown(name, page: SearchPage, asked: list[object], ready) -> None:
    click(page, QRadioButton, f"blocks_{name}")
    assert asked == [ChooseSearch(search_preset(name), name), ChooseGenotype(GenotypeChoice("search"))]
    page.show_state(replace(ready, search=search_preset(name), search_preset=name))
    epochs = page.findChild(QLineEdit, "field_epochs")
    assert epochs.text() == str(search_preset(name).epochs)
    assert f"default {epochs.text()}" in text(page, "says_epochs")
    assert page.findChild(QRadioButton, f"blocks_{name}").isChecked()


def test_that_a_value_changed_by_hand_makes_the_settings_ones_own(page: SearchPage, asked: list[object], ready) -> None:
    page.show_state(ready)
    own = page.findChild(QRadioButton, "blocks_own")
    assert own.isHidden()
    line = page.findChild(QLineEdit, "field_epochs")
    line.selectAll()
    QTest.keyClicks(line, "5")
    (request,) = asked
    assert request == ChooseSearch(search_preset("quick").model_copy(update={"epochs": 5}), None)
    page.show_state(replace(ready, search=request.config, search_preset=None))
    assert own.isChecked()
    assert line.text() == "5"
    assert f"default {search_preset('quick').epochs}" in text(page, "says_epochs")


def test_that_the_way_on_waits_for_data_and_for_right_values(page: SearchPage, asked: list[object], ready) -> None:
    assert page.gate(WizardState()).reason == "The data are not settled: see the page Data."
    page.show_state(ready)
    assert page.gate(ready).open
    page.go_on()
    assert asked == [StartSearch()]
    line = page.findChild(QLineEdit, "field_batch")
    line.selectAll()
    QTest.keyClicks(line, "0")
    assert not page.gate(ready).open


def test_that_what_is_being_typed_stands_while_another_run_tells_and_a_preset_takes_it_back(
    page: SearchPage, ready
) -> None:
    page.show_state(ready)
    line = page.findChild(QLineEdit, "field_epochs")
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    page.show_state(replace(ready, shelf=(RunView(Path("runs/a"), "train", "running", RunStory()),)))
    assert line.text() == ""
    assert page._form.faults
    click(page, QRadioButton, "blocks_quick")
    assert line.text() == str(search_preset("quick").epochs)
    assert not page._form.faults


def test_that_a_search_behind_another_run_says_that_it_waits(page: SearchPage, ready) -> None:
    other = RunView(Path("runs/a"), "train", "running", RunStory(), data=Path("set"))
    gate = page.gate(replace(ready, shelf=(other,)))
    assert gate.open
    assert "waits for its turn" in gate.reason


def test_that_known_blocks_are_drawn_and_lead_to_the_training(page: SearchPage, asked: list[object], ready) -> None:
    click(page, QRadioButton, "blocks_uiac")
    assert asked == [ChooseGenotype(GenotypeChoice("known", "uiac"))]
    state = replace(ready, genotype=GenotypeChoice("known", "uiac"))
    page.show_state(state)
    graph = page.findChild(type(page._blocks._standard.graph), "known_standard")
    assert graph.isVisible()
    assert "node 3: skip from 1, dil 5×5 from 2" in graph.accessibleName()
    assert page.gate(state).word == "Next: train"
    page.go_on()
    assert asked[-1] == TrainWith(GenotypeChoice("known", "uiac"))


def test_that_blocks_of_an_earlier_search_are_offered(
    page: SearchPage, asked: list[object], ready, tmp_path: Path
) -> None:
    page.show_state(ready)
    assert not page.findChild(QRadioButton, "blocks_run").isEnabled()
    folder = folder_with(DARTS_V1.to_json(), tmp_path / "search_1")
    without = RunView(tmp_path / "search_2", "search", "failed", RunStory())
    state = replace(ready, shelf=(without, RunView(folder, "search", "finished", RunStory())))
    page.show_state(state)
    runs = page.findChild(QComboBox, "earlier_runs")
    assert [runs.itemText(place) for place in range(runs.count())] == ["search_1"]
    click(page, QRadioButton, "blocks_run")
    assert asked == [ChooseGenotype(GenotypeChoice("run", path=folder))]
    chosen = replace(state, genotype=GenotypeChoice("run", path=folder))
    page.show_state(chosen)
    assert page.gate(chosen).open


@pytest.mark.parametrize(
    ("blocks", "fault"), [(DARTS_V1.to_darts(), ""), ("{", "two.txt: the genotype text is incomplete")]
)
def test_that_blocks_come_from_a_file_or_it_says_why_not(
    blocks, fault, page, asked: list[object], ready, tmp_path: Path
) -> None:
    file = tmp_path / "two.txt"
    file.write_text(blocks, encoding="utf-8")
    line = page.findChild(QLineEdit, "genotype_path")
    line.setFocus()
    QTest.keyClicks(line, str(file))
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert asked == [ChooseGenotype(GenotypeChoice("file", path=file))]
    state = replace(ready, genotype=asked[0].genotype)
    page.show_state(state)
    said = page.findChild(QLabel, "blocks_said")
    assert said.isHidden() == (not fault)
    assert fault.lower() in said.text().lower()
    assert page.gate(state).open == (not fault)


def test_that_a_file_that_was_put_right_is_read_anew(page: SearchPage, ready, tmp_path: Path) -> None:
    file = tmp_path / "two.txt"
    file.write_text("{", encoding="utf-8")
    state = replace(ready, genotype=GenotypeChoice("file", path=file))
    page.show_state(state)
    assert not page.findChild(QLabel, "blocks_said").isHidden()
    file.write_text(DARTS_V1.to_darts(), encoding="utf-8")
    page.show_state(state)
    assert page.findChild(QLabel, "blocks_said").isHidden()


def test_that_blocks_without_a_convolution_are_warned_of(page: SearchPage, ready, tmp_path: Path) -> None:
    skips = DARTS_V1.model_copy(
        update={"normal": tuple(edge._replace(operation="skip_connect") for edge in DARTS_V1.normal)}
    )
    folder = folder_with(skips.to_json(), tmp_path / "run")
    page.show_state(replace(ready, genotype=GenotypeChoice("run", path=folder)))
    assert "no convolution left" in text(page, "blocks_warning")


def test_that_an_estimate_is_asked_for_told_and_outdated(page: SearchPage, asked: list[object], ready) -> None:
    page.show_state(ready)
    click(page, QPushButton, "estimate_ask")
    assert asked == [StartTask("estimate", ready.data.folder, estimate_words(ready))]
    reading = to_line(Progress(phase="reading", done=40, total=100))
    page.show_state(replace(ready, tasks=(Task("estimate", ready.data.folder, words=reading),)))
    assert text(page, "estimate_said") == "Reading frames, 40 of 100."
    click(page, QPushButton, "estimate_ask")
    assert asked[-1] == StopTask("estimate")
    done = Task("estimate", ready.data.folder, running=False, output=f"{reading}\n{to_line(TOLD)}\n")
    page.show_state(replace(ready, tasks=(done,)))
    assert text(page, "estimate_said") == (
        "About 40 s an epoch, 8 min in all; 671 MB of memory at batch 32, 3.4 GB are free."
    )
    page.show_state(replace(ready, tasks=(done,), search=search_preset("lean"), search_preset="lean"))
    assert text(page, "estimate_said").startswith("Settings have changed since.")


def test_that_too_little_memory_offers_what_fits(page: SearchPage, asked: list[object], ready) -> None:
    page.show_state(ready)
    click(page, QPushButton, "estimate_ask")
    refused = Said(
        "The search needs about 9000 MiB at batch 32, and 3200 MiB are free.",
        "Start a new run with --memory lean, which takes a fraction, or with --batch 9.",
    )
    page.show_state(replace(ready, tasks=(Task("estimate", ready.data.folder, running=False, refused=refused),)))
    assert "--" not in text(page, "estimate_said")
    asked.clear()
    click(page, QPushButton, "remedy_1")
    assert asked == [ChooseSearch(ready.search.model_copy(update={"batch": 9}))]


def test_that_the_words_of_an_estimate_give_the_same_config(ready) -> None:
    state = replace(ready, split=SplitChoice("random", 0.3, 7))
    words = estimate_words(state)
    assert words[:2] == ("search", str(ready.data.folder))
    assert read_flags(words[2:]) == search_config(state, threads_for_runs())
    assert search_config(state, 1).seed == 7
    odd = SearchConfig(reduce_at=(1, 3), flip=False, name="two words")
    assert read_flags(flags_of(odd)) == odd


def test_that_an_estimate_under_way_gives_way_to_the_search(page: SearchPage, asked: list[object], ready) -> None:
    page.show_state(replace(ready, tasks=(Task("estimate", ready.data.folder),)))
    page.go_on()
    assert asked == [StopTask("estimate"), StartSearch()]


def test_that_output_without_an_estimate_gives_none() -> None:
    assert estimate_in("") is None
    assert estimate_in("text\n{}\n") is None


def read_flags(words: tuple[str, ...]) -> SearchConfig:
    command = parsed(_Search, ["set", *words], "search", _Search(data=Path("set")))
    return SearchConfig(**differences(SearchConfig(), command.fields))
