"""The Review room in a real window on the real engine: a folder of simulated frames is analysed, labelled, and kept."""

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import pytest
from PySide6.QtCore import QEventLoop, Qt, QTimer, SignalInstance
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QWidget

from nas.data.folder import scan
from nas.planes import PLANES
from uiac_desktop import paths
from uiac_desktop.exam.store import open_store
from uiac_desktop.paths import resource
from uiac_desktop.phantom.examination import Examination
from uiac_desktop.phantom.reference import reference_picture
from uiac_desktop.phantom.scan import SimulatedScan
from uiac_desktop.phantom.subject import Subject
from uiac_desktop.session.review.review import Review
from uiac_desktop.settings import Settings, SettingsFile
from uiac_desktop.ui.export import wiring as export_wiring
from uiac_desktop.ui.export.page import ExportPage
from uiac_desktop.ui.main_window import MainWindow
from uiac_desktop.ui.pictures.reference_pictures import ReferencePictures

_FRAMES = 8
_WAIT_MS = 60_000


def wait_for(changed: SignalInstance, until: Callable[[], bool]) -> None:
    """Live in the window until something holds; it is looked at again with every change."""
    loop = QEventLoop()

    def look() -> None:
        if until():
            loop.quit()

    QTimer.singleShot(_WAIT_MS, loop, loop.quit)
    changed.connect(look)
    if not until():
        loop.exec()
    changed.disconnect(look)
    assert until()


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    folder = tmp_path / "frames"
    folder.mkdir()
    scan = SimulatedScan(3, size=128)
    for number in range(_FRAMES):
        pixels, _ = scan.render(10 * number)
        cv2.imwrite(str(folder / f"{number:03d}.png"), pixels[..., ::-1])
    return folder


@pytest.fixture
def window(application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(export_wiring, "store_of_settings", lambda: open_store(tmp_path / "store"))
    monkeypatch.setattr(paths, "data_dir", lambda: tmp_path)
    monkeypatch.setattr(paths, "config_dir", lambda: tmp_path)

    def make(on_shown, on_change, on_event, person) -> Review:
        return Review(lambda: open_store(tmp_path / "store"), on_shown, on_change, on_event, person)

    made = MainWindow(SettingsFile(tmp_path / "settings.json"), Settings(who="Lin"), make_review=make)
    made.resize(1366, 768)
    made.show()
    made.actions_of.give("room_review")
    yield made
    made.close()
    made.deleteLater()


def _export(window: MainWindow, root: Path) -> None:
    """Press Export in the head: the clip, which is of no exam, is chosen there and leaves once it was looked at."""
    QTest.mouseClick(window.findChild(QWidget, "button_export"), Qt.MouseButton.LeftButton)
    page = window.findChild(ExportPage)
    assert page is not None
    assert page.isVisible()
    control = page.control
    control.set_root(root)
    wait_for(control.changed, lambda: control.state.lines is not None and control.state.sheet is not None)
    shown = page.findChild(QListWidget, "export_exams").item(0)
    assert (shown.text(), shown.checkState()) == ("frames, open in Review", Qt.CheckState.Checked)
    number = page.findChild(QLineEdit, "export_number")
    assert number.isVisible()
    assert number.echoMode() == QLineEdit.EchoMode.Password, "her number stands on no screen"
    page.findChild(QWidget, "export_looked").click()
    page.findChild(QWidget, "export_go").click()
    wait_for(control.changed, lambda: not control.state.working)
    assert control.state.said.startswith(f"{_FRAMES} frames added to set: TV {_FRAMES}")
    assert sum(image.label == "TV" for image in scan(root).images) == _FRAMES


def test_that_a_folder_is_analysed_labelled_exported_and_found_labelled_when_it_is_opened_again(
    window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    control = window.review.control

    def wait(until) -> None:
        wait_for(control.changed, until)

    control.open(str(clip))
    wait(lambda: control.state.phase == "open" and control.state.labels_ready and control.shown is not None)
    wait(lambda: control.state.analysis is not None and control.state.analysis.state == "done")
    assert control.state.predicted[-1].last == _FRAMES - 1
    window.activateWindow()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_BracketLeft, Qt.Key.Key_End, Qt.Key.Key_BracketRight, Qt.Key.Key_5):
        QTest.keyClick(window, key)
    wait(lambda: [(one.first, one.last, one.plane) for one in control.state.corrected] == [(0, _FRAMES - 1, "TV")])
    wait(lambda: control.state.unsaved == 0 and control.state.saved_at_s is not None)
    assert "by Lin, today" in window.review.said.accessibleName()
    _export(window, tmp_path / "set")
    window.actions_of.give("room_review")
    control.close_clip()
    assert window.review.page.isVisible()
    control.open(str(clip))
    wait(lambda: bool(control.state.corrected) and control.state.labels_ready)
    assert control.state.corrected[0].plane == "TV"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: control.state.corrected == ())


def test_that_a_place_without_a_clip_is_said_on_the_page(window: MainWindow, tmp_path: Path) -> None:
    control = window.review.control
    (tmp_path / "clip.mp4").write_bytes(b"no video")
    control.open(str(tmp_path / "clip.mp4"))
    wait_for(control.changed, lambda: control.state.phase == "failed")
    assert "clip.mp4" in window.review.page.lines[0]
    assert window.review.page.isVisible()


def test_that_a_department_s_own_reference_picture_takes_the_place_of_the_simulated_one(
    application, tmp_path: Path
) -> None:
    pictures = ReferencePictures(tmp_path)
    for plane in PLANES:
        image, caption = pictures.of(plane)
        assert (image.width(), image.height()) == (480, 360)
        assert caption == f"Reference picture: {plane} (simulated)"
    assert pictures.of("none")[0].isNull()
    assert pictures.of("LIVER")[1] == "No reference picture of LIVER"
    own = QImage(64, 48, QImage.Format.Format_RGB32)
    own.fill(Qt.GlobalColor.gray)
    own.save(str(tmp_path / "FCH.png"))
    image, caption = ReferencePictures(tmp_path).of("FCH")
    assert (image.width(), caption) == (64, "Reference picture: FCH (department's)")


def test_that_the_shipped_reference_pictures_are_those_of_the_ideal_pose() -> None:
    exam = Examination(Subject.draw(7, 0), 0, 720, "crisp")
    shipped = cv2.imread(str(resource("reference/FCH.png")), cv2.IMREAD_GRAYSCALE)
    drawn = reference_picture("FCH", exam)
    assert drawn.shape == shipped.shape == (360, 480)
    assert abs(drawn.astype(float) - shipped.astype(float)).mean() < 2.0
