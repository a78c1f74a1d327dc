"""Readable and reachable: no text is cut at any size or scale, contrast holds, controls are large enough."""

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from nas.planes import PLANES
from tests.ui.conftest import CLIP, DICOM, SIMULATED, Desk, result
from uiac_desktop.session.events import SourceFailed
from uiac_desktop.ui.look.pressable import Pressable
from uiac_desktop.ui.look.theme import Theme, tokens

SIZES = [(1280, 720), (1366, 768), (1920, 1080), (960, 540)]


@pytest.mark.parametrize(
    ("size", "distance"), [*((size, "near") for size in SIZES), ((1366, 768), "far"), ((960, 540), "far")]
)
def test_that_no_text_is_cut(
    make_desk, settle: Callable[[], None], cut_texts: list[str], size: tuple[int, int], distance: str
) -> None:
    desk: Desk = make_desk(*size, reading_distance=distance)
    desk.window.grab()
    for info in (SIMULATED, CLIP, DICOM):
        session = desk.run(info)
        for plane in (*PLANES, "none") if info is CLIP else ("ADALA", "none"):
            session.give(result(plane, 0.97, 3599.9))
            desk.window.grab()
        for _ in ("over", "off", "beside"):
            desk.window.actions_of.give("map")
            desk.window.grab()
    desk.window.actions_of.give("freeze")
    desk.window.grab()
    desk.session.tell(SourceFailed("The file cannot be read on", "Try again"))
    desk.window.grab()
    for page in ("settings", "help"):
        desk.window.show_view(page)
        desk.window.grab()
    assert sorted(set(cut_texts)) == []


@pytest.mark.parametrize("size", [*SIZES, (683, 384)])
def test_that_every_control_lies_inside_the_window_and_is_large_enough(
    make_desk, settle: Callable[[], None], size: tuple[int, int]
) -> None:
    desk: Desk = make_desk(*size)
    window = desk.window

    def check() -> None:
        settle()
        whole = QRect(QPoint(0, 0), window.size())
        for control in window.findChildren(Pressable):
            if not control.isVisible():
                continue
            place = QRect(control.mapTo(window, QPoint(0, 0)), control.size())
            assert whole.contains(place), (control.objectName(), control.text(), place)
            assert control.width() >= 32, control.text()
            assert control.height() >= 30, control.text()
            assert control.width() >= control.sizeHint().width() or control.objectName().startswith(("chip_", "rail_"))

    check()
    session = desk.run(CLIP)
    session.give(result())
    check()
    session.tell(SourceFailed("x", "y"))
    check()


def test_that_controls_do_not_lie_on_each_other(make_desk, settle: Callable[[], None]) -> None:
    for size in SIZES:
        desk: Desk = make_desk(*size)
        desk.run(DICOM).give(result())
        settle()
        shown = [part for part in desk.window.findChildren(Pressable) if part.isVisible()]
        places = [(part.text(), QRect(part.mapTo(desk.window, QPoint(0, 0)), part.size())) for part in shown]
        for number, (name, place) in enumerate(places):
            for other, second in places[number + 1 :]:
                assert not place.intersects(second), (size, name, other)


def _luminance(colour: QColor) -> float:
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(first: QColor, second: QColor) -> float:
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_that_text_colours_reach_their_contrast(name) -> None:
    look = Theme(name)
    for ground, text in product(("bg1", "bg2", "bg3", "hover", "accentbg"), ("text", "text2")):
        assert _contrast(look.colour(ground), look.colour(text)) >= 4.5, (ground, text)
    for ground in ("bg1", "bg2", "bg3"):
        assert _contrast(look.colour(ground), look.colour("text3")) >= 4.5
    for tone in ("ok", "warn", "error", "info"):
        assert _contrast(look.colour("bg2"), look.colour(tone)) >= 4.5
        assert _contrast(look.colour(f"{tone}bg"), look.colour("text")) >= 7
    assert _contrast(look.colour("bg1"), look.colour("text")) >= 7
    assert _contrast(look.colour("bg1"), look.colour("search")) >= 4.5
    assert _contrast(look.colour("bg3"), look.colour("border2")) >= 3
    assert _contrast(look.colour("accent"), look.colour("onaccent")) >= 4.5


@pytest.mark.parametrize("plane", [*PLANES])
def test_that_a_code_can_be_read_on_its_block(plane: str) -> None:
    look = Theme("dark")
    assert _contrast(look.plane(plane), look.on_plane(plane)) >= 4.5
    assert _contrast(look.plane(plane), look.colour("bg2")) >= 3


def test_that_planes_are_told_apart_by_more_than_colour() -> None:
    look = Theme("dark")
    assert {look.pattern(plane) for plane in PLANES[:6]} == {"solid"}
    assert {look.pattern(plane) for plane in PLANES[6:]} == {"stripe"}
    assert (look.pattern("none"), look.pattern("OWN CLASS")) == ("hatch", "stripe")


@pytest.mark.parametrize("theme_name", ["dark", "light"])
def test_that_the_plane_is_readable_whatever_the_desktop_s_palette(
    application, make_desk, settle: Callable[[], None], theme_name: str
) -> None:
    desk: Desk = make_desk(theme=theme_name)
    from uiac_desktop.ui.look import theme

    theme.wear(application, theme_name)
    desk.run(SIMULATED).give(result())
    settle()
    block: QWidget = desk.window.room.block
    image = block.grab().toImage()
    colours = [image.pixelColor(x, y) for x in range(24, 200, 2) for y in range(16, 70, 2)]
    dark, bright = min(colours, key=_luminance), max(colours, key=_luminance)
    assert _contrast(dark, bright) >= 7


_SCALED = """
import os
import sys
from pathlib import Path
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from tests.ui.conftest import CLIP, Desk, result
from uiac_desktop.settings import Settings
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look import theme
from uiac_desktop.ui.look.fonts import font, load_fonts
cut = []
real = ink.draw_text
def watch(painter, box, text, type_, colour, align=ink.LEFT):
    if ink.text_width(text, type_) > box.width() + 0.5:
        cut.append(text)
    real(painter, box, text, type_, colour, align)
ink.draw_text = watch
def look(scale):
    os.environ["QT_SCALE_FACTOR"] = scale
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication([])
    load_fonts()
    application.setFont(font(13))
    theme.wear(application, "dark")
    desk = Desk(Path(sys.argv[1]), Settings())
    desk.window.resize(1366, 768)
    desk.window.show()
    desk.run(CLIP).give(result())
    application.processEvents()
    picture = desk.window.grab()
    room = desk.window.room
    places = [room.image, room.map, room.block, room.ribbon, desk.window.message, desk.window.source_line]
    shown = [part.geometry().getRect() for part in places]
    print(picture.devicePixelRatio(), picture.width(), cut, shown, sep="|", flush=True)
for scale in sys.argv[2:]:
    child = os.fork()
    if not child:
        look(scale)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit("at scale " + scale)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="each scale is a fork of one process")
def test_that_scale_changes_sharpness_and_nothing_else(tmp_path: Path) -> None:
    scales, seen = ("1", "1.25", "1.5", "2"), {}
    done = subprocess.run(
        [sys.executable, "-c", _SCALED, str(tmp_path), *scales],
        capture_output=True,
        text=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path.cwd())},
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for scale, line in zip(scales, done.stdout.splitlines(), strict=True):
        ratio, width, cut, places = line.split("|")
        assert (float(ratio), int(width)) == (float(scale), round(1366 * float(scale)))
        assert cut == "[]"
        seen[scale] = places
    assert len(set(seen.values())) == 1


def test_that_the_smallest_type_is_eleven_pixels() -> None:
    assert tokens()["type"]["min"] == 11
