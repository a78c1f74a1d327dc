"""Sending over OpenIGTLink from the window: off by default, shown while on, fed with what is on screen, port said."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace

import pyigtl
import pytest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from tests.patience import PATIENCE_MS, PATIENCE_S
from tests.ui.conftest import SIMULATED, Desk, result
from uiac_desktop.session.events import SourceLearned, SourceOpened
from uiac_desktop.session.link.labels import ABOUT_DEVICE, MAP_DEVICE, PLANE_DEVICE


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def link_desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk(link_port=_free_port())


@pytest.fixture
def client(link_desk: Desk) -> Iterator[pyigtl.OpenIGTLinkClient]:
    link_desk.window.actions_of.give("link")
    client = pyigtl.OpenIGTLinkClient("127.0.0.1", link_desk.window.settings.link_port)
    assert client.wait_for_message(ABOUT_DEVICE, timeout=PATIENCE_S) is not None
    yield client
    client.stop()
    client._client_thread.join()


def _chip(desk: Desk) -> str:
    return next((chip.text for chip in desk.window.link.chips), "")


def test_that_nothing_listens_until_it_is_turned_on(link_desk: Desk) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", link_desk.window.settings.link_port))
    assert not link_desk.window.link.on
    assert _chip(link_desk) == ""
    state: QLabel = link_desk.part("link_state")
    assert state.text().startswith("Off")


def test_that_what_is_on_screen_is_sent(link_desk: Desk, client: pyigtl.OpenIGTLinkClient) -> None:
    session = link_desk.run(SIMULATED)
    session.give(result("FCH", 0.97))
    assert client.wait_for_message(PLANE_DEVICE, timeout=PATIENCE_S).string == "FCH 0.970"
    assert client.wait_for_message(MAP_DEVICE, timeout=PATIENCE_S).image.any()


def test_that_the_header_shows_it_while_it_is_on(
    link_desk: Desk, client: pyigtl.OpenIGTLinkClient, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: _chip(link_desk) == "Sends (1)", timeout=PATIENCE_MS)
    assert link_desk.part("chip_link").text() == "Sends (1)"
    assert "1 program is connected" in link_desk.part("link_state").text()
    box: QCheckBox = link_desk.part("link_on")
    assert box.isChecked()
    link_desk.part("chip_link").click()
    assert _chip(link_desk) == ""
    assert not box.isChecked()


def test_that_a_port_in_use_is_said_and_nothing_is_on(link_desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", link_desk.window.settings.link_port)):
        link_desk.part("link_on").click()
        assert not link_desk.window.link.on
        assert not link_desk.part("link_on").isChecked()
        shown = link_desk.window.board.shown
        assert shown is not None
        assert "is in use" in shown.what


def test_that_another_port_moves_a_server_that_is_on(link_desk: Desk) -> None:
    link_desk.part("link_on").click()
    former, port = link_desk.window.settings.link_port, _free_port()
    box: QSpinBox = link_desk.part("link_port")
    box.setValue(port)
    box.editingFinished.emit()
    assert link_desk.file.load()[0].link_port == port
    socket.create_connection(("127.0.0.1", port)).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", former))


def test_that_an_address_for_others_is_marked(link_desk: Desk) -> None:
    host: QLineEdit = link_desk.part("link_host")
    host.setText("0.0.0.0")
    host.editingFinished.emit()
    link_desk.part("link_on").click()
    assert _chip(link_desk) == "Sends to network (0)"
    assert link_desk.window.link.chips[0].tone == "warn"
    assert "Other computers" in link_desk.window.board.shown.advice


@pytest.mark.parametrize("typed", ["x" * 70, "a..b", "心" * 90, "x" * 400, "two words"])
def test_that_what_is_no_address_is_said_and_kept_in_settings_that_can_be_read(link_desk: Desk, typed: str) -> None:
    host: QLineEdit = link_desk.part("link_host")
    host.clear()
    host.insert(typed)
    host.editingFinished.emit()
    link_desk.part("link_on").click()
    assert not link_desk.window.link.on
    assert link_desk.window.board.shown.what.startswith("Nothing is sent: ")
    loaded, problem = link_desk.file.load()
    assert problem is None
    assert loaded.link_host == host.text()


def test_that_the_window_s_end_closes_the_port(link_desk: Desk) -> None:
    link_desk.part("link_on").click()
    link_desk.window.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", link_desk.window.settings.link_port))


def test_that_g_shows_the_sender_s_next_device(desk: Desk) -> None:
    info = replace(SIMULATED, name="Probe", kind="igtl", seekable=False, paced=False, choices=("Probe",))
    desk.window.control.open("igtl://127.0.0.1:9/Probe")
    desk.session.tell(SourceOpened(info))
    names = [chip.name for chip in desk.window.control.state().chips]
    assert "region" not in names
    desk.session.tell(SourceLearned(replace(info, choices=("Probe", "Screen"))))
    chip = next(chip for chip in desk.window.control.state().chips if chip.name == "region")
    assert chip.text == "Device 1 of 2: Probe"
    desk.window.actions_of.give("region")
    assert len(desk.sessions) == 2
    assert desk.window.control.state().chips[0].text.endswith("Screen")
