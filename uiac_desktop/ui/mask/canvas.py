"""The whole picture with crop and masks on it, drawn and pulled with the mouse, moved and grown with the arrow keys."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.frame import Pixels
from uiac_desktop.sources.base import Region
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import SEMIBOLD, font
from uiac_desktop.ui.look.theme import ON_BLACK
from uiac_desktop.ui.mask.draft import HANDLES, DraftHistory, Handle, MaskDraft
from uiac_desktop.ui.pictures.picture import draw_picture, fitted, qt_image

_GAP: Final = 14
_HANDLE: Final = 10
_REACH: Final = 9.0
_FAR_STEP: Final = 10
_CURSORS: Final[dict[Handle, Qt.CursorShape]] = {
    "nw": Qt.CursorShape.SizeFDiagCursor, "se": Qt.CursorShape.SizeFDiagCursor,
    "ne": Qt.CursorShape.SizeBDiagCursor, "sw": Qt.CursorShape.SizeBDiagCursor,
    "n": Qt.CursorShape.SizeVerCursor, "s": Qt.CursorShape.SizeVerCursor,
    "w": Qt.CursorShape.SizeHorCursor, "e": Qt.CursorShape.SizeHorCursor,
    "inside": Qt.CursorShape.SizeAllCursor,
}  # fmt: skip
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


class MaskCanvas(QWidget):
    """Draws the draft over the picture; ``changed`` says that the draft is another one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mask_canvas")
        self.setAccessibleName("Picture with crop and masks")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._pixels: Pixels | None = None
        self._image = QImage()
        self._history: DraftHistory | None = None
        self._drawing = False
        self._grip: Handle | None = None
        self._from = QPointF()
        self._before: MaskDraft | None = None

    def show_draft(self, whole: Pixels | None, history: DraftHistory | None) -> None:
        """Show a whole picture with what is drawn on it."""
        if whole is not self._pixels:
            self._pixels = whole
            self._image = qt_image(whole) if whole is not None else QImage()
        if history is not self._history:
            self._history, self._before, self._grip = history, None, None
        self.setAccessibleDescription(_said(history.now) if history is not None else "No picture yet")
        self.update()

    def draw_next(self) -> None:
        """Let the next drag draw the rectangle anew that is worked on, wherever it begins."""
        self._drawing = True
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setCursor(Qt.CursorShape.CrossCursor)

    # Places

    def picture_box(self) -> QRectF:
        """Return where the picture stands, in the middle and whole."""
        room = QRectF(self.rect()).adjusted(_GAP, _GAP, -_GAP, -_GAP)
        return room if self._image.isNull() else fitted(self._image, room)

    def on_screen(self, region: Region) -> QRectF:
        """Return where a rectangle of the picture stands."""
        box = self.picture_box()
        scale = box.width() / max(self._image.width(), 1)
        return QRectF(
            box.x() + region.x * scale, box.y() + region.y * scale, region.width * scale, region.height * scale
        )

    def _on_picture(self, place: QPointF) -> QPointF:
        box = self.picture_box()
        scale = box.width() / max(self._image.width(), 1)
        return QPointF((place.x() - box.x()) / scale, (place.y() - box.y()) / scale)

    # Mouse and keys

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a handle, a rectangle, or begin to draw."""
        history = self._history
        if history is None or event.button() != Qt.MouseButton.LeftButton:
            return
        place = event.position()
        self._before, self._from = history.now, self._on_picture(place)
        if self._drawing:
            self._grip = "se"
            return
        self._grip = self._grip_at(place, history.now)
        if self._grip is None:
            history.preview(history.now.choose(self._mask_at(place, history.now)))
            self._grip = "inside" if self.on_screen(history.now.box).contains(place) else None
        self._tell()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull what is held, or show what could be taken hold of."""
        history = self._history
        if history is None:
            return
        if self._before is None or self._grip is None:
            self._show_cursor(event.position(), history.now)
            return
        before = self._before.choose(history.now.active)
        at = self._on_picture(event.position())
        if self._drawing:
            history.preview(before.drawn(self._from.x(), self._from.y(), at.x(), at.y()))
        elif self._grip == "inside":
            history.preview(before.dragged("inside", at.x() - self._from.x(), at.y() - self._from.y()))
        else:
            history.preview(before.dragged(self._grip, at.x(), at.y()))
        self._tell()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: the drag is one step."""
        if self._history is not None and self._before is not None:
            self._history.settle(self._before)
        self._before, self._grip, self._drawing = None, None, False
        self.unsetCursor()
        self._tell()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by the arrow keys, with Shift change the size; ten pixels with Ctrl."""
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is None or self._history is None:
            super().keyPressEvent(event)
            return
        far = _FAR_STEP if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
        across, down = step[0] * far, step[1] * far
        grows = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        now = self._history.now
        self._history.take(now.grown(across, down) if grows else now.moved(across, down))
        self._tell()

    def _tell(self) -> None:
        self.update()
        self.changed.emit()

    def _grip_at(self, place: QPointF, draft: MaskDraft) -> Handle | None:
        for handle, spot in _spots(self.on_screen(draft.box)).items():
            if abs(spot.x() - place.x()) <= _REACH and abs(spot.y() - place.y()) <= _REACH:
                return handle
        return None

    def _mask_at(self, place: QPointF, draft: MaskDraft) -> int | None:
        held = [number for number, mask in enumerate(draft.masks) if self.on_screen(mask).contains(place)]
        return held[-1] if held else None

    def _show_cursor(self, place: QPointF, draft: MaskDraft) -> None:
        if self._drawing:
            return
        grip = self._grip_at(place, draft)
        if grip is None and self.on_screen(draft.box).contains(place):
            grip = "inside"
        self.setCursor(_CURSORS[grip] if grip is not None else Qt.CursorShape.ArrowCursor)

    # Drawing

    @override
    def sizeHint(self) -> QSize:
        """Return a size that shows a picture."""
        return QSize(640, 480)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw picture, shade, masks and the crop with its handles."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), ON_BLACK.colour("bg0"))
        if self._image.isNull() or self._history is None:
            text = "The first picture is on its way."
            ink.draw_text(painter, QRectF(self.rect()), text, font(14), ON_BLACK.colour("text2"), ink.CENTRE)
            return
        draft = self._history.now
        whole = self.picture_box()
        draw_picture(painter, self._image, whole)
        self._draw_shade(painter, whole, self.on_screen(draft.crop))
        for number, mask in enumerate(draft.masks):
            self._draw_mask(painter, self.on_screen(mask), number, draft)
        box = self.on_screen(draft.crop)
        for width, token in ((4, "bg0"), (2, "focus")):
            painter.setPen(QPen(ON_BLACK.colour(token), width))
            painter.drawRect(box)
        crop = draft.crop
        _label(painter, box.topLeft() + QPointF(6, 6), f"Crop {crop.width} × {crop.height}")
        self._draw_handles(painter, self.on_screen(draft.box), "focus" if draft.active is None else "warn")

    def _draw_shade(self, painter: QPainter, whole: QRectF, crop: QRectF) -> None:
        shade = QColor(ON_BLACK.colour("bg0"))
        shade.setAlphaF(0.72)
        for part in (
            QRectF(whole.left(), whole.top(), whole.width(), crop.top() - whole.top()),
            QRectF(whole.left(), crop.bottom(), whole.width(), whole.bottom() - crop.bottom()),
            QRectF(whole.left(), crop.top(), crop.left() - whole.left(), crop.height()),
            QRectF(crop.right(), crop.top(), whole.right() - crop.right(), crop.height()),
        ):
            painter.fillRect(part, shade)
            painter.fillRect(part, _hatch())

    def _draw_mask(self, painter: QPainter, box: QRectF, number: int, draft: MaskDraft) -> None:
        active = number == draft.active
        painter.fillRect(box, ON_BLACK.colour("bg0"))
        painter.fillRect(box, _hatch())
        pen = QPen(ON_BLACK.colour("warn" if active else "text2"), 2 if active else 1)
        pen.setStyle(Qt.PenStyle.DashLine if active else Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        if active:
            mask = draft.masks[number]
            _label(painter, box.topLeft() - QPointF(0, 24), f"Mask {number + 1}  {mask.width} × {mask.height}")

    def _draw_handles(self, painter: QPainter, box: QRectF, token: str) -> None:
        painter.setPen(QPen(ON_BLACK.colour("bg0"), 1))
        painter.setBrush(ON_BLACK.colour(token))
        for spot in _spots(box).values():
            painter.drawRect(QRectF(spot.x() - _HANDLE / 2, spot.y() - _HANDLE / 2, _HANDLE, _HANDLE))


def _spots(box: QRectF) -> dict[Handle, QPointF]:
    """Return where the eight handles stand."""
    across = {"w": box.left(), "": box.center().x(), "e": box.right()}
    down = {"n": box.top(), "": box.center().y(), "s": box.bottom()}
    return {handle: QPointF(across[handle.strip("ns")], down[handle.strip("we")]) for handle in HANDLES}


def _label(painter: QPainter, at: QPointF, text: str) -> None:
    type_ = font(12, SEMIBOLD)
    plate = QRectF(max(at.x(), 2.0), max(at.y(), 2.0), ink.text_width(text, type_) + 14, 21)
    painter.fillRect(plate, ON_BLACK.colour("bg0"))
    ink.draw_text(painter, plate, text, type_, ON_BLACK.colour("text"), ink.CENTRE)


def _hatch() -> QBrush:
    """Return thin slanting lines."""
    tile = QPixmap(9, 9)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(ON_BLACK.colour("text2"))
    colour.setAlphaF(0.45)
    painter.setPen(QPen(colour, 1))
    for shift in (-9, 0, 9):
        painter.drawLine(QPointF(shift - 1, 10), QPointF(shift + 10, -1))
    painter.end()
    return QBrush(tile)


def _said(draft: MaskDraft) -> str:
    box = draft.box
    what = "Crop" if draft.active is None else f"Mask {draft.active + 1} of {len(draft.masks)}"
    return f"{what}, {box.width} by {box.height} at {box.x}, {box.y}"
