"""Live sources in the window: devices by name, addresses, parts of the screen; a lost picture, said and tried again."""

import time

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget

from tests.ui.conftest import READY, result
from uiac_desktop.sources.base import PictureBack, PictureLost, Region, SourceInfo
from uiac_desktop.sources.live_name import live_key
from uiac_desktop.ui.scan.device_watch import DeviceWatch
from uiac_desktop.ui.scan.screen_part import Veil, in_pixels
from uiac_desktop.ui.scan.session_port import source_name

DEVICE = SourceInfo("DVI2USB 3.0", "device", 1280, 720, 60.0, None, None, seekable=False, paced=False)


@pytest.fixture
def devices(desk, settle) -> list[str]:
    """The devices that are plugged in, as the list sees them; none at first."""
    plugged: list[str] = []
    watch = desk.window.room.welcome.sources.watch
    watch._look = lambda: tuple(plugged)
    return plugged


def look(desk, settle) -> None:
    """Look for devices now and wait for the answer."""
    watch: DeviceWatch = desk.window.room.welcome.sources.watch
    watch.renew()
    assert watch._thread is not None
    watch._thread.join()
    watch.renew()
    watch._thread.join()
    settle()


def press(desk, name: str, settle) -> None:
    desk.window.actions_of.give(name)
    settle()


def test_that_a_plugged_in_device_is_named_on_the_first_page_and_opens_by_its_name(desk, devices, settle) -> None:
    look(desk, settle)
    press(desk, "devices", settle)
    page = desk.part("source_list")
    assert page.isVisible()
    assert not desk.part("device_list").isVisible()
    devices += ["DVI2USB 3.0", "USB Video"]
    look(desk, settle)
    names = desk.part("device_list")
    assert isinstance(names, QListWidget)
    assert [names.item(row).text() for row in range(names.count())] == devices
    names.setCurrentRow(1)
    devices.insert(0, "A new one")
    look(desk, settle)
    assert names.currentItem().text() == "USB Video"
    QTest.mouseClick(desk.part("open_device"), Qt.MouseButton.LeftButton)
    settle()
    assert desk.window.control.has_source
    assert not desk.window.room.welcome.isVisible()


def test_that_the_device_that_was_opened_last_stands_chosen_at_the_next_start(make_desk, settle) -> None:
    first = make_desk()
    first.run(DEVICE)
    assert '"last_device": "DVI2USB 3.0"' in first.file.path.read_text(encoding="utf-8")
    settings, _ = first.file.load()
    second = make_desk(last_device=settings.last_device)
    second.window.room.welcome.sources.watch._look = lambda: ("A camera", "DVI2USB 3.0")
    look(second, settle)
    press(second, "devices", settle)
    names = second.part("device_list")
    assert isinstance(names, QListWidget)
    assert names.currentItem().text() == "DVI2USB 3.0"


def test_that_the_card_says_which_device_is_plugged_in(desk, devices, settle) -> None:
    devices.append("DVI2USB 3.0")
    look(desk, settle)
    welcome = desk.window.room.welcome
    texts = [welcome._text_of(card) for card in __import__("uiac_desktop.ui.scan.welcome", fromlist=["_CARDS"])._CARDS]
    assert any("Found: DVI2USB 3.0." in text for text in texts)


def test_that_an_address_opens_and_is_forgotten(desk, devices, settle) -> None:
    press(desk, "stream", settle)
    field = desk.part("stream_address")
    assert isinstance(field, QLineEdit)
    assert not desk.part("open_address").isEnabled()
    QTest.keyClicks(field, "rtsp://jane:secret@10.0.0.9/live")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert desk.window.control.has_source
    assert field.text() == ""
    shown = desk.window.header.accessibleDescription() + repr(desk.window.control.state().chips)
    assert "10.0.0.9" in shown
    assert "secret" not in shown


def test_that_the_slicer_card_has_the_address_of_this_pc(desk, devices, settle) -> None:
    press(desk, "slicer", settle)
    assert desk.part("stream_address").text() == "igtl://localhost:18944"


def test_that_back_leads_to_the_cards(desk, devices, settle) -> None:
    press(desk, "devices", settle)
    assert not desk.part("welcome_devices").isVisible()
    QTest.mouseClick(desk.part("source_list_back"), Qt.MouseButton.LeftButton)
    settle()
    assert desk.part("welcome_devices").isVisible()
    assert not desk.part("source_list").isVisible()


class OneOfTwoScreens:
    """The main screen, at the right of another; Qt names it first, whatever the system's order is."""

    def geometry(self) -> QRect:
        return QRect(1920, 120, 781, 439)

    def devicePixelRatio(self) -> float:
        return 1.75


def test_that_a_whole_screen_opens_by_its_place_whatever_its_number(desk, devices, settle, monkeypatch) -> None:
    opened = []
    desk.window.room.welcome.sources.opened.connect(opened.append)
    with monkeypatch.context() as patch:
        patch.setattr(QGuiApplication, "screens", lambda: [OneOfTwoScreens()])
        press(desk, "devices", settle)
    button = desk.part("screen_1")
    assert button.text() == "Screen 1: 1366×768"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle()
    assert opened == ["screen:1920,120,1366,768"]
    assert desk.window.control.has_source


def test_that_keys_of_sources_rest_while_one_is_open(desk, devices, settle) -> None:
    desk.run(DEVICE)
    count = len(desk.sessions)
    for name in ("devices", "stream", "slicer", "screen_part", "simulated"):
        press(desk, name, settle)
        assert desk.window.board.has("source in use"), name
        shown = desk.window.board.shown
        assert shown is not None
        assert (shown.what, shown.advice) == ("A source is open already.", "Ctrl+W lets it go first.")
        desk.window.board.clear("source in use")
    assert len(desk.sessions) == count
    assert not desk.part("source_list").isVisible()
    assert desk.window.isVisible()


def test_that_a_lost_picture_says_since_when_and_tries_now_on_request(desk, settle) -> None:
    session = desk.run(DEVICE, READY)
    session.give(result("FCH"))
    now = time.monotonic()
    lost_at = now - 40.6  # reads as 41 s for most of a second, so that a busy machine may take its time
    session.tell(PictureLost("DVI2USB 3.0 gives no more pictures.", "Check the cable.", lost_at, now + 4.5))
    shown = desk.window.board.shown
    assert shown is not None
    assert shown.what == "No picture from DVI2USB 3.0 for 41 s."
    assert shown.advice.startswith("Check the cable. Next try in ")
    assert [choice.word for choice in shown.choices] == ["Try now", "Other source"]
    state = desk.window.control.state()
    assert state.dimmed
    assert state.figures[0].value == "nothing for 41 s"
    count = len(desk.sessions)
    press(desk, "again", settle)
    assert ("try_now",) in session.asked
    assert len(desk.sessions) == count
    session.tell(PictureLost("The same.", "Check the cable.", lost_at, None))
    assert "Trying again" in desk.window.board.shown.advice
    session.tell(PictureBack(44.0))
    assert not desk.window.board.has("lost")
    assert not desk.window.control.state().dimmed


def test_that_opening_says_after_a_while_that_no_picture_has_come(desk) -> None:
    desk.window.control.open("device:DVI2USB 3.0")
    desk.window.control.presenter._opened_at -= 2.6
    desk.window.control.presenter.follow("opening", 1.0)
    shown = desk.window.board.shown
    assert shown is not None
    assert shown.what.startswith("Opening DVI2USB 3.0 … 3 s")
    assert shown.advice == "No picture has come yet."
    assert [choice.word for choice in shown.choices] == ["Cancel"]


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("device:USB Video (2)?size=640x480&fps=30", "USB Video (2)"),
        ("device:", "Capture device"),
        ("screen:1,2,300,400", "Screen 300×400 at 1, 2"),
        ("screen:2", "Screen 2"),
        ("screen:x", "Screen"),
        ("http://jane:secret@host:8080/x?token=secret", "http://host:8080"),
        ("rtsp://jane:secret@", "rtsp: stream"),
        ("igtl://localhost:18944", "igtl://localhost:18944"),
        ("/home/jane/clip.mp4", "clip.mp4"),
        ("simulated:3", "Simulated scan"),
    ],
)
def test_that_a_source_is_called_without_its_secrets(uri: str, name: str) -> None:
    assert source_name(uri) == name


def test_that_what_tells_sources_apart_has_no_password_and_no_wish() -> None:
    assert live_key("rtsp://jane:secret@host/one") == live_key("rtsp://other@host/one") == "rtsp://host/one"
    assert live_key("rtsp://host/one") != live_key("rtsp://host/two")
    assert live_key("device:Card?size=640x480") == live_key("device:Card") == "Card"


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
def test_that_a_part_is_in_pixels_at_every_scale_and_left_of_the_first_screen(scale: float) -> None:
    corner = QPoint(-1920, -200)
    part = QRect(round(240 / scale), round(120 / scale), round(600 / scale), round(480 / scale))
    assert in_pixels(part, corner, scale) == Region(-1680, -80, 600, 480)


def test_that_a_veil_takes_a_drag_and_passes_over_a_click_and_esc_leaves(application: QApplication, settle) -> None:
    veil = Veil(application.primaryScreen())
    taken: list[Region] = []
    left: list[bool] = []
    veil.dragged.connect(taken.append)
    veil.left.connect(lambda: left.append(True))
    veil.show()
    QTest.mouseClick(veil, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert not taken
    QTest.mousePress(veil, Qt.MouseButton.LeftButton, pos=QPoint(150, 90))
    QTest.mouseMove(veil, QPoint(50, 60))
    assert not veil.grab().isNull()
    QTest.mouseRelease(veil, Qt.MouseButton.LeftButton, pos=QPoint(50, 60))
    assert (taken[0].x, taken[0].y) == (50, 60)
    assert (taken[0].width, taken[0].height) == (101, 31)
    QTest.keyClick(veil, Qt.Key.Key_Escape)
    assert left
    veil.close()
    veil.deleteLater()
    settle()
