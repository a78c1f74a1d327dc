"""Read from afar: the plane alone on a second screen, and the larger plane block of the Scan room."""

from collections.abc import Callable

import pytest

from nas.planes import PLANES
from tests.ui.conftest import SIMULATED, Desk, result
from uiac_desktop.ui.look.sizes import plane_alone, sizes_for
from uiac_desktop.ui.second_screen import SecondScreen

EXTENDED = {"AALA", "ADALA", "VCLA", "ASA", "BSC"}


@pytest.fixture
def second(desk: Desk) -> SecondScreen:
    desk.run(SIMULATED).give(result("FCH"))
    return desk.window.second_screen


def test_that_f10_shows_the_plane_of_the_scan_and_takes_it_away(
    desk: Desk, second: SecondScreen, settle: Callable[[], None]
) -> None:
    assert not second.isVisible()
    desk.window.actions_of.action("second_screen").trigger()
    settle()
    assert desk.window.actions_of.key_text("second_screen") == "F10"
    assert second.isVisible()
    assert second.isWindow()
    assert second.block.accessibleName() == "Plane: four chamber heart, FCH, sure, 97 percent"
    desk.window.actions_of.give("second_screen")
    assert not second.isVisible()


def test_that_the_second_screen_follows_whatever_the_window_shows(
    desk: Desk, second: SecondScreen, settle: Callable[[], None]
) -> None:
    desk.window.actions_of.give("second_screen")
    desk.window.show_view("settings")
    desk.session.give(result("TV", 0.93, 0.1))
    settle()
    assert second.block.accessibleName() == "Plane: three vessels, TV, sure, 93 percent"


def test_that_the_second_screen_goes_with_the_window(desk: Desk, second: SecondScreen) -> None:
    desk.window.actions_of.give("second_screen")
    desk.window.close()
    assert not second.isVisible()


@pytest.mark.parametrize(("screen", "code_px"), [((1920, 1080), 324), ((1366, 768), 230), ((3840, 2160), 648)])
def test_that_the_code_has_30_percent_of_the_height(screen: tuple[int, int], code_px: int) -> None:
    assert plane_alone(*screen).code_px == code_px


@pytest.mark.parametrize("size", [(1920, 1080), (1024, 768), (600, 900), (320, 200)])
def test_that_every_plane_stands_whole_on_the_second_screen(
    second: SecondScreen, desk: Desk, cut_texts: list[str], size: tuple[int, int]
) -> None:
    second.resize(*size)
    second.show()
    for plane in (*PLANES, "none"):
        desk.session.give(result(plane))
        desk.window.actions_of.give("freeze")
        second.grab()
    assert cut_texts == []
    assert second.rect().contains(second.block.geometry())


def test_that_far_makes_the_plane_larger_and_folds_away_what_is_also_recognised(
    desk: Desk, settle: Callable[[], None]
) -> None:
    room, choose = desk.window.room, desk.window.settings_page.take
    desk.run(SIMULATED).give(result("FCH"))
    near, listed = room.block.height(), {line.row.plane for line in room.list._lines if line.row is not None}
    choose(desk.window.settings.model_copy(update={"reading_distance": "far"}))
    settle()
    assert room.block.height() == round(1.35 * near)
    assert {line.row.plane for line in room.list._lines if line.row is not None} == listed - EXTENDED
    assert listed >= EXTENDED
    choose(desk.window.settings.model_copy(update={"reading_distance": "near"}))
    settle()
    assert room.block.height() == near


@pytest.mark.parametrize("size", [(683, 384), (960, 540), (1366, 768), (1920, 1080)])
def test_that_all_type_of_the_block_is_a_third_larger_from_afar(size: tuple[int, int]) -> None:
    near, far = sizes_for(*size), sizes_for(*size, "far")
    for name in ("code_px", "word_px", "name_px", "certainty_px"):
        assert getattr(far, name) == pytest.approx(1.35 * getattr(near, name), abs=0.5)
