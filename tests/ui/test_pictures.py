"""Pixels on screen: exact at every width, upright, colours in their places, memory flat, maps where they belong."""

from collections.abc import Callable

import numpy as np
import psutil
import pytest
from matplotlib import colormaps
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from tests.ui.conftest import Desk, frame
from uiac_desktop.maps import heat
from uiac_desktop.maps.place import MapPlace
from uiac_desktop.ui.pictures.image_view import MARGIN, ImageView
from uiac_desktop.ui.pictures.map_paint import MapLook, PaintedMap
from uiac_desktop.ui.pictures.picture import qt_image
from uiac_desktop.ui.scan.state import MapPicture


def _array(image: QImage) -> np.ndarray:
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()


@pytest.mark.parametrize("width", range(157, 166))
@pytest.mark.parametrize("channels", [1, 3])
def test_that_every_width_is_pixel_exact(application, width: int, channels: int) -> None:
    rng = np.random.default_rng(width)
    shape = (61, width) if channels == 1 else (61, width, 3)
    pixels = rng.integers(0, 256, shape, dtype=np.uint8)
    shown = _array(qt_image(pixels))
    wanted = np.repeat(pixels[:, :, None], 3, axis=2) if channels == 1 else pixels
    np.testing.assert_array_equal(shown, wanted)


def test_that_rows_of_a_larger_picture_are_read_by_their_own_length(application) -> None:
    whole = np.random.default_rng(3).integers(0, 256, (40, 90), dtype=np.uint8)
    part = whole[5:30, :]
    np.testing.assert_array_equal(_array(qt_image(part))[:, :, 0], part)


def test_that_the_image_outlives_the_array(application) -> None:
    pixels = np.full((64, 64, 3), 200, np.uint8)
    image = qt_image(pixels)
    pixels[:] = 0
    assert _array(image).min() == 200


def _grab(view: ImageView) -> np.ndarray:
    return _array(view.grab().toImage())[MARGIN:-MARGIN, MARGIN:-MARGIN]


@pytest.fixture
def view(application, settle):
    made = ImageView()
    made.resize(320 + 2 * MARGIN, 180 + 2 * MARGIN)
    yield made
    made.close()
    made.deleteLater()
    settle()


def test_that_the_image_stands_upright_unmirrored_and_in_its_colours(view: ImageView) -> None:
    pixels = np.zeros((180, 320, 3), np.uint8)
    pixels[:90, :160] = (255, 0, 0)
    pixels[:90, 160:] = (0, 255, 0)
    pixels[90:, :160] = (0, 0, 255)
    view.show_frame(frame(pixels=pixels), None, dimmed=False, frozen=False)
    shown = _grab(view)
    assert shown[20, 20].tolist() == [255, 0, 0]
    assert shown[20, 300].tolist() == [0, 255, 0]
    assert shown[160, 20].tolist() == [0, 0, 255]
    assert shown[160, 300].tolist() == [0, 0, 0]


def test_that_at_its_own_size_every_pixel_is_shown_as_it_is(view: ImageView) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (180, 320), dtype=np.uint8)
    view.show_frame(frame(pixels=pixels), None, dimmed=False, frozen=False)
    np.testing.assert_array_equal(_grab(view)[:, :, 1], pixels)


def test_that_the_frozen_line_lies_outside_the_pixels(view: ImageView) -> None:
    pixels = np.random.default_rng(6).integers(0, 256, (180, 320), dtype=np.uint8)
    view.show_frame(frame(pixels=pixels), None, dimmed=False, frozen=True)
    whole = _array(view.grab().toImage())
    np.testing.assert_array_equal(whole[MARGIN:-MARGIN, MARGIN:-MARGIN, 1], pixels)
    assert whole[1, 160].tolist() == [0x6E, 0xB7, 0xF4]


def test_that_a_lost_picture_is_dimmed(view: ImageView) -> None:
    view.show_frame(frame(pixels=np.full((180, 320), 200, np.uint8)), None, dimmed=True, frozen=False)
    assert 40 < _grab(view).mean() < 100


def test_that_painted_is_told_once_a_frame(view: ImageView, settle: Callable[[], None]) -> None:
    told = []
    view.painted.connect(lambda: told.append(1))
    view.show()
    first = frame(pixels=np.zeros((180, 320), np.uint8))
    view.show_frame(first, None, dimmed=False, frozen=False)
    settle()
    view.show_frame(first, None, dimmed=False, frozen=True)
    settle()
    view.show_frame(frame(1.0), None, dimmed=False, frozen=False)
    settle()
    assert len(told) == 2


def test_that_memory_stays_flat_over_thousands_of_frames_with_the_map_going_on_and_off(view: ImageView) -> None:
    rng = np.random.default_rng(0)
    frames = [frame(pixels=rng.integers(0, 255, (480, 640, 3), dtype=np.uint8)) for _ in range(4)]
    values = rng.random((8, 8)).astype(np.float32)
    target = QImage(view.size(), QImage.Format.Format_RGB32)

    def play(count: int) -> None:
        for number in range(count):
            shown = PaintedMap(MapPicture("Map", values), 4 / 3, MapLook()) if number // 20 % 2 else None
            view.show_frame(frames[number % 4], shown, dimmed=False, frozen=False)
            view.render(target)

    play(100)
    before = psutil.Process().memory_info().rss
    play(600)
    assert psutil.Process().memory_info().rss - before < 30 * 2**20


# Maps


def _hot_left() -> MapPicture:
    values = np.zeros((8, 8), np.float32)
    values[:, :2] = 1.0
    return MapPicture("Map of FCH", values)


@pytest.mark.parametrize(
    ("name", "source"), [("inferno", "inferno"), ("cividis", "cividis"), ("grey", "gray"), ("jet", "jet")]
)
def test_that_colour_tables_are_the_published_ones(name, source: str) -> None:
    wanted = np.rint(colormaps[source](np.arange(256))[:, :3] * 255).astype(int)
    np.testing.assert_array_equal(heat.colour_table(name).astype(int), wanted)


def test_that_jet_is_hot_red_and_cold_blue_in_the_window(application) -> None:
    grey = np.full((180, 320), 90, np.uint8)
    image = QImage(320, 180, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painted = PaintedMap(_hot_left(), 320 / 180, MapLook("jet", contours=False))
    painted.draw_beside(painter, qt_image(grey), QRectF(0, 0, 320, 180), 1.0)
    painter.end()
    shown = _array(image).astype(int)
    hot, cold = shown[90, 15], shown[90, 300]
    assert hot[0] > hot[2] + 40
    assert cold[2] > cold[0] + 40


def test_that_the_map_over_the_image_never_darkens_it_and_leaves_cold_parts_alone(view: ImageView) -> None:
    pixels = np.random.default_rng(8).integers(0, 256, (180, 320), dtype=np.uint8)
    view.show_frame(
        frame(pixels=pixels), PaintedMap(_hot_left(), 16 / 9, MapLook(contours=False)), dimmed=False, frozen=False
    )
    shown = _grab(view).astype(int)
    original = np.repeat(pixels[:, :, None], 3, axis=2).astype(int)
    assert (shown >= original - 2).all()
    np.testing.assert_array_equal(shown[:, 200:], original[:, 200:])
    assert shown[:, :40, 0].mean() > original[:, :40, 0].mean() + 20


def test_that_a_map_is_drawn_only_where_the_network_looked(application) -> None:
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("#000000"))
    painter = QPainter(image)
    everywhere = MapPicture("Map", np.array([[1, 0.9], [0.9, 1]], np.float32), MapPlace(0.5, 0.5, 0.5, 0.5))
    PaintedMap(everywhere, 1.0, MapLook(contours=False)).draw_over(painter, QRectF(0, 0, 200, 200))
    painter.end()
    shown = _array(image)
    assert shown[:99, :].max() == 0
    assert shown[:, :99].max() == 0
    assert shown[150, 150].max() > 60


@pytest.mark.parametrize("shape", [(8, 8), (4, 4), (1, 1), (3, 7)])
def test_that_enlarging_keeps_range_and_even_maps_even(shape: tuple[int, int]) -> None:
    even = heat.smooth(np.full(shape, 0.7, np.float32), 112, 84)
    np.testing.assert_allclose(even, 0.7, atol=1e-5)
    rough = heat.smooth(np.random.default_rng(1).random(shape).astype(np.float32), 112, 84)
    assert rough.shape == (84, 112)
    assert 0 <= rough.min() <= rough.max() <= 1


def test_that_contours_enclose_what_reaches_their_share_of_the_peak() -> None:
    values = np.zeros((8, 8), np.float32)
    values[3:5, 3:5] = 1.0
    enlarged = heat.smooth(values, 112, 112)
    (wide,), (narrow,) = heat.contours(enlarged, 0.5), heat.contours(enlarged, 0.8)
    for line in (wide, narrow):
        np.testing.assert_allclose(line.mean(axis=0), [0.5, 0.5], atol=0.02)
    assert np.ptp(narrow[:, 0]) < np.ptp(wide[:, 0]) < 0.6
    assert heat.contours(np.zeros((10, 10), np.float32), 0.5) == []


def test_that_the_window_shows_map_beside_over_and_off_in_turn(desk: Desk, settle: Callable[[], None]) -> None:
    from tests.ui.conftest import SIMULATED, result

    session = desk.run(SIMULATED)
    session.give(result(pixels=np.random.default_rng(9).integers(40, 80, (720, 960), dtype=np.uint8)))
    settle()
    room = desk.window.room
    corner = room.image.pos()
    seen = {}
    for _ in range(3):
        mode = desk.window.settings.map_mode
        hot = _array(room.image.grab().toImage())[60:160, 60:160].astype(int)
        seen[mode] = (room.layout_now.map is not None, bool((hot[..., 0] > hot[..., 2] + 20).any()))
        assert room.image.pos() == corner
        desk.window.actions_of.give("map")
        settle()
    assert seen == {"beside": (True, False), "over": (False, True), "off": (False, False)}
    assert desk.file.load()[0].map_mode == "beside"


def test_that_the_ribbon_shows_planes_solid_or_striped_and_none_as_a_hatch_on_the_ground(application, settle) -> None:
    from uiac_desktop.ui.look.theme import theme
    from uiac_desktop.ui.scan.ribbon import RibbonWindow, Run
    from uiac_desktop.ui.scan.ribbon_view import RibbonView

    runs = (Run(0, 20, "plane", "FCH"), Run(20, 40, "plane", "AALA"), Run(40, 60, "plane", "none"))
    ribbon = RibbonView()
    ribbon.resize(600, 54)
    ribbon.show_window(RibbonWindow(0, 60, runs, live=True), None)
    shown = _array(ribbon.grab().toImage())[3:7]

    def share(left: int, right: int, code: str) -> float:
        wanted = np.array(theme().plane(code).getRgb()[:3])
        return float((np.abs(shown[:, left:right].astype(int) - wanted).max(axis=2) <= 2).mean())

    assert share(5, 195, "FCH") == 1.0
    assert 0.3 < share(205, 395, "AALA") < 0.9
    assert share(405, 595, "AALA") == 0.0
    ground = np.array(theme().colour("bg2").getRgb()[:3])
    assert (np.abs(shown[:, 405:595].astype(int) - ground).max(axis=2) <= 2).mean() > 0.4
    ribbon.close()
    ribbon.deleteLater()
    settle()
