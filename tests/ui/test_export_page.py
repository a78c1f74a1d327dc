"""The export page: nothing leaves before a person has chosen, seen before and after, and said so."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from nas.data.folder import scan
from tests.patience import PATIENCE_MS
from tests.uiac_desktop.exam.conftest import new_frame
from tests.uiac_desktop.exam.labelled_clip import add_clip, label
from uiac_desktop import paths
from uiac_desktop.exam.store import ExamStore, open_store
from uiac_desktop.settings import Settings
from uiac_desktop.ui.export.control import ExportControl
from uiac_desktop.ui.export.page import ExportPage
from uiac_desktop.ui.export.sheet_view import _Picture

Until = Callable[[Callable[[], bool]], None]


class Page:
    """The page on a store of the test."""

    def __init__(self, folder: Path, open_it: Callable[[], ExamStore], model: Path | None = None) -> None:
        self.control = ExportControl(lambda: Settings(model=model), open_it)
        self.page = ExportPage(self.control)
        self.page.resize(1302, 640)
        self.page.show()
        self.root = folder / "out" / "set"

    def part(self, name: str):
        found = self.page.findChild(QWidget, name)
        assert found is not None, name
        return found

    def tick(self, row: int, on: bool = True) -> None:
        self.part("export_exams").item(row).setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    @property
    def said(self) -> str:
        return str(self.part("export_said").text())

    def texts(self) -> list[str]:
        return [label.text() for label in self.part("export_sheet").findChildren(QLabel)]


@pytest.fixture
def open_it(tmp_path: Path) -> Callable[[], ExamStore]:
    return lambda: open_store(tmp_path / "store", key_file=tmp_path / "keys" / "site.key")


@pytest.fixture
def filled(open_it: Callable[[], ExamStore]) -> list[str]:
    codes = []
    with open_it() as store:
        for seed in (0, 40):
            exam = store.begin_exam("Ann", "Screening", f"PID-{seed}")
            codes.append(exam.subject)
            for place, plane in enumerate(("FCH", "TV")):
                store.keep(exam.id, new_frame(plane, seed + place))
        review = store.reviews.review_of("cd" * 32, add_clip(store, exam.id).id)
        label(store, review, "Bea", 0, 3, "ACS")
    return codes


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda holds: qtbot.waitUntil(holds, timeout=PATIENCE_MS)


@pytest.fixture
def page(
    application: QApplication,
    tmp_path: Path,
    open_it: Callable[[], ExamStore],
    tiny_model: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Page]:
    monkeypatch.setattr(paths, "data_dir", lambda: tmp_path)
    made = Page(tmp_path, open_it, tiny_model)
    yield made
    assert made.control.shut()
    made.page.close()
    made.page.deleteLater()


def test_that_an_empty_store_says_how_it_fills(page: Page, until: Until) -> None:
    page.page.renew()
    assert not page.part("export_empty").isVisible(), "nothing is said, nor pushed down, before the exams are read"
    until(page.part("export_empty").isVisible)
    assert page.part("export_empty").text().startswith("No exams yet.")
    assert not page.part("export_go").isEnabled()


def test_that_the_list_says_what_was_exported_and_what_was_changed_since(
    page: Page, filled: list[str], open_it: Callable[[], ExamStore], until: Until
) -> None:
    page.page.renew()
    until(lambda: page.part("export_exams").count() == 2)
    exams = page.part("export_exams")
    assert not any("exported" in exams.item(row).text() for row in range(2))
    page.control.set_root(page.root)
    page.tick(0)
    until(lambda: page.control.state.sheet is not None)
    page.part("export_looked").click()
    page.part("export_go").click()
    until(lambda: exams.item(0).text().endswith(", exported"))
    assert not exams.item(1).text().endswith(", exported")
    with open_it() as store:
        exam = next(one for one in store.exams() if one.subject == filled[1])
        store.relabel(store.frames(exam.id)[0].id, "BSC", "Ann")
    page.page.renew()
    until(lambda: exams.item(0).text().endswith(", exported, changed since"))
    assert exams.sizeHintForColumn(0) <= exams.viewport().width(), "nothing of it is cut"


def test_that_frames_leave_only_after_the_person_looked(page: Page, filled: list[str], until: Until) -> None:
    page.page.renew()
    until(lambda: page.part("export_exams").count() == 2)
    page.control.set_root(page.root)
    page.tick(0)
    until(lambda: page.control.state.sheet is not None)
    assert page.part("export_counts").text().startswith("6 frames: FCH 1, TV 1, ACS 4.")
    shown = "\n".join(page.texts())
    assert f"subject {filled[1]}" in shown, "what the store knows stands before"
    after = "\n".join(text for text in page.texts() if "label" in text)
    assert "subject W-" in after
    assert "labelled_by Bea" in after
    assert filled[1] not in after
    sheet = page.part("export_sheet")
    wide = (sheet.viewport().width() - 24) // 2
    assert {picture.width() for picture in sheet.findChildren(_Picture)} == {wide}, "writing in a picture can be found"
    assert wide > 360
    assert not page.part("export_go").isEnabled()
    assert page.said == "Look at the pictures, and say so below."
    page.part("export_looked").click()
    assert page.part("export_go").isEnabled()
    page.part("export_drop_near").click()
    assert not page.part("export_go").isEnabled(), "another choice is another sheet"
    until(lambda: page.control.state.sheet is not None)
    page.part("export_drop_near").click()
    until(lambda: page.control.state.sheet is not None)
    page.part("export_looked").click()
    page.part("export_clips").click()
    until(lambda: page.control.state.sheet is not None)
    page.part("export_looked").click()
    page.part("export_maps").click()
    page.part("export_go").click()
    until(lambda: not page.control.state.working)
    assert page.said.startswith("6 frames added to set: FCH 1, TV 1, ACS 4. Maps and clips are in set-beside.")
    assert scan(page.root).counts == {"ACS": 4, "FCH": 1, "TV": 1}
    assert len(list(page.root.with_name("set-beside").glob("clips/*.mp4"))) == 1
    assert list(page.root.with_name("set-beside").glob("overlays/*.png"))
    assert not page.part("export_looked").isChecked()


def test_that_a_click_on_line_or_box_chooses_an_exam(page: Page, filled: list[str], until: Until) -> None:
    page.page.renew()
    exams = page.part("export_exams")
    until(lambda: exams.count() == 2)
    line = exams.visualItemRect(exams.item(1))
    states: list[int] = []
    for place in (line.center(), line.center(), QPoint(line.left() + 12, line.center().y())):
        QTest.mouseClick(exams.viewport(), Qt.MouseButton.LeftButton, pos=place)
        states.append(len(page.control.state.chosen))
    assert states == [1, 0, 1]


def test_that_a_wrong_range_is_said_in_place_and_nothing_can_leave(page: Page, filled: list[str], until: Until) -> None:
    page.page.renew()
    until(lambda: page.part("export_exams").count() == 2)
    page.tick(0)
    until(lambda: page.control.state.sheet is not None)
    page.part("export_ranges").setText("9-x")
    page.part("export_ranges").editingFinished.emit()
    assert page.said == "9-x is no range of frames. Write FIRST-LAST, such as 100-250."
    assert not page.part("export_looked").isEnabled()
    page.part("export_ranges").setText("1-2")
    page.part("export_ranges").editingFinished.emit()
    until(lambda: page.control.state.sheet is not None)
    assert page.part("export_counts").text().startswith("4 frames: FCH 1, TV 1, ACS 2.")


def test_that_near_equal_names_are_asked_about(page: Page, filled: list[str], until: Until) -> None:
    from PIL import Image

    (page.root / "fch").mkdir(parents=True)
    Image.fromarray(new_frame(seed=80).pixels).save(page.root / "fch" / "a.png")
    page.page.renew()
    until(lambda: page.part("export_exams").count() == 2)
    page.tick(1)
    page.control.set_root(page.root)
    until(lambda: page.control.state.sheet is not None)
    assert not page.part("export_same_names").isVisible()
    page.part("export_looked").click()
    page.part("export_go").click()
    until(lambda: not page.control.state.working)
    assert "FCH and fch differ" in page.said
    assert page.part("export_same_names").isVisible()
    page.part("export_same_names").click()
    assert page.part("export_go").isEnabled(), "the sheet is the same one"
    page.part("export_go").click()
    until(lambda: page.said.startswith("2 frames added"))
    assert scan(page.root).counts == {"TV": 1, "fch": 2}


def test_that_an_export_can_be_stopped_and_goes_on(
    page: Page, filled: list[str], until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.page.renew()
    until(lambda: page.part("export_exams").count() == 2)
    page.control.set_root(page.root)
    page.control.choose((1, 2))
    until(lambda: page.control.state.sheet is not None)
    page.part("export_looked").click()
    from uiac_desktop.exam.export_folder import ExportFolder

    write = ExportFolder.write

    def stop_then_write(folder: ExportFolder, stem: str, pixels) -> None:
        page.control._desk.stop_export()
        write(folder, stem, pixels)

    with monkeypatch.context() as patched:
        patched.setattr(ExportFolder, "write", stop_then_write)
        page.part("export_go").click()
        assert page.part("export_stop").isVisible()
        assert not page.part("export_form").isEnabled()
        until(lambda: not page.control.state.working)
    assert page.said == "Stopped. The data set is as it was; the same export goes on from here."
    assert not list(page.root.glob("*/*.csv"))
    page.part("export_looked").click()
    page.part("export_go").click()
    until(lambda: page.said.startswith("8 frames added"))


def test_that_a_store_that_cannot_be_opened_is_said(page: Page, tmp_path: Path, until: Until) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "exams.sqlite").write_bytes(b"no database" * 200)
    page.page.renew()
    until(lambda: page.control.state.failed)
    assert page.said.startswith("The exam store is damaged.")
