"""The Review room: places head, pictures, timeline, labels and lists by the layout, and hands each its part."""

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.settings import MapMode, Settings
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.look.sizes import Sizes, sizes_for
from uiac_desktop.ui.look.theme import ON_BLACK, theme
from uiac_desktop.ui.pictures.image_view import MARGIN, ImageView
from uiac_desktop.ui.pictures.map_paint import MapLook, PaintedMap, look_of
from uiac_desktop.ui.pictures.map_view import MapView
from uiac_desktop.ui.pictures.reference_pictures import ReferencePictures, ReferenceView
from uiac_desktop.ui.review.bar import ReviewBar
from uiac_desktop.ui.review.control import ReviewControl
from uiac_desktop.ui.review.head import ReviewHead
from uiac_desktop.ui.review.label_keys import LabelKeys
from uiac_desktop.ui.review.layout import CAPTION, ReviewLayout, lay_out_review
from uiac_desktop.ui.review.lists import ReviewLists
from uiac_desktop.ui.review.page import ReviewPage
from uiac_desktop.ui.review.said_view import SaidView
from uiac_desktop.ui.review.sight import compared_plane
from uiac_desktop.ui.review.timeline_view import TimelineView
from uiac_desktop.ui.scan.layout import Box, fitted
from uiac_desktop.ui.scan.state import MapPicture

BAR = 46
BAR_SMALL = 40


class ReviewRoom(QWidget):
    """Draws how the room of a `ReviewControl` stands.

    Parameters
    ----------
    actions
        The commands that its buttons give.
    control
        What it draws.
    pictures
        Reference pictures of the planes.
    """

    def __init__(
        self, actions: Actions, control: ReviewControl, pictures: ReferencePictures, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("review_room")
        self.control = control
        self._sizes = sizes_for(1920, 1080)
        self._mode: MapMode = "beside"
        self._look = MapLook()
        self._aspect = 4 / 3
        self._drawn_map: MapPicture | None = None
        self.head = ReviewHead(actions, self)
        self.image = ImageView(self)
        self.image.setObjectName("review_image")
        self.map = MapView(self)
        self.map.setObjectName("review_map")
        self.reference = ReferenceView(pictures, self)
        self.bar = ReviewBar(actions, self)
        self.timeline = TimelineView(self)
        self.said = SaidView(self)
        self.keys = LabelKeys(actions, self)
        self.lists = ReviewLists(control.thumb, self)
        self.page = ReviewPage(actions, self)
        self.layout_now: ReviewLayout = lay_out_review(1280, 680, self._sizes, self._aspect)
        control.changed.connect(self._follow)
        control.frame_changed.connect(self._paint_frame)
        control.thumb_came.connect(self.lists.update_pictures)
        self.renew()

    def apply(self, settings: Settings) -> None:
        """Take other choices: map, model, words, keys."""
        self.set_map(settings.map_mode, look_of(settings))
        self.renew_keys()
        self.control.apply(settings)

    def leave(self) -> bool:
        """Let go of range or mark where the room is in view; return False where there is nothing to leave."""
        return self.isVisible() and self.control.leave()

    def take_drop(self, dropped: list[Path]) -> bool:
        """Open what was dropped where the room is in view, else return False."""
        if self.isVisible():
            self.control.open_paths(dropped)
        return self.isVisible()

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the sizes of the window's class."""
        self._sizes = sizes
        self.head.set_sizes(sizes)
        self.said.set_sizes(sizes)
        self.keys.set_sizes(sizes)
        self.lists.set_sizes(sizes)
        self._place()

    def set_map(self, mode: MapMode, look: MapLook) -> None:
        """Take where and how the map is drawn."""
        self._mode, self._look = mode, look
        self._place()
        self._paint_frame()

    def renew_keys(self) -> None:
        """Take the keys anew after the user changed them."""
        for part in (self.head, self.bar, self.keys, self.page):
            part.renew_keys()

    def renew(self) -> None:
        """Draw everything as it stands now."""
        self._show_state()
        self._paint_frame()

    def _follow(self) -> None:
        if self.isVisible():
            self._show_state()

    def _show_state(self) -> None:
        control, state = self.control, self.control.state
        self.page.setVisible(state.clip is None or state.phase != "open")
        self.page.show_state(state)
        self.head.show_state(state, control.chip, control.accept_percent)
        self.bar.show_state(state)
        self.timeline.show_state(state)
        self.said.show_said(control.said)
        label = state.verdict.label if state.verdict is not None else None
        possible = state.clip is not None and state.labels_ready
        self.keys.show_label(state.holding.plane if state.holding is not None else label, possible=possible)
        self.lists.show_state(state)
        self.reference.show_plane(compared_plane(state))
        if control.map is not self._drawn_map:
            self._paint_frame()

    def _paint_frame(self) -> None:
        if not self.isVisible():
            return
        shown, self._drawn_map = self.control.shown, self.control.map
        if shown is None:
            self.image.show_frame(None, None, dimmed=False, frozen=False)
            self.map.show_map(self._mode, self._look, None, self.image.image, dimmed=False)
            return
        high, wide = shown.frame.pixels.shape[:2]
        if abs(wide / high - self._aspect) > 1e-3:
            self._aspect = wide / high
            self._place()
        painted = PaintedMap(self.control.map, self._aspect, self._look)
        over = painted if self._mode == "over" else None
        self.image.show_frame(shown.frame, over, dimmed=False, frozen=False)
        self.map.show_map(self._mode, self._look, painted, self.image.image, dimmed=False)

    @override
    def resizeEvent(self, event: object) -> None:
        """Place everything."""
        self._place()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the black stage, the grounds, and the edge of the panel."""
        painter = QPainter(self)
        now, look = self.layout_now, theme()
        painter.fillRect(self.rect(), ON_BLACK.colour("bg0"))
        below = now.timeline
        painter.fillRect(0, below.y, below.width, self.height() - below.y, look.colour("bg1"))
        panel = now.said
        painter.fillRect(panel.x, panel.y, panel.width, self.height() - panel.y, look.colour("bg1"))
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(panel.x - 1, panel.y, panel.x - 1, self.height())
        painter.drawLine(0, below.y - 1, below.width - 1, below.y - 1)

    @override
    def sizeHint(self) -> QSize:
        """Return a size that shows everything."""
        return QSize(1280, 720)

    def _place(self) -> None:
        self.layout_now = now = lay_out_review(self.width(), self.height(), self._sizes, self._aspect)
        _set(self.head, now.head)
        image = now.image
        self.image.setGeometry(image.x - MARGIN, image.y - MARGIN, image.width + 2 * MARGIN, image.height + 2 * MARGIN)
        self._place_map(now.map)
        self.reference.setVisible(now.reference is not None)
        if now.reference is not None:
            _set(self.reference, now.reference)
        line = now.timeline
        bar = BAR if line.height >= 200 else BAR_SMALL
        self.bar.setGeometry(line.x, line.y, line.width, bar)
        self.timeline.setGeometry(line.x, line.y + bar, line.width, line.height - bar)
        _set(self.said, now.said)
        _set(self.keys, now.keys)
        self.lists.setVisible(now.lists is not None)
        if now.lists is not None:
            _set(self.lists, now.lists)
        self.page.setGeometry(0, now.head.bottom, self.width(), self.height() - now.head.bottom)
        self.page.raise_()
        self.update()

    def _place_map(self, box: Box | None) -> None:
        self.map.setVisible(box is not None)
        if box is None:
            return
        _set(self.map, box)
        picture = fitted(Box(0, 0, box.width, max(box.height - CAPTION, 20)), self._aspect)
        self.map.place_picture(picture if self._mode == "beside" else None)


def _set(widget: QWidget, box: Box) -> None:
    widget.setGeometry(box.x, box.y, box.width, box.height)
