"""A share that went away is called so, and stops neither the list of runs nor a page."""

import errno
from pathlib import Path

import pytest

from nas.rundir import RunFolder
from nas.wizard.page import Page
from nas.wizard.pages import PAGES
from nas.wizard.runs.control import RunsControl
from nas.wizard.runs.words import cells_of, told
from nas.wizard.state import GenotypeChoice, RunView, WizardState
from tests.nas.wizard.pages import in_view
from tests.nas.wizard.told_search import searched
from tests.nas.wizard.told_training import comparison_folder, run_folder, trained


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


@pytest.fixture
def goes_away(monkeypatch: pytest.MonkeyPatch, share: Path):
    """Return what takes the share away as a network does: each look at it is answered by an error of its own."""
    real = Path.stat

    def stat(self: Path, **how):
        if self.is_relative_to(share):
            raise OSError(errno.ESTALE, "Stale file handle", str(self))
        return real(self, **how)

    return lambda: monkeypatch.setattr(Path, "stat", stat)


def test_that_a_run_on_a_share_that_went_away_hides_no_other(qapp, tmp_path: Path, share: Path, goes_away) -> None:
    control = RunsControl(tmp_path / "runs")
    with RunFolder(share / "run") as run:
        run.write_json(run.config_file, {"kind": "train"})
    control.shelf.take(share / "run")
    with RunFolder(tmp_path / "runs" / "train_1") as run:
        run.write_json(run.config_file, {"kind": "train"})
    goes_away()
    control.look()
    assert {view.folder for view in control.views} == {share / "run", tmp_path / "runs" / "train_1"}
    away = control.view(share / "run")
    assert told(away) == ("Its folder is not there now.", "Connect its drive, or take it from the list by Delete.")
    assert "away" in cells_of(away)


@pytest.mark.parametrize("kind", PAGES)
def test_that_every_page_can_be_drawn_while_the_share_of_its_run_is_away(
    qtbot, kind: type[Page], share: Path, goes_away
) -> None:
    run, other = run_folder(share), comparison_folder(share)
    train = RunView(run, "train", "finished", trained(99), data=share / "set")
    search = RunView(share / "search_1", "search", "finished", searched(99), data=share / "set")
    compare = RunView(other, "compare", "finished", trained(0), data=share / "set")
    page = in_view(qtbot, kind, 1302, 632)
    goes_away()
    for source in ("search", "run", "file"):
        state = WizardState(
            step=kind.step, search_run=search, train_run=train, compare_run=compare, shelf=(train, search, compare),
            genotype=GenotypeChoice(source, path=share / "search_1"),
        )  # fmt: skip
        page.show_state(state)
        page.gate(state)
