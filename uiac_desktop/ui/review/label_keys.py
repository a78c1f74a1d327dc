"""The label keys of the Review room: a button a plane; held down while the clip plays, it labels along."""

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nas.planes import NONE, PLANES, plane_name
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.command import plane_command
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import MEDIUM, REGULAR, SEMIBOLD, font
from uiac_desktop.ui.look.pressable import Pressable
from uiac_desktop.ui.look.sizes import Sizes
from uiac_desktop.ui.look.theme import theme

_COLUMNS = 3
_HEAD = 26
_BAR = 6
_WITH_CAP = 96
HINT = "Label this frame or the range. Hold a key to label as it plays."
_HINT_SHORT = "Label frame or range; hold a key as it plays."


class LabelKey(Pressable):
    """One plane: colour and pattern, code, key."""

    def __init__(self, plane: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plane = plane
        self._key = key
        self._capped = True
        self.setObjectName(f"label_{plane}")
        self.setText(plane)
        self.setCheckable(True)
        name = "none of the planes" if plane == NONE else plane_name(plane)
        self.setAccessibleName(f"Label {plane}, {name}")
        self.set_key(key)

    def set_key(self, key: str) -> None:
        """Change the key cap."""
        self._key = key
        self.setAccessibleDescription(key)
        self.setToolTip(f"Labels the frame, or the range, {self.plane}. ({key})" if key else "")
        self.update()

    def show_cap(self, shown: bool) -> None:
        """Show the key cap, or the code alone where there is no room; the tooltip still names the key."""
        self._capped = shown
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Return the size that shows code and key whole."""
        return QSize(_WITH_CAP, 32)

    @override
    def nextCheckState(self) -> None:
        """Leave the state to the label in force."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the key in its state."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme()
        box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        on = self.isChecked() and self.isEnabled()
        ground = "bg1" if self.isDown() else ("accentbg" if on else ("hover" if self.underMouse() else "bg3"))
        painter.setBrush(look.colour(ground if self.isEnabled() else "bg2"))
        painter.setPen(QPen(look.colour("accent" if on else ("border2" if self.isEnabled() else "border")), 1))
        painter.drawRoundedRect(box, 5, 5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        ink.fill_plane(painter, QRectF(3, 3, _BAR, self.height() - 6), self.plane)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw_ring(painter)
        text = look.colour("text" if self.isEnabled() else "text3")
        capped = bool(self._key) and self._capped
        cap = QRectF(self.width() - 29, (self.height() - 20) / 2, 22, 20) if capped else QRectF()
        words = QRectF(_BAR + 9, 0, self.width() - _BAR - 11 - (cap.width() + 7 if capped else 0), self.height())
        ink.draw_text(painter, words, self.plane, font(13, SEMIBOLD if on else MEDIUM), text)
        if capped:
            painter.setBrush(look.colour("bg2"))
            painter.setPen(QPen(look.colour("border2"), 1))
            painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            ink.draw_text(painter, cap, self._key, font(11, MEDIUM), text, ink.CENTRE)


class LabelKeys(QWidget):
    """All label keys; ``held`` carries the plane of a key that went down, ``released`` says that it came up."""

    held = Signal(str)
    released = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("label_keys")
        self._actions = actions
        self._pad = 16
        self._keys: dict[str, LabelKey] = {}
        for plane in (*PLANES, NONE):
            key = LabelKey(plane, actions.key_text(plane_command(plane, "review")), self)
            key.pressed.connect(partial(self.held.emit, plane))
            key.released.connect(self.released)
            self._keys[plane] = key

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the sizes of the window's class."""
        self._pad = sizes.pad
        self._place()

    def renew_keys(self) -> None:
        """Take the keys anew after the user changed them."""
        for plane, key in self._keys.items():
            key.set_key(self._actions.key_text(plane_command(plane, "review")))

    def show_label(self, label: str | None, *, possible: bool) -> None:
        """Mark the label in force; without a clip, or before its labels are read, no key can be pressed."""
        for plane, key in self._keys.items():
            key.setEnabled(possible)
            key.setChecked(plane == label)

    @override
    def resizeEvent(self, event: object) -> None:
        """Place the keys."""
        self._place()

    def _place(self) -> None:
        gap = 6
        wide = (self.width() - 2 * self._pad - (_COLUMNS - 1) * gap) // _COLUMNS
        for key in self._keys.values():
            key.show_cap(wide >= _WITH_CAP)
        rows = -(-len(self._keys) // _COLUMNS)
        high = (self.height() - _HEAD - 6) // rows
        for number, key in enumerate(self._keys.values()):
            row, column = divmod(number, _COLUMNS)
            key.setGeometry(self._pad + column * (wide + gap), _HEAD + row * high, wide, min(high - 4, 34))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep presses beside the keys from going further."""
        event.accept()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, edge and hint."""
        painter = QPainter(self)
        look = theme()
        painter.fillRect(self.rect(), look.colour("bg1"))
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        box = QRectF(self._pad, 0, self.width() - 2 * self._pad, _HEAD)
        hint = HINT if ink.text_width(HINT, font(12, REGULAR)) <= box.width() else _HINT_SHORT
        ink.draw_text(painter, box, hint, font(12, REGULAR), look.colour("text2"), Qt.AlignmentFlag.AlignVCenter)
