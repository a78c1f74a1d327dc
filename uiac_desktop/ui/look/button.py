"""The button of the house: icon, word and key cap; drawn by us, since a style sheet knows no key caps."""

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import MEDIUM, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.pressable import Pressable
from uiac_desktop.ui.look.theme import theme

ButtonLook: TypeAlias = Literal["normal", "primary", "flat"]
_ICON = 17


class Button(Pressable):
    """A button with an icon, a word, or both, and the key that does the same.

    Parameters
    ----------
    word
        Shown unless ``compact``; always the accessible name.
    icon
        Name of an icon, or empty.
    key
        The key's text for the key cap, or empty.
    """

    def __init__(
        self, word: str, icon: str = "", key: str = "", look: ButtonLook = "normal", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._key, self._look = icon, key, look
        self._icon_tone = ""
        self._shows_word = self._shows_icon = self._shows_cap = True
        self._tall = 32
        self.setText(word)
        self.setAccessibleName(word)
        self.setAccessibleDescription(key)

    def set_word(self, word: str, icon: str | None = None) -> None:
        """Change word and icon together; the button's size follows."""
        if (word, icon or self._icon) == (self.text(), self._icon):
            return
        self._icon = icon if icon is not None else self._icon
        self.setText(word)
        self.setAccessibleName(word)
        self.updateGeometry()
        self.update()

    def set_icon_tone(self, token: str) -> None:
        """Give the icon a colour of its own; empty for that of the word."""
        self._icon_tone = token
        self.update()

    def set_key(self, key: str) -> None:
        """Change the key cap."""
        self._key = key
        self.setAccessibleDescription(key)
        self.updateGeometry()
        self.update()

    def show_word(self, shown: bool) -> None:
        """Show the word, or icon and key alone where there is no room."""
        self._shows_word = shown or not self._icon
        self.updateGeometry()
        self.update()

    @property
    def shows_word(self) -> bool:
        """Whether the word stands on it."""
        return self._shows_word

    def show_cap(self, shown: bool) -> None:
        """Show the key cap, or leave it to the tooltip where there is no room."""
        self._shows_cap = shown
        self.updateGeometry()
        self.update()

    def show_icon(self, shown: bool) -> None:
        """Show the icon, or the word alone where there is no room; without a word the icon stays."""
        self._shows_icon = shown or not self.text()
        self.updateGeometry()
        self.update()

    def set_height(self, pixels: int) -> None:
        """Set the height: 32, or 26 in the message slot, 40 on pages."""
        self._tall = pixels
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        """Return the size that shows everything whole."""
        width = 12.0
        if self._icon and self._shows_icon:
            width += _ICON + 6
        if self._shows_word and self.text():
            width += ink.text_width(self.text(), self._type()) + 6
        if self._key and self._shows_cap:
            width += self._cap_width() + 4
        return QSize(max(32, round(width + 6)), self._tall)

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the same: a button is never squeezed."""
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button in its state."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme()
        box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        ground, edge, text = self._colours()
        painter.setBrush(look.colour(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.colour(edge), 1) if edge else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, 5, 5)
        self.draw_ring(painter)
        self._draw_contents(painter, text)

    def _draw_contents(self, painter: QPainter, token: str) -> None:
        colour = theme().colour(token)
        word = self.text() if self._shows_word else ""
        wide = self.sizeHint().width()
        x = 10.0 + max(0.0, (self.width() - wide) / 2)
        if self._icon and self._shows_icon:
            if not word and not self._key:
                x = (self.width() - _ICON) / 2
            tone = theme().colour(self._icon_tone) if self._icon_tone and self.isEnabled() else colour
            draw_icon(painter, self._icon, x, (self.height() - _ICON) / 2, _ICON, tone)
            x += _ICON + 6
        if word:
            width = ink.text_width(word, self._type())
            ink.draw_text(painter, QRectF(x, 0, width + 1, self.height()), word, self._type(), colour)
            x += width + 6
        if self._key and self._shows_cap:
            self._draw_cap(painter, QRectF(x, (self.height() - 20) / 2, self._cap_width(), 20), token)

    def _draw_cap(self, painter: QPainter, box: QRectF, token: str) -> None:
        look = theme()
        primary = self._look == "primary" and self.isEnabled()
        painter.setBrush(look.colour("bg2"))
        painter.setPen(QPen(look.colour("border2"), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        ink.draw_text(painter, box, self._key, font(11, MEDIUM), look.colour("text" if primary else token), ink.CENTRE)

    def _colours(self) -> tuple[str, str, str]:
        """Return tokens of ground, edge and text."""
        if not self.isEnabled():
            return "bg2", "border", "text3"
        if self._look == "primary":
            return "accent", "", "onaccent"
        if self.isChecked():
            return "accentbg", "accent", "text"
        ground = "bg1" if self.isDown() else ("hover" if self.underMouse() else "bg3")
        if self._look == "flat":
            return ("" if ground == "bg3" else ground), "", "text2"
        return ground, "border2", "text"

    def _cap_width(self) -> float:
        return max(20.0, ink.text_width(self._key, font(11, MEDIUM)) + 12)

    def _type(self) -> QFont:
        return font(13, MEDIUM)


def make_room(buttons: Sequence[Button], fits: Callable[[], bool], *, icons: bool = True) -> None:
    """Show buttons whole; until they fit, take key caps off, of the first of them first, then icons; every word stays.

    Parameters
    ----------
    icons
        Whether icons may go, too.
    """
    for button in buttons:
        button.show_cap(True)
        button.show_icon(True)
    for give_up in (Button.show_cap, Button.show_icon) if icons else (Button.show_cap,):
        for button in buttons:
            if fits():
                return
            give_up(button, False)
