"""The list of runs says how each stands and offers what makes sense for it."""

from functools import reduce
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QTableWidget

from nas.events import CompareDone, ModelJudged, ModelStarted, RunFailed
from nas.wizard.requests import AskForFolder, DeleteRun, GoOnWithRun, StopRun, UndoDelete
from nas.wizard.runs.page import RunsPage
from nas.wizard.runs.story import RunStory, told
from nas.wizard.state import RunView, WizardState
from tests.nas.wizard.plain_look import plain_look
from tests.nas.wizard.test_story import folded, started, trained

DATA = Path("data")


@pytest.fixture
def page(qtbot) -> RunsPage:
    made = RunsPage(plain_look())
    qtbot.addWidget(made)
    made.resize(1200, 600)
    made.asked = []
    made.wants.connect(made.asked.append)
    made.show()
    return made


def shown(page: RunsPage) -> set[str]:
    return {button.objectName() for button in page.findChildren(QPushButton) if button.isVisible()}


def words(page: RunsPage) -> str:
    return page.findChild(QLabel, "run_state").text() + " " + page.findChild(QLabel, "run_words").text()


def state(*views: RunView, **more) -> WizardState:
    return WizardState(step="runs", shelf=views, **more)


def whole(kind: str) -> RunStory:
    return folded(started(kind, epochs=1), trained(0, 1.0))


def test_that_an_empty_list_says_what_to_do(page: RunsPage) -> None:
    page.show_state(state())
    assert "the wizard does the rest" in words(page)
    assert shown(page) == {"new_run", "watch_run"}
    page.findChild(QPushButton, "watch_run").click()
    assert page.asked == [AskForFolder("run")]


@pytest.mark.parametrize(
    ("how", "queued", "says", "offers"),
    [
        ("running", False, "It goes on.", {"open_run", "stop_run"}),
        ("empty", True, "It waits", {"open_run", "stop_run"}),
        ("went_off", False, "the PC went off", {"open_run", "go_on_run", "delete_run"}),
        ("stopped", False, "its state is kept", {"open_run", "go_on_run", "delete_run"}),
        ("finished", False, "It is finished.", {"open_run", "compare_run", "delete_run"}),
    ],
)
def test_that_each_state_has_its_words_and_its_buttons(
    page: RunsPage, how: str, queued: bool, says: str, offers: set[str]
) -> None:
    page.show_state(state(RunView(Path("run"), "train", how, RunStory(), DATA, queued)))
    assert says in words(page)
    assert shown(page) == offers | {"new_run", "watch_run", "show_run"}


def test_that_a_run_of_another_computer_that_tells_nothing_for_long_says_so(page: RunsPage) -> None:
    page.show_state(state(RunView(Path("run"), "train", "running", RunStory(), silent_min=25)))
    assert words(page) == "It has told nothing for 25 minutes. Its computer may have gone off."


def test_that_a_failure_is_said_with_its_advice(page: RunsPage) -> None:
    story = told(RunStory(), RunFailed(message="The disk is full.", advice="Free some space."))
    page.show_state(state(RunView(Path("run"), "search", "failed", story, DATA)))
    assert words(page) == "The disk is full. Free some space."


def test_that_a_failure_is_over_once_the_run_goes_on(page: RunsPage) -> None:
    story = told(RunStory(), RunFailed(message="The disk is full.", advice="Free some space."))
    page.show_state(state(RunView(Path("run"), "search", "running", story, DATA)))
    assert words(page).startswith("It goes on.")


def test_that_a_run_that_has_not_begun_can_be_begun_or_asked_anew(page: RunsPage, tmp_path: Path) -> None:
    (tmp_path / "asked.toml").write_text("epochs = 1\n", encoding="utf-8")
    page.show_state(state(RunView(tmp_path, "train", "empty", RunStory(), DATA)))
    assert shown(page) == {"new_run", "watch_run", "show_run", "go_on_run", "repeat_run", "delete_run"}


def test_that_a_run_that_broke_off_behind_its_last_epoch_names_no_epoch_beyond_it(page: RunsPage) -> None:
    page.show_state(state(RunView(Path("run"), "train", "went_off", whole("train"), DATA)))
    assert "at epoch" not in words(page)
    assert "after its last epoch" in words(page)


def test_that_a_comparison_is_told_with_the_names_that_people_use(page: RunsPage) -> None:
    judged = tuple(
        ModelJudged(model=model, seed=0, top1=0.5, macro_f1=0.5, kappa=0.5)
        for model in ("uiac", "uiac:found", "vgg13_bn")
    )
    verdict = "uiac:found is more accurate on 9 subjects than uiac by 2.0 points; vgg13_bn is open."
    end = CompareDone(best="uiac:found", verdict=verdict, runs=3, failed=0)
    page.show_state(state(RunView(Path("run"), "compare", "finished", reduce(told, (*judged, end), RunStory()), DATA)))
    said = (
        "UIAC (this search) is more accurate on 9 subjects than UIAC (paper's block) by 2.0 points; VGG13-bn is open."
    )
    assert words(page) == f"It is finished. {said}"
    assert page.findChild(QTableWidget, "runs_table").item(0, 4).text() == "best: UIAC (this search)"


def test_that_the_time_left_of_one_training_is_not_told_as_that_of_the_comparison(page: RunsPage) -> None:
    story = folded(ModelStarted(model="uiac", seed=0, number=2, total=9), started("train"), trained(0, 1.0))
    page.show_state(state(RunView(Path("run"), "compare", "running", story, DATA)))
    assert words(page) == "It goes on. Training 2 of 9. Closing this window does not stop it."
    page.show_state(state(RunView(Path("run"), "train", "running", folded(started("train"), trained(0, 1.0)), DATA)))
    assert words(page) == "It goes on. About 1.0 s left. Closing this window does not stop it."
    page.show_state(state(RunView(Path("run"), "train", "running", RunStory(), DATA)))
    assert words(page) == "It goes on. Closing this window does not stop it."


def test_that_the_chosen_run_stays_chosen_and_its_buttons_ask_for_it(page: RunsPage) -> None:
    first, second = (RunView(Path(name), "train", "stopped", RunStory(), DATA) for name in ("one", "two"))
    page.show_state(state(first, second))
    page.findChild(QTableWidget, "runs_table").selectRow(1)
    page.show_state(state(RunView(Path("new"), "search", "running", RunStory(), DATA), first, second, deleted="old"))
    for name in ("go_on_run", "delete_run", "undo_delete"):
        page.findChild(QPushButton, name).click()
    page.findChild(QTableWidget, "runs_table").selectRow(0)
    page.findChild(QPushButton, "stop_run").click()
    assert page.asked == [GoOnWithRun(Path("two")), DeleteRun(Path("two")), UndoDelete(), StopRun(Path("new"))]


def test_that_a_run_from_elsewhere_is_looked_at_only(page: RunsPage) -> None:
    page.show_state(state(RunView(Path("run"), "train", "stopped", RunStory())))
    assert "go_on_run" not in shown(page)
    assert "Started elsewhere" in page.findChild(QLabel, "run_place").text()
