"""The page of a search tells a recorded real one as it went: curves, blocks, skips, faults, and what can be done."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QPushButton

from nas.events import ArchitectureSnapshot, Event, RunFailed, RunStopped, SearchFinished, to_line
from nas.wizard.requests import ChooseSearch, GoOnWithRun, GoTo, RepeatRun, StartTask, StopRun, TrainWith
from nas.wizard.runs.halting import AT_ONCE
from nas.wizard.search.searching_page import SearchingPage
from nas.wizard.search.words import facts_of
from nas.wizard.state import GenotypeChoice, Said, Task, WizardState
from tests.nas.wizard.pages import in_view, press, text
from tests.nas.wizard.plain_look import plain_look
from tests.nas.wizard.told_search import FOLDER, events_until, searched, shown, with_skips


@pytest.fixture
def page(qtbot) -> SearchingPage:
    return in_view(qtbot, SearchingPage, 1848, 998)


def buttons(page: SearchingPage) -> dict[str, str]:
    QApplication.processEvents()
    views = ("view_pictures", "view_table", "view_log", "view_why")
    found = (button for button in page.findChildren(QPushButton) if button.isVisible() and button.objectName())
    return {button.objectName(): button.text() for button in found if button.objectName() not in views}


def test_that_an_empty_page_says_so_and_leads_to_the_settings(page: SearchingPage, asked: list[object]) -> None:
    page.show_state(WizardState(step="searching"))
    assert text(page, "run_title") == "No search yet"
    press(page, "to_search")
    assert asked == [GoTo("search")]


def test_that_reading_and_timing_are_told_before_the_first_epoch(page: SearchingPage) -> None:
    first = events_until(0)
    for event, title in ((first[0], "Reading frames, 0 of 1,008"), (first[2], "Timing a few steps, 1 of 4")):
        page.show_state(shown(searched(-1, event)))
        assert text(page, "run_title") == title
    page.show_state(shown(searched(0)))
    assert text(page, "run_title") == "Searching: epoch 1 of 30"
    assert page.standard.heat.kept == {}
    assert page.standard.graph.accessibleName() == "Standard block: nothing yet"
    assert "stop_now" not in buttons(page)


def test_that_a_search_under_way_is_told_with_its_figures(page: SearchingPage) -> None:
    story = searched(22)
    page.show_state(shown(story))
    assert text(page, "run_title") == "Searching: epoch 23 of 30"
    assert page.findChild(QProgressBar, "run_progress").value() == round(1000 * story.share)
    facts = dict(facts_of(shown(story).search_run, None))
    assert facts["Best epoch"] == "19, 38.4 % right"
    assert facts["Time left"] == "4 min"
    assert facts["Elapsed"].endswith("min")
    assert facts["Memory"].startswith("1.3 GB, ")
    assert buttons(page) == {"stop_now": "Stop now, use epoch 19", "pause": "Pause", "cancel": "Cancel"}
    assert text(page, "counts_standard") == "0 skip, 4 pool, 1 sep, 3 dil"
    assert len(page.standard.heat.kept) == 8
    assert "node 3: dil 3×3 from 1" in page.standard.graph.accessibleName()
    loss = page.loss.plot.getPlotItem()
    assert [len(line.getData()[0]) for line in loss.listDataItems()] == [22, 17]
    assert loss.getViewBox().viewRange()[0] == [0, 30]


def test_that_the_block_that_the_last_epoch_changed_is_outlined_and_dated(page: SearchingPage) -> None:
    told = [searched(epochs) for epochs in (7, 22)]
    changing = next(story for story in told if story.changed("reduce"))
    still = next(story for story in told if not story.changed("reduce"))
    page.show_state(shown(changing))
    assert text(page, "block_reduction_aside") == f"changed in epoch {changing.epochs_done}"
    assert page.reduction.graph.changed == changing.changed("reduce") != frozenset()
    page.show_state(shown(still))
    assert text(page, "block_reduction_aside").startswith("unchanged for ")
    assert page.reduction.graph.changed == frozenset()


def test_that_the_first_block_that_lambda_prefers_is_no_change(page: SearchingPage) -> None:
    page.show_state(shown(searched(5)))
    assert text(page, "block_standard_aside") == "nothing preferred yet"
    assert page.standard.heat.kept == {}
    page.show_state(shown(searched(6)))
    assert text(page, "block_standard_aside") == "first in epoch 6"
    assert page.standard.graph.changed == frozenset()


def test_that_the_requests_of_the_strip_stop_pause_and_cancel(page: SearchingPage, asked: list[object]) -> None:
    page.show_state(shown(searched(22)))
    for name in ("stop_now", "pause", "cancel"):
        press(page, name)
    assert asked == [StopRun(FOLDER, AT_ONCE), StopRun(FOLDER), StopRun(FOLDER), GoTo("search")]


@pytest.mark.parametrize(
    ("state", "title"), [("stopped", "Paused after 22 of 30 epochs"), ("went_off", "Broken off after 22 of 30 epochs")]
)
def test_that_a_search_that_stands_goes_on_or_is_ended(state, title, page: SearchingPage, asked: list[object]) -> None:
    page.show_state(shown(searched(22, RunStopped(epoch=22)) if state == "stopped" else searched(22), state))
    assert text(page, "run_title") == title
    for name in ("go_on", "use_best"):
        press(page, name)
    assert asked == [GoOnWithRun(FOLDER), GoOnWithRun(FOLDER, AT_ONCE)]
    assert ("epoch 23" in text(page, "warn_what")) == (state == "went_off")


def test_that_a_search_from_elsewhere_is_looked_at_only(page: SearchingPage) -> None:
    page.show_state(shown(searched(22), "went_off", data=None))
    assert buttons(page) == {}
    assert "where it was started" in text(page, "warn_advice")


def test_that_a_search_that_waits_can_be_cancelled(page: SearchingPage) -> None:
    page.show_state(shown(searched(-1), "empty", queued=True))
    assert text(page, "run_title") == "Waiting for another run to end"
    assert text(page, "warn_advice") == "It starts by itself while this program is open."
    assert list(buttons(page)) == ["cancel"]


def test_that_a_search_that_is_watched_from_elsewhere_says_so(page: SearchingPage) -> None:
    page.show_state(shown(searched(12), data=None))
    assert text(page, "warn_what") == "This run was started elsewhere and is watched."


def test_that_a_finished_search_names_its_epoch_and_leads_to_the_training(
    page: SearchingPage, asked: list[object]
) -> None:
    page.show_state(shown(searched(99), "finished"))
    assert text(page, "run_title") == "Search finished after 30 epochs"
    assert text(page, "warn_what") == "The blocks of epoch 27 are chosen: all epochs are done."
    assert page.gate(page.state).open
    press(page, "to_train")
    page.go_on()
    assert asked == 2 * [TrainWith(GenotypeChoice("search"))]


def test_that_blocks_that_lambda_does_not_prefer_yet_are_neither_offered_nor_said_to_be_chosen(
    page: SearchingPage,
) -> None:
    warming = searched(1)
    assert not warming.lambdas[-1].informative
    page.show_state(shown(warming))
    assert set(buttons(page)) == {"pause", "cancel"}
    page.show_state(shown(searched(1, RunStopped(epoch=1)), "stopped"))
    assert "use_best" not in buttons(page)
    end = searched(99).end
    assert isinstance(end, SearchFinished)
    page.show_state(shown(searched(1, end.model_copy(update={"best_epoch": 0, "reason": "time"})), "finished"))
    assert text(page, "warn_what").startswith("The search ended before lambda preferred anything")
    assert "search_anew" in buttons(page)


def test_that_pools_that_gave_way_to_the_limit_are_told_in_the_room_of_the_counts(page: SearchingPage) -> None:
    def capped(event: Event) -> Event:
        return event.model_copy(update={"pools_capped": 3}) if isinstance(event, ArchitectureSnapshot) else event

    page.show_state(shown(searched(22, change=capped)))
    assert text(page, "counts_standard") == "0 skip, 4 of 7 pool, 1 sep, 3 dil"
    assert page.findChild(QLabel, "counts_standard").toolTip() == "3 pools gave way to the search's limit."
    assert "of" not in text(page, "counts_reduction")


@pytest.mark.parametrize("skips", [2, 3, 8])
def test_that_skips_above_two_of_eight_are_warned_of(skips: int, page: SearchingPage) -> None:
    page.show_state(shown(searched(22, change=with_skips(skips))))
    expected = f"Skip connections are taking over the reduction block: {skips} of 8 (limit 2)." if skips > 2 else ""
    assert text(page, "warn_what") == expected
    assert page.findChild(QLabel, "counts_reduction").property("role") == ("warn" if skips > 2 else "hint")
    assert ("derive" in buttons(page)) == (skips > 2)


def test_that_skips_of_a_search_that_ended_are_those_of_the_chosen_blocks(
    page: SearchingPage, asked: list[object]
) -> None:
    def only_in(*epochs: int) -> Callable[[Event], Event]:
        return lambda event: with_skips(8)(event) if getattr(event, "epoch", None) in epochs else event

    page.show_state(shown(searched(99, change=only_in(29)), "finished"))
    assert text(page, "warn_what").startswith("The blocks of epoch 27 are chosen")
    page.show_state(shown(searched(99, change=only_in(26)), "finished"))
    assert "8 of 8" in text(page, "warn_what")
    assert text(page, "warn_advice") == "The block is weak."
    press(page, "derive")
    assert isinstance(asked[-1], StartTask)
    assert asked[-1].words[-2:] == ("--epoch", "27")


def test_that_fewer_skips_are_derived_and_trained_with(page: SearchingPage, asked: list[object]) -> None:
    state = shown(searched(22, change=with_skips(4)))
    page.show_state(state)
    press(page, "derive")
    (request,) = asked
    assert isinstance(request, StartTask)
    file = FOLDER / "genotype-2-skips.json"
    assert request.words == ("derive", str(FOLDER), "--most-skips", "2", "--out", str(file))
    asked.clear()
    page.show_state(with_task(state, running=True))
    assert text(page, "warn_what") == "Blocks with at most 2 skips are being chosen."
    page.show_state(with_task(state, running=False))
    press(page, "train_with")
    press(page, "derive")
    assert asked == [TrainWith(GenotypeChoice("file", path=file)), request], "the search has gone on since"
    page.show_state(with_task(state, running=False, refused=Said("The disk is full.", "Free some space.")))
    assert text(page, "warn_what") == "The disk is full."
    press(page, "derive")
    assert asked[-1] == request, "what was refused can be tried once more"


def test_that_blocks_that_were_derived_hide_no_fault_of_the_search(page: SearchingPage) -> None:
    fault = RunFailed(message="The loss became infinite in epoch 12.", advice="Start a new run with --lr-w 0.025.")
    page.show_state(with_task(shown(searched(11, fault), "failed"), running=False))
    assert text(page, "warn_what") == fault.message
    page.show_state(with_task(shown(searched(99), "finished"), running=False))
    assert text(page, "warn_what") == "The blocks with at most 2 skips are ready."
    assert text(page, "warn_advice") == ""


def test_that_a_search_that_was_taken_back_while_it_waited_is_begun_or_changed(
    page: SearchingPage, asked: list[object]
) -> None:
    page.show_state(shown(searched(-1), "empty"))
    assert buttons(page) == {"search_anew": "Change settings", "go_on": "Start it"}
    press(page, "go_on")
    assert asked == [GoOnWithRun(FOLDER)]


def test_that_why_explains_and_the_pictures_come_back(page: SearchingPage) -> None:
    page.show_state(shown(searched(22, change=with_skips(4))))
    press(page, "why")
    assert page.findChild(QLabel, "why_skips").isVisible()
    press(page, "view_pictures")
    assert page.loss.isVisible()
    assert not page.findChild(QPushButton, "view_why").isVisible()


@pytest.mark.parametrize(
    ("message", "advice", "remedies"),
    [
        (
            "The loss became infinite in epoch 12. The state before it is kept.",
            "Start a new run with half the learning rate, --lr-w 0.025.",
            {"lr_w": 0.025},
        ),
        (
            "The graphics card's memory is full at batch 32.",
            "Start a new run with --memory lean, which takes a fraction, or with --batch 16.",
            {"memory": "lean", "batch": 16},
        ),
        (
            "The disk is full, so the run cannot save its state.",
            "Free some space, then go on with --resume; what was saved before is whole.",
            {},
        ),
    ],
)
def test_that_a_fault_is_said_with_a_button_for_each_remedy(
    message, advice, remedies, page: SearchingPage, asked: list[object]
) -> None:
    state = shown(searched(11, RunFailed(message=message, advice=advice)), "failed")
    page.show_state(state)
    assert text(page, "warn_what") == message
    assert "--" not in text(page, "warn_advice")
    assert "0.025" not in text(page, "warn_advice"), "a button says it"
    assert page.findChild(QPushButton, "go_on").property("tone") == ("normal" if remedies else "primary")
    for number, (name, value) in enumerate(remedies.items()):
        asked.clear()
        press(page, f"remedy_{number}")
        assert asked[0] == ChooseSearch(state.search.model_copy(update={name: value}))
        assert asked[-1] == GoTo("search")


def test_that_a_run_that_could_not_start_says_why_and_can_be_tried_again(
    page: SearchingPage, asked: list[object]
) -> None:
    page.show_state(shown(searched(-1), "empty", refused=Said("There is no folder set.", "Choose the data again.")))
    assert text(page, "run_title") == "Could not be started"
    assert text(page, "warn_what") == "There is no folder set."
    assert buttons(page) == {"search_anew": "Change settings", "go_on": "Try again"}
    press(page, "search_anew")
    press(page, "go_on")
    assert asked == [RepeatRun(FOLDER), GoOnWithRun(FOLDER)]


def test_that_the_table_is_the_twin_of_the_pictures(page: SearchingPage) -> None:
    page.show_state(shown(searched(22)))
    press(page, "view_table")
    assert page.table.isVisible()
    assert page.table.rowCount() == 22
    QApplication.processEvents()
    assert page.table.rowHeight(0) < 120
    rows = [[page.table.item(row, column).text() for column in range(8)] for row in range(22)]
    assert rows[0][0] == "22"
    assert rows[3][0] == "19 (best)"
    assert rows[21][2] == "–"
    assert rows[0][6].startswith("node 3: dil 3×3 from 1, dil 5×5 from 2; node 4: ")


def test_that_the_log_grows_line_by_line_and_is_written_anew_after_a_resume(page: SearchingPage) -> None:
    page.show_state(shown(searched(3)))
    before = page.log.toPlainText().splitlines()
    page.show_state(shown(searched(4)))
    after = page.log.toPlainText().splitlines()
    assert after[: len(before)] == before
    assert "epoch 4: loss of weights 2.169, of lambda not yet" in after[-1]
    page.show_state(shown(searched(2)))
    assert len(page.log.toPlainText().splitlines()) < len(before)


def test_that_the_pages_parts_fit_a_small_window(page: SearchingPage) -> None:
    page.show_state(shown(searched(22, change=with_skips(4))))
    page.wear(plain_look(compact=True))
    QApplication.processEvents()
    page.resize(1302, 686)
    QApplication.processEvents()
    assert page.minimumSizeHint().width() <= 1302
    assert page.minimumSizeHint().height() <= 686
    assert page.standard.graph.isVisible()
    assert not page.reduction.graph.isVisible()
    page.wear(plain_look())
    page.resize(1848, 998)
    QApplication.processEvents()
    assert page.standard.graph.isVisible()
    assert page.reduction.graph.isVisible()


def test_that_the_kind_is_read_from_the_runs_own_config(page: SearchingPage, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"kind": "search", "config": {"order": 1, "partial": 4}}', encoding="utf-8")
    page.show_state(shown(searched(3), folder=tmp_path))
    assert "first order, 1/4 of channels" in [found.text() for found in page.strip.findChildren(QLabel)]
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    page.show_state(shown(searched(4), folder=tmp_path / "other"))
    assert "–" in [found.text() for found in page.strip.findChildren(QLabel)]


def test_that_the_recorded_search_is_whole() -> None:
    assert len([event for event in events_until(99) if event.type == "epoch_searched"]) == 30
    assert all(to_line(event) for event in events_until(99))


def with_task(state: WizardState, **changes) -> WizardState:
    return replace(state, tasks=(Task("derive", FOLDER, **changes),))
