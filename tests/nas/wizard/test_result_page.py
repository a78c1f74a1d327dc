"""The page of a result shows a real evaluation: figures, the frames of a cell and of a point, comparison, export."""

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTableWidget

from nas.events import RunFailed
from nas.wizard.data.frames_view import FramesView
from nas.wizard.requests import ShowFile, StartCompare, StartTask, StopTask, UseModel
from nas.wizard.result.confusion_view import ConfusionView
from nas.wizard.result.embedding_view import EmbeddingView
from nas.wizard.result.evaluating import EVALUATE, evaluation_folder
from nas.wizard.result.gallery_view import GalleryView
from nas.wizard.result.page import ResultPage
from nas.wizard.runs.story import told
from nas.wizard.state import DataState, Said, Task
from tests.nas.wizard.conftest import known
from tests.nas.wizard.pages import in_view, text
from tests.nas.wizard.plain_look import plain_look
from tests.nas.wizard.told_training import (
    compared,
    comparison_folder,
    run_folder,
    state_of,
    trained,
    view_of,
    write_frames,
)
from tests.patience import PATIENCE_MS


@pytest.fixture
def page(qtbot) -> ResultPage:
    return in_view(qtbot, ResultPage, 1848, 944)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_frames(tmp_path / "set")


def show(page: ResultPage, run: Path, frames: Path | None, **changes) -> None:
    page.show_state(state_of("result", view_of(run, trained(99), data=frames), **changes))


@pytest.mark.parametrize(("width", "height"), [(1302, 542), (1302, 500), (1216, 494)])
def test_that_the_whole_matrix_is_seen_in_a_small_window(
    page: ResultPage, tmp_path: Path, data: Path, width: int, height: int
) -> None:
    page.wear(plain_look(compact=True))
    page.resize(width, height)
    show(page, run_folder(tmp_path), data)
    QApplication.processEvents()
    view = page.findChild(ConfusionView)
    panel = view.parentWidget()
    assert panel.rect().contains(view.geometry())
    last = view.cell(11, 11)
    assert view.rect().contains(last.toAlignedRect().adjusted(0, 0, -1, -1))
    assert view.figures_high <= last.height()


def test_that_the_figures_stand_with_their_intervals(page: ResultPage, tmp_path: Path, data: Path) -> None:
    show(page, run_folder(tmp_path), data)
    figures = page.result.figures
    for place, value in enumerate((figures.top1, figures.macro_f1, figures.kappa, figures.ece)):
        assert text(page, f"fact_{place}") == f"{100 * value:.1f} %"
    low, high = figures.interval["top1"]
    shown = [part.text() for part in page.findChildren(QLabel)]
    assert f"{100 * low:.1f} – {100 * high:.1f}" in shown
    assert "66 test frames of 2 held-out subjects, 3 frames of none." in shown
    bars = page.findChild(object, "plane_bars").accessibleDescription()
    assert f"Four chamber heart: {100 * figures.per_plane['FCH']:.0f} percent" in bars


def test_that_a_test_on_women_who_were_learned_from_is_never_said_to_be_on_held_out_ones(
    page: ResultPage, tmp_path: Path, data: Path
) -> None:
    story = trained(99)
    by_clip = replace(story, started=story.started.model_copy(update={"split_by": "clip"}))
    page.show_state(state_of("result", view_of(run_folder(tmp_path), by_clip, data=data)))
    assert text(page, "warn_what") == "66 test frames of 2 subjects, 3 frames of none."
    assert "they were learned from, too; the figures are too good" in text(page, "warn_advice")


def test_that_pictures_that_are_drawn_after_the_figures_are_shown(page: ResultPage, tmp_path: Path, data: Path) -> None:
    run = run_folder(tmp_path)
    drawn = run / "evaluation" / "figures"
    drawn.rename(tmp_path / "later")
    show(page, run, data)
    gallery = page.findChild(GalleryView)
    assert gallery.accessibleDescription() == "nothing yet"
    (tmp_path / "later").rename(drawn)
    show(page, run, data)
    assert gallery.accessibleDescription() != "nothing yet"


def test_that_a_click_on_a_cell_shows_its_frames(qtbot, page: ResultPage, tmp_path: Path, data: Path) -> None:
    show(page, run_folder(tmp_path), data)
    matrix, frames = page.findChild(ConfusionView), page.findChild(FramesView)
    labels = page.result.labels
    cell = matrix.cell(labels.index("AALA"), labels.index("ADALA")).center().toPoint()
    assert "5 of 6 frames" in matrix.words_at(cell.toPointF())
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=cell)
    assert [(one.label, one.answer) for one in frames.frames] == [("AALA", "ADALA")] * 5
    assert frames.isVisible()
    qtbot.waitUntil(lambda: page._pictures.picture(frames.frames[0].file) is not None, timeout=PATIENCE_MS)
    page.findChild(QPushButton, "back_to_maps").click()
    assert page.findChild(GalleryView).isVisible()
    empty = matrix.cell(labels.index("ACS"), labels.index("ASA")).center().toPoint()
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=empty)
    assert page.findChild(GalleryView).isVisible()


def test_that_cells_are_reached_by_keys(page: ResultPage, tmp_path: Path, data: Path) -> None:
    show(page, run_folder(tmp_path), data)
    matrix = page.findChild(ConfusionView)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(matrix, key)
    assert {(one.label, one.answer) for one in page.findChild(FramesView).frames} == {("FCH", "FCH")}


def test_that_the_keys_of_the_matrix_are_its_own_while_it_has_the_focus(
    page: ResultPage, tmp_path: Path, data: Path
) -> None:
    show(page, run_folder(tmp_path), data)
    for view in (page.findChild(ConfusionView), page.findChild(GalleryView)):
        for key, kept in ((Qt.Key.Key_Return, True), (Qt.Key.Key_Left, True), (Qt.Key.Key_R, False)):
            asks = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
            asks.ignore()
            QApplication.sendEvent(view, asks)
            assert asks.isAccepted() == kept


def test_that_a_click_on_a_point_shows_its_frame(page: ResultPage, tmp_path: Path, data: Path) -> None:
    show(page, run_folder(tmp_path), data)
    view = page.findChild(EmbeddingView, "tsne_after")
    far = max(range(len(view.places)), key=lambda number: view.places[number][1])
    place = QPoint(*(round(float(value)) for value in view.places[far]))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    shown = page.findChild(FramesView)
    assert [one.file for one in shown.frames] == [page.result.points[far].file]
    corners = ((1, 1), (view.width() - 2, 1), (1, view.height() - 2), (view.width() - 2, view.height() - 2))
    empty = max(corners, key=lambda corner: np.hypot(*(view.places - corner).T).min())
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(*empty))
    assert [one.file for one in shown.frames] == [page.result.points[far].file]


def test_that_maps_are_drawn_beside_their_frames(qtbot, page: ResultPage, tmp_path: Path, data: Path) -> None:
    show(page, run_folder(tmp_path), data)
    gallery = page.findChild(GalleryView)
    qtbot.waitUntil(
        lambda: not page._pictures.waiting and gallery.grab() is not None and gallery.complete, timeout=PATIENCE_MS
    )
    picture = gallery.grab().toImage()
    box = gallery.box(0)
    left = picture.pixelColor(round(box.center().x() - 20), round(box.y() + 20))
    assert left.red() == left.green() == left.blue()
    hues = {
        picture.pixelColor(x, round(box.y() + 20)).name() for x in range(round(box.center().x()), round(box.right()))
    }
    assert any(name[1:3] != name[5:7] for name in hues)
    QTest.mouseClick(gallery, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert page.findChild(FramesView).frames[0].label == "ACS"


def test_that_frames_that_are_gone_are_said_not_raised(qtbot, page: ResultPage, tmp_path: Path) -> None:
    show(page, run_folder(tmp_path), tmp_path / "gone")
    page.grab()
    qtbot.waitUntil(lambda: not page._pictures.waiting, timeout=PATIENCE_MS)
    page.grab()
    assert page._pictures.missing(page.result.predictions[0].file) or page.findChild(GalleryView).complete


def test_that_a_finished_run_is_judged_once_on_what_it_held_out(
    qtbot, page: ResultPage, asked: list[object], tmp_path: Path, data: Path
) -> None:
    run = run_folder(tmp_path, evaluated=False)
    show(page, run, data)
    show(page, run, data)
    qtbot.waitUntil(lambda: bool(asked), timeout=PATIENCE_MS)
    (request,) = asked
    assert isinstance(request, StartTask)
    assert request.name == EVALUATE
    assert request.words[:3] == ("evaluate", str(run / "model"), str(data))
    assert request.words[request.words.index("--held-out-of") + 1] == str(run)
    line = '{"time":1,"type":"progress","phase":"validating","done":3,"total":9}'
    task = Task(EVALUATE, evaluation_folder(run), words=line)
    show(page, run, data, tasks=(task,))
    assert "3 of 9" in text(page, "warn_advice")
    page.findChild(QPushButton, "stop_judging").click()
    assert asked[-1] == StopTask(EVALUATE)
    refused = Task(EVALUATE, evaluation_folder(run), running=False, refused=Said("The disk is full.", "Free some."))
    show(page, run, data, tasks=(refused,))
    assert text(page, "warn_what") == "The disk is full."
    page.findChild(QPushButton, "judge_again").click()
    assert asked[-1] == request


def test_that_a_run_without_its_data_shows_what_it_has(
    qtbot, page: ResultPage, asked: list[object], tmp_path: Path
) -> None:
    show(page, run_folder(tmp_path, evaluated=False), None)
    assert text(page, "warn_what") == "Figures of the training run itself."
    assert "not here" in text(page, "warn_advice")
    assert asked == []


def test_that_a_damaged_result_is_said_and_can_be_judged_again(page: ResultPage, tmp_path: Path, data: Path) -> None:
    run = run_folder(tmp_path)
    (run / "evaluation" / "predictions.csv").write_text("nothing", encoding="utf-8")
    show(page, run, data)
    assert "damaged" in text(page, "warn_what")
    assert page.findChild(QPushButton, "judge_again") is not None


def test_that_the_table_of_networks_takes_the_place_of_their_list(page: ResultPage, tmp_path: Path, data: Path) -> None:
    run, other = run_folder(tmp_path), comparison_folder(tmp_path)
    show(page, run, data)
    table = page.findChild(QTableWidget, "compare_table")
    assert not table.isVisible()
    show(page, run, data, compare_run=compared(other, 10_000))
    assert table.isVisible()
    rows = [[table.item(row, column).text() for column in range(6)] for row in range(table.rowCount())]
    assert rows[0][0] == "ResNet18"
    assert rows[1][:2] == ["UIAC (paper's block)", "9.1 ± 0.0"]
    assert "Nothing is settled" in text(page, "verdict")
    assert text(page, "fact_4").endswith(" fps")
    assert "best other network" in page.findChild(object, "plane_bars").accessibleDescription()


def test_that_a_comparison_alone_is_shown_as_such(page: ResultPage, tmp_path: Path) -> None:
    going = compared(comparison_folder(tmp_path), 8, "running", data=tmp_path)
    page.show_state(state_of("result", None, compare_run=going))
    assert text(page, "warn_what") == f"Comparison {going.name}."
    failed = RunFailed(message="The disk is full.", advice="Free some space, then go on with --resume.")
    story = told(going.story, failed)
    page.show_state(state_of("result", None, compare_run=replace(going, state="failed", story=story)))
    assert text(page, "compare_note") == (
        f"The comparison {going.name} did not end. The disk is full. Free some space, then go on."
    )


def test_that_a_comparison_is_asked_for_with_the_networks_that_are_ticked(
    page: ResultPage, asked: list[object], tmp_path: Path, data: Path
) -> None:
    run = run_folder(tmp_path)
    show(page, run, data, data=DataState())
    start = page.findChild(QPushButton, "start_compare")
    assert not start.isEnabled()
    show(page, run, data, data=known(data))
    assert start.isEnabled()
    start.click()
    (request,) = asked
    assert isinstance(request, StartCompare)
    assert request.models == ("uiac", "resnet18", "densenet121")
    assert request.words[:2] == ("--seeds", "3")


def test_that_all_of_it_is_exported_and_shown(
    page: ResultPage, asked: list[object], tmp_path: Path, data: Path
) -> None:
    run = run_folder(tmp_path)
    show(page, run, data)
    page.export_to(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert "evaluation/metrics.json" in archive.namelist()
    page.findChild(QPushButton, "show_export").click()
    assert asked == [ShowFile(tmp_path / "all.zip")]
    page.export_to(tmp_path / "absent" / "all.zip")
    assert "No such file" in text(page, "warn_what")
    show(page, run, data, cards=1)
    assert "No such file" in text(page, "warn_what"), "it is not gone before it is read"
    page.export_to(tmp_path / "all.zip")
    assert "all.zip" in text(page, "warn_what")
    page.findChild(QPushButton, "put_to_work").click()
    assert asked[-1] == UseModel(run / "model")


def test_that_what_was_exported_of_one_run_is_not_said_of_the_next(
    page: ResultPage, tmp_path: Path, data: Path
) -> None:
    show(page, run_folder(tmp_path), data)
    page.export_to(tmp_path / "all.zip")
    assert "all.zip" in text(page, "warn_what")
    show(page, run_folder(tmp_path / "next"), data)
    assert text(page, "warn_what").startswith("66 test frames")


def test_that_the_page_fits_a_small_window_and_a_light_one(page: ResultPage, tmp_path: Path, data: Path) -> None:
    show(page, run_folder(tmp_path), data)
    page.wear(plain_look(compact=True, name="light"))
    page.resize(1302, 632)
    page.grab()
    assert page.width() == 1302
    assert page.height() == 632
    assert not page.gate(state_of("result", None)).open
