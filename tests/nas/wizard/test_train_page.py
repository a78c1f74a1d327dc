"""The page of a training: settings before it, and a recorded real one as it went."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QProgressBar, QPushButton, QRadioButton, QScrollArea

from nas.config.train import TrainConfig, preset
from nas.events import RunFailed
from nas.wizard.requests import ChooseTrain, GoOnWithRun, GoTo, RepeatRun, StartTrain, StopRun
from nas.wizard.runs.halting import AT_ONCE
from nas.wizard.state import DataState, GenotypeChoice, WizardState
from nas.wizard.train.page import TrainPage, preset_of
from nas.wizard.train.watch import planned_rates
from nas.wizard.train.words import facts_of, title_of
from tests.nas.wizard.conftest import known
from tests.nas.wizard.pages import in_view, press, text
from tests.nas.wizard.plain_look import plain_look
from tests.nas.wizard.told_training import compared, comparison_folder, run_folder, state_of, trained, view_of


@pytest.fixture
def page(qtbot) -> TrainPage:
    return in_view(qtbot, TrainPage, 1848, 944)


def drawn(panel) -> list[list[tuple[float, float]]]:
    return [list(zip(*line.getData(), strict=True)) for line in panel.plot.getPlotItem().listDataItems()]


def test_that_settings_are_chosen_by_preset_and_by_field(page: TrainPage, asked: list[object]) -> None:
    page.show_state(state_of("train", None))
    assert page.findChild(QRadioButton, "train_preset_quick").isChecked()
    page.findChild(QRadioButton, "train_preset_paper").click()
    assert asked.pop().config == preset("paper")
    page.show_state(state_of("train", None, train=preset("paper")))
    field = page.findChild(QLineEdit, "field_epochs")
    field.setText("7")
    field.textEdited.emit("7")
    request = asked.pop()
    assert isinstance(request, ChooseTrain)
    assert request.config.epochs == 7
    page.show_state(state_of("train", None, train=request.config))
    assert page.findChild(QLabel, "train_own").isVisible()
    assert preset_of(preset("quick").model_copy(update={"name": "ours", "seed": 3}), DataState()) == "quick"


def test_that_frames_of_a_departments_own_views_are_not_mirrored_and_why_is_said(
    page: TrainPage, asked: list[object], write_frames
) -> None:
    views = known(write_frames({"A2C": 6, "A4C": 6}))
    page.show_state(state_of("train", None, data=views, train=preset("paper")))
    page.findChild(QRadioButton, "train_preset_quick").click()
    taken = asked.pop().config
    assert not taken.flip
    page.show_state(state_of("train", None, data=views, train=taken))
    assert page.findChild(QRadioButton, "train_preset_quick").isChecked()
    assert page.findChild(QLabel, "train_unmirrored").isVisible()
    assert text(page, "says_flip").endswith("(default off)")
    page.show_state(state_of("train", None, data=views, train=taken.model_copy(update={"flip": True})))
    assert not page.findChild(QLabel, "train_unmirrored").isVisible()
    assert page.findChild(QLabel, "train_own").isVisible()


def test_that_no_network_of_a_comparison_is_told_beyond_the_panel(page: TrainPage, tmp_path: Path) -> None:
    page.wear(plain_look(compact=True))
    page.resize(1302, 542)
    run = run_folder(tmp_path)
    going = compared(comparison_folder(tmp_path), 40, "running", data=tmp_path)
    page.show_state(state_of("train", view_of(run, trained(99), data=tmp_path), compare_run=going))
    QApplication.processEvents()
    view = page.findChild(QScrollArea, "compare_scroll").viewport()
    bars = [bar for bar in view.findChildren(QProgressBar) if bar.isVisible()]
    assert bars
    assert all(bar.mapTo(view, bar.rect().topRight()).x() < view.width() for bar in bars)


def test_that_a_training_starts_only_when_all_is_there(page: TrainPage, asked: list[object], write_frames) -> None:
    settled = known(write_frames({"FCH": 6, "TV": 6}))
    assert "data" in page.gate(state_of("train", None)).reason
    no_blocks = WizardState(step="train", data=settled, genotype=GenotypeChoice("search"))
    assert "blocks" in page.gate(no_blocks).reason
    ready = state_of("train", None, data=settled)
    page.show_state(ready)
    assert page.gate(ready).open
    page.go_on()
    assert asked == [StartTrain()]
    field = page.findChild(QLineEdit, "field_batch")
    field.setText("0")
    field.textEdited.emit("0")
    assert not page.gate(ready).open


@pytest.mark.parametrize("source", ["file", "run"])
def test_that_no_training_starts_on_blocks_that_were_not_chosen(
    page: TrainPage, write_frames, source: str, tmp_path: Path
) -> None:
    settled = known(write_frames({"FCH": 6, "TV": 6}))
    for path in (None, tmp_path / "none.json"):
        state = state_of("train", None, data=settled, genotype=GenotypeChoice(source, path=path))
        assert not page.gate(state).open
    finding = view_of(tmp_path, trained(0), "running", kind="search")
    gate = page.gate(state_of("train", None, data=settled, genotype=GenotypeChoice("search"), search_run=finding))
    assert (gate.open, gate.reason) == (False, "The search has chosen no blocks yet.")


def test_that_what_is_being_typed_stands_while_another_run_tells(page: TrainPage, tmp_path: Path) -> None:
    page.show_state(state_of("train", None))
    field = page.findChild(QLineEdit, "field_epochs")
    field.setText("")
    field.textEdited.emit("")
    page.show_state(state_of("train", None, shelf=(view_of(tmp_path, trained(1), "running"),)))
    assert field.text() == ""
    page.findChild(QRadioButton, "train_preset_quick").click()
    assert field.text() == str(preset("quick").epochs)


def test_that_curves_the_best_epoch_and_the_rate_are_those_of_the_log(page: TrainPage, tmp_path: Path) -> None:
    run, story = run_folder(tmp_path), trained(9)
    page.show_state(state_of("train", view_of(run, story, "running", data=tmp_path)))
    epochs = story.trained
    losses = [[(e.epoch + 1, e.train_loss) for e in epochs], [(e.epoch + 1, e.validation_loss) for e in epochs]]
    assert drawn(page.watch.loss) == losses
    assert drawn(page.watch.accuracy)[1] == [(e.epoch + 1, 100 * e.macro_f1) for e in epochs]
    assert drawn(page.watch.rate)[1] == [(e.epoch + 1, 1000 * e.lr) for e in epochs]
    (mark,) = [item for item in page.watch.loss.plot.getPlotItem().items if hasattr(item, "value")]
    assert mark.value() == story.best_epoch + 1
    assert text(page, "run_title") == "Training: epoch 10 of 30"
    facts = dict(facts_of(page.state.train_run, page._of_run.of(page.state.train_run)))
    assert facts["Best epoch"].startswith(f"{story.best_epoch + 1}, macro-F1")
    ago = story.epochs_without_gain
    assert facts["Last improvement"] == (f"{ago} epoch{'s' if ago > 1 else ''} ago" if ago else "in this epoch")


def test_that_early_stop_is_counted_where_it_acts(tmp_path: Path) -> None:
    view = view_of(run_folder(tmp_path), trained(5), "running")
    facts = dict(facts_of(view, preset("paper")))
    assert facts["Early stop"] == "from epoch 500"
    assert facts["Last improvement"].endswith("(stops at 50)")
    assert dict(facts_of(view, preset("quick")))["Early stop"] == "not in this run"


def test_that_the_planned_rate_is_the_schedule_of_the_run() -> None:
    story, config = trained(99), TrainConfig(lr=0.05, lr_min=1e-4, warmup=1, cosine_length=30, epochs=30)
    planned = dict(planned_rates(config, 30))
    for epoch in story.trained:
        assert 1000 * epoch.lr == pytest.approx(planned[epoch.epoch + 1], abs=1000 * config.lr / 10)


def test_that_a_run_can_be_paused_ended_at_its_best_and_cancelled(
    page: TrainPage, asked: list[object], tmp_path: Path
) -> None:
    run = run_folder(tmp_path)
    page.show_state(state_of("train", view_of(run, trained(4), "running", data=tmp_path)))
    press(page, "pause_train")
    press(page, "stop_now")
    press(page, "cancel_train")
    assert asked == [StopRun(run), StopRun(run, AT_ONCE), StopRun(run), RepeatRun(run)]


@pytest.mark.parametrize(
    ("state", "title"),
    [("stopped", "Paused after 4 of 30 epochs"), ("went_off", "Broken off after 4 of 30 epochs"),
     ("failed", "Stopped by a fault after 4 of 30 epochs")],
)  # fmt: skip
def test_that_a_run_that_did_not_end_goes_on(
    page: TrainPage, asked: list[object], tmp_path: Path, state: str, title: str
) -> None:
    run = run_folder(tmp_path)
    failed = RunFailed(message="The loss became infinite in epoch 5.", advice="Use --lr 0.025.")
    story = trained(4, failed) if state == "failed" else trained(4)
    page.show_state(state_of("train", view_of(run, story, state, data=tmp_path)))
    assert text(page, "run_title") == title
    press(page, "go_on")
    press(page, "use_best")
    assert asked == [GoOnWithRun(run), GoOnWithRun(run, AT_ONCE)]
    asked.clear()
    if state == "failed":
        assert text(page, "warn_what") == failed.message
        press(page, "remedy_0")
        assert asked[0] == RepeatRun(run)
        assert asked[1].config.lr == 0.025
    page.show_state(state_of("train", view_of(run, story, state)))
    assert page.findChild(QPushButton, "go_on") is None or not page.findChild(QPushButton, "go_on").isVisible()


def test_that_a_finished_run_leads_to_its_result(page: TrainPage, asked: list[object], tmp_path: Path) -> None:
    state = state_of("train", view_of(run_folder(tmp_path), trained(99), data=tmp_path))
    page.show_state(state)
    assert text(page, "warn_what") == "Epoch 15 is kept: the time limit came."
    assert page.gate(state).open
    page.go_on()
    press(page, "to_result")
    assert asked == [GoTo("result"), GoTo("result")]
    press(page, "train_anew")
    assert asked[-1] == RepeatRun(state.train_run.folder)


def test_that_a_training_that_has_not_begun_or_is_of_elsewhere_holds_nobody_on_its_page(
    page: TrainPage, asked: list[object], tmp_path: Path
) -> None:
    page.show_state(state_of("train", view_of(tmp_path, trained(0), "empty", data=tmp_path)))
    press(page, "go_on")
    press(page, "train_anew")
    assert asked == [GoOnWithRun(tmp_path), RepeatRun(tmp_path)]
    for state in ("stopped", "failed", "went_off"):
        asked.clear()
        page.show_state(state_of("train", view_of(tmp_path, trained(3), state)))
        press(page, "train_anew")
        assert asked == [RepeatRun(tmp_path)]


def test_that_a_waiting_run_says_what_it_waits_for(tmp_path: Path) -> None:
    view = replace(view_of(tmp_path, trained(0), "empty"), queued=True)
    assert title_of(view) == "Waiting for another run to end"


def test_that_the_networks_compared_show_how_far_they_are(page: TrainPage, tmp_path: Path) -> None:
    run, other = run_folder(tmp_path), comparison_folder(tmp_path)
    view = view_of(run, trained(99), data=tmp_path)
    page.show_state(state_of("train", view, compare_run=compared(other, 2, "running")))
    assert page.compare.chosen == ("uiac", "resnet18")
    assert not page.findChild(QPushButton, "start_compare").isEnabled()
    page.show_state(state_of("train", view, compare_run=compared(other, 10_000)))
    shown = [part.text() for part in page.compare.findChildren(QLabel)]
    assert shown.count("judged") == 2
    assert "1.5" in shown


def test_that_a_training_is_compared_on_its_own_data_only(page: TrainPage, write_frames, tmp_path: Path) -> None:
    settled = known(write_frames({"FCH": 6, "TV": 6}))
    run = run_folder(tmp_path)
    for data, open_ in ((settled.folder, True), (None, True), (tmp_path / "other", False)):
        page.show_state(state_of("train", view_of(run, trained(99), data=data), data=settled))
        assert page.findChild(QPushButton, "start_compare").isEnabled() == open_


def test_that_the_own_network_of_the_next_search_takes_part(page: TrainPage, tmp_path: Path) -> None:
    view = view_of(run_folder(tmp_path), trained(99), data=tmp_path)
    for place in ("one", "two"):
        page.show_state(state_of("train", view, genotype=GenotypeChoice("run", path=tmp_path / place)))
        assert f"uiac:{tmp_path / place / 'genotype.json'}" in page.compare.chosen


def test_that_a_comparison_is_stopped_and_gone_on_with(page: TrainPage, asked: list[object], tmp_path: Path) -> None:
    run, other = run_folder(tmp_path), comparison_folder(tmp_path)
    view = view_of(run, trained(99), data=tmp_path)
    page.show_state(state_of("train", view, compare_run=compared(other, 8, "running", data=tmp_path)))
    press(page, "other_compare")
    page.show_state(state_of("train", view, compare_run=compared(other, 8, "stopped", data=tmp_path)))
    press(page, "other_compare")
    assert asked == [StopRun(other), GoOnWithRun(other)]
    page.show_state(state_of("train", view, compare_run=compared(other, 10_000, data=tmp_path)))
    assert not page.findChild(QPushButton, "other_compare").isVisible()


@pytest.mark.parametrize("changes", [{r",s(\d)": r",sim-7-000\1"}, {",scanner": ",source", ",A": ",simulated"}])
def test_that_simulated_frames_are_to_be_called_so(page: TrainPage, write_frames, changes: dict[str, str]) -> None:
    root = write_frames({"FCH": 6, "TV": 6})
    assert page.gate(state_of("train", None, data=known(root))).reason == ""
    labels = root / "labels.csv"
    text = labels.read_text("utf-8")
    for before, after in changes.items():
        text = re.sub(before, after, text)
    labels.write_text(text, encoding="utf-8")
    state = state_of("train", None, data=known(root))
    assert "simulated" in page.gate(state).reason
    assert page.gate(state).open
    said = state.train.model_copy(update={"trained_on": "simulated"})
    assert page.gate(replace(state, train=said)).reason == ""
