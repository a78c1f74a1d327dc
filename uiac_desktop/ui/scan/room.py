"""The Scan room: places image, map, ribbon, plane and list by the layout, and hands each its part of the state."""

from PySide6.QtCore import QElapsedTimer, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget
from typing_extensions import override

from uiac_desktop.settings import MapMode
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.details import Details
from uiac_desktop.ui.exam.kept_view import KeptView
from uiac_desktop.ui.exam.strip_view import StripView
from uiac_desktop.ui.exam.view import ExamView
from uiac_desktop.ui.focus import leave_focus
from uiac_desktop.ui.look.sizes import Sizes, sizes_for
from uiac_desktop.ui.look.theme import ON_BLACK, theme
from uiac_desktop.ui.pictures.image_view import MARGIN, ImageView
from uiac_desktop.ui.pictures.map_paint import MapLook, PaintedMap
from uiac_desktop.ui.pictures.map_view import MapView
from uiac_desktop.ui.scan.block_view import BlockView
from uiac_desktop.ui.scan.layout import LEGEND_BESIDE, Box, ScanLayout, lay_out
from uiac_desktop.ui.scan.list_view import ListView
from uiac_desktop.ui.scan.ribbon_view import RibbonView
from uiac_desktop.ui.scan.state import ScanState
from uiac_desktop.ui.scan.transport import SPEED_WIDTH, TRANSPORT_WIDTH, Speed, Transport
from uiac_desktop.ui.scan.welcome import Welcome

_FIGURES_EVERY_MS = 60


class ScanRoom(QWidget):
    """Draws `ScanState`; has no opinion of its own.

    Parameters
    ----------
    actions
        The commands that its buttons give.
    """

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scan_room")
        self._sizes = sizes_for(1920, 1080)
        self._mode: MapMode = "beside"
        self._look = MapLook()
        self._aspect = 4 / 3
        self._state: ScanState | None = None
        self._drawn: tuple[object, ...] = ()
        self._said: tuple[object, ...] = ()
        self._since_figures = QElapsedTimer()
        self._since_figures.start()
        self.image = ImageView(self)
        self.map = MapView(self)
        self.ribbon = RibbonView(self)
        self.transport = Transport(actions, self)
        self.speed = Speed(actions, self)
        self.block = BlockView(self)
        self.list = ListView()
        self.strip = StripView(actions, self)
        self.kept = KeptView(self)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self.list)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.welcome = Welcome(actions, self)
        self.details = Details(self)
        self.details.closed.connect(self.details.hide)
        self.layout_now: ScanLayout = lay_out(1280, 680, self._sizes, self._mode, self._aspect)

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the sizes of the window's class."""
        self._sizes = sizes
        self.ribbon.set_sizes(sizes)
        self.block.set_sizes(sizes)
        self._place()

    def set_map(self, mode: MapMode, look: MapLook) -> None:
        """Take where and how the map is drawn."""
        self._mode, self._look = mode, look
        self._place()
        if self._state is not None:
            self.show_state(self._state, self._aspect)

    def show_state(self, state: ScanState, aspect: float) -> None:
        """Draw a state: image, map, plane, list and ribbon change together."""
        changes_shape = (
            self._state is None
            or state.empty != self._state.empty
            or (state.playhead is None) != (self._state.playhead is None)
            or abs(aspect - self._aspect) > 1e-3
        )
        self._state, self._aspect = state, aspect
        if changes_shape:
            self._place()
        drawn = (state.frame, state.map, state.dimmed, state.frozen, self._mode, self._look, aspect)
        if drawn != self._drawn:
            self._drawn = drawn
            self._draw_picture(state)
        self._show_figures(state)
        self.ribbon.show_window(state.ribbon, state.playhead)
        if state.playhead is not None:
            self.transport.show_playhead(state.playhead)
            self.speed.show_playhead(state.playhead)

    def show_exam(self, view: ExamView) -> None:
        """Draw how far the exam is: signs, alternatives, what was kept."""
        self.list.show_exam(view)
        self.strip.show_strip(view.strip)
        self.kept.show_lines(view.kept, view.kept_count)

    def _show_figures(self, state: ScanState) -> None:
        """Show block and list together: another plane at once, figures at most 15 times a second, to be readable."""
        said = (state.block.headline, state.block.word, state.block.frozen, state.dimmed, state.empty)
        if said == self._said and not self._since_figures.hasExpired(_FIGURES_EVERY_MS):
            return
        self._said = said
        self._since_figures.restart()
        self.block.show_block(state.block)
        self.list.show_rows(state.rows)

    def _draw_picture(self, state: ScanState) -> None:
        painted = PaintedMap(state.map, self._aspect, self._look) if state.frame is not None else None
        over = painted if self._mode == "over" else None
        self.image.show_frame(state.frame, over, dimmed=state.dimmed, frozen=state.frozen)
        self.map.show_map(self._mode, self._look, painted, self.image.image, dimmed=state.dimmed)

    def show_details(self, text: str) -> None:
        """Open the details panel."""
        self._place()
        self.details.show_text(text)

    @override
    def resizeEvent(self, event: object) -> None:
        """Place everything."""
        self._place()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the black stage and the edge of the panel."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), ON_BLACK.colour("bg0"))
        panel = self.layout_now.block
        painter.fillRect(panel.x, 0, panel.width, self.height(), theme().colour("bg1"))
        painter.setPen(QPen(theme().colour("border"), 1))
        painter.drawLine(panel.x - 1, 0, panel.x - 1, self.height())

    @override
    def sizeHint(self) -> QSize:
        """Return a size that shows everything."""
        return QSize(1280, 680)

    def _place(self) -> None:
        self.layout_now = lay_out(self.width(), self.height(), self._sizes, self._mode, self._aspect)
        now = self.layout_now
        empty = self._state is None or self._state.empty
        image = now.image
        self.image.setGeometry(image.x - MARGIN, image.y - MARGIN, image.width + 2 * MARGIN, image.height + 2 * MARGIN)
        self.image.setVisible(not empty)
        self._place_side(now, empty)
        self._place_ribbon(now.ribbon, empty)
        _set(self.block, now.block)
        _set(self._scroll, now.list)
        self.list.set_sizes(self._sizes, now.list.height)
        self.welcome.setGeometry(0, 0, now.stage.width, now.message.y)
        if not empty:
            leave_focus(self.welcome)
        self.welcome.setVisible(empty)
        details = now.side if now.side is not None and not empty else now.list
        _set(self.details, details)
        self.update()

    def _place_side(self, now: ScanLayout, empty: bool) -> None:
        self.strip.set_upright(now.upright, self._aspect)
        for part, place in ((self.strip, now.strip), (self.kept, now.kept)):
            part.setVisible(place is not None and not empty)
            if place is not None:
                _set(part, place)
        if now.side is not None and now.legend is not None:
            top = now.map.y if now.map is not None else now.legend.y
            self.map.setGeometry(now.side.x, top, now.side.width, now.legend.bottom - top)
            picture = None if now.map is None else Box(now.map.x - now.side.x, 0, now.map.width, now.map.height)
            self.map.place_picture(picture)
            self.map.setVisible(not empty)
        elif now.map is not None:
            bottom = min(now.map.bottom + LEGEND_BESIDE, (now.ribbon or now.message).y)
            self.map.setGeometry(now.map.x, now.map.y, now.map.width, bottom - now.map.y)
            self.map.place_picture(Box(0, 0, now.map.width, now.map.height))
            self.map.setVisible(not empty)
        else:
            self.map.hide()

    def _place_ribbon(self, box: Box | None, empty: bool) -> None:
        has_clip = self._state is not None and self._state.playhead is not None
        self.ribbon.setVisible(box is not None and not empty)
        self.transport.setVisible(box is not None and has_clip and not empty)
        self.speed.setVisible(box is not None and has_clip and not empty)
        if box is None:
            return
        if not has_clip:
            _set(self.ribbon, box)
            return
        self.transport.setGeometry(box.x, box.y, TRANSPORT_WIDTH, box.height)
        left = box.x + TRANSPORT_WIDTH + 12
        right = box.right - SPEED_WIDTH - 12
        self.ribbon.setGeometry(left, box.y, right - left, box.height)
        self.speed.setGeometry(box.right - SPEED_WIDTH, box.y, SPEED_WIDTH, box.height)


def _set(widget: QWidget, box: Box) -> None:
    widget.setGeometry(box.x, box.y, box.width, box.height)
