"""The page of an empty Scan room: where does the picture come from? The sources that work, and the first steps."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.focus import leave_focus
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.button import Button, ButtonLook
from uiac_desktop.ui.look.fonts import MEDIUM, REGULAR, SEMIBOLD, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.scan.source_list import SourceList

_EDGE: Final = 24


@dataclass(frozen=True, slots=True)
class _Card:
    icon: str
    title: str
    text: str
    button: str
    command: str


_CARDS: Final = (
    _Card("simulated", "Simulated scan", "No hardware needed. Try everything in two minutes.", "Start", "simulated"),
    _Card("video", "Scanner by capture card", "Plug the scanner's HDMI or DVI output in.", "Choose", "devices"),
    _Card(
        "file",
        "Video, DICOM or pictures",
        "MP4, MKV, MOV, AVI, GIF, DICOM, folders. Or drop them here.",
        "Open",
        "open",
    ),
    _Card("screen", "Part of the screen", "For a viewer that runs on this PC.", "Choose", "screen_part"),
    _Card("stream", "Network stream", "RTSP, HTTP or MPEG-TS address.", "Enter", "stream"),
    _Card("link", "3D Slicer or PLUS", "OpenIGTLink, port 18944.", "Connect", "slicer"),
)
_ROWS: Final = 2
_COLUMNS: Final = 3
_STEPS: Final = (
    ("Choose a source", "Then check that the picture moves and that its size in the last line is right."),
    ("Read the plane", "It stands at the right: code, name, and how certain the model is. Grey: none of the planes."),
    ("Look at the map", "It shows where the model looked. C puts it beside the image, over it, or off."),
)


class Welcome(QWidget):
    """Cards for the sources and three steps, laid out for the room there is."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setAccessibleName("Where does the picture come from?")
        self.sources = SourceList(actions, parent=self)
        self.sources.hide()
        self.sources.left.connect(self._back_to_cards)
        self.sources.watch.changed.connect(self.update)
        self._buttons = []
        for card in _CARDS:
            look: ButtonLook = "primary" if card.command == "simulated" else "normal"
            button = Button(card.button, "", actions.key_text(card.command), look, self)
            button.setObjectName(f"welcome_{card.command}")
            button.setAccessibleName(f"{card.button}: {card.title}")
            button.clicked.connect(lambda _checked=False, name=card.command: actions.give(name))
            self._buttons.append(button)
        self._boxes: list[QRectF] = []
        self._as_lines = False
        self._steps = QRectF()
        self._left = 0.0
        self._top = 0.0

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Look which devices are plugged in."""
        super().showEvent(event)
        self.sources.watch.renew()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Begin with the cards the next time."""
        super().hideEvent(event)
        self._back_to_cards()

    def _back_to_cards(self) -> None:
        leave_focus(self.sources)
        self.sources.hide()
        self._swap()

    def _swap(self) -> None:
        for button in self._buttons:
            button.setVisible(self.sources.isHidden())
        self.update()

    def show_devices(self) -> None:
        """Show the list of capture devices in place of the cards."""
        self.sources.show_devices()
        self._swap()

    def show_address(self, *, link: bool) -> None:
        """Show the field for an address in place of the cards; ``link`` for that of another program on this PC."""
        self.sources.show_address(link)
        self._swap()

    @override
    def resizeEvent(self, event: object) -> None:
        """Place cards and steps: cards in a row, or as lines where they would be too narrow."""
        width, height = float(self.width()), float(self.height())
        room = min(width - 2 * _EDGE, 1240.0)
        self._as_lines = room < 780 or height < 480
        self._left = (width - room) / 2
        self._top = 6.0 if self._as_lines else min(52.0, height * 0.06)
        self._boxes = self._lines_of_cards(room) if self._as_lines else self._rows_of_cards(room)
        self.sources.setGeometry(self.rect())
        self._place_buttons()
        steps_top = self._boxes[-1].bottom() + (16 if self._as_lines else 20)
        steps_high = min(160.0, height - steps_top - 10)
        fits = steps_high >= 150 and room >= 700
        self._steps = QRectF(self._left, steps_top, room, steps_high) if fits else QRectF()

    def _lines_of_cards(self, wide: float) -> list[QRectF]:
        top = self._top + 54
        pitch = min(max((self.height() - top - 4) / len(_CARDS), 44.0), 70.0)
        return [QRectF(self._left, top + number * pitch, wide, pitch - 6) for number in range(len(_CARDS))]

    def _rows_of_cards(self, room: float) -> list[QRectF]:
        top = self._top + 96
        wide = (room - 40) / _COLUMNS
        high = min(max((self.height() - top - 200) / _ROWS, 140.0), 188.0)
        places = (divmod(number, _COLUMNS) for number in range(len(_CARDS)))
        return [
            QRectF(self._left + column * (wide + 20), top + row * (high + 14), wide, high) for row, column in places
        ]

    def _place_buttons(self) -> None:
        for button, box in zip(self._buttons, self._boxes, strict=True):
            wide_button = max(button.sizeHint().width(), 120)
            if self._as_lines:
                button.setGeometry(round(box.right() - wide_button - 14), round(box.center().y() - 18), wide_button, 36)
            else:
                button.setGeometry(round(box.x() + 18), round(box.bottom() - 46), wide_button, 36)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the page, or the ground of the list that lies on it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme()
        painter.fillRect(self.rect(), look.colour("bg0" if look.name == "dark" else "bg1"))
        if not self.sources.isHidden():
            return
        title = font(18 if self._as_lines else 28, SEMIBOLD)
        top = QRectF(0, self._top, self.width(), 24 if self._as_lines else 40)
        ink.draw_text(painter, top, "Where does the picture come from?", title, look.colour("text"), ink.CENTRE)
        under = QRectF(0, top.bottom() + 2, self.width(), 22)
        said = "Everything stays on this PC. You can change this at any time."
        ink.draw_text(painter, under, said, font(13, REGULAR), look.colour("text2"), ink.CENTRE)
        for number, (card, box) in enumerate(zip(_CARDS, self._boxes, strict=True)):
            self._draw_card(painter, card, box, first=number == 0)
        if not self._steps.isEmpty():
            self._draw_steps(painter)

    def _text_of(self, card: _Card) -> str:
        """Return a card's text; that of the devices says which are plugged in."""
        names = self.sources.watch.names
        if card.command != "devices" or not names:
            return card.text
        found = f"Found: {names[0]}" if len(names) == 1 else f"{len(names)} found: {names[0]}, …"
        return f"{card.text} {found}."

    def _draw_card(self, painter: QPainter, card: _Card, box: QRectF, *, first: bool) -> None:
        look = theme()
        painter.setPen(QPen(look.colour("accent" if first else "border2"), 1.5 if first else 1))
        painter.setBrush(look.colour("bg2"))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
        colour = look.colour("accent" if first else "text2")
        if self._as_lines:
            self._draw_line(painter, card, box, colour)
            return
        draw_icon(painter, card.icon, box.x() + 18, box.y() + 18, 26, colour)
        title_box = QRectF(box.x() + 54, box.y() + 18, box.width() - 64, 26)
        ink.draw_text(painter, title_box, card.title, font(16, SEMIBOLD), look.colour("text"))
        type_ = font(13, REGULAR)
        room = int((box.height() - 50 - 50) // 19)
        for number, line in enumerate(ink.wrapped(self._text_of(card), type_, box.width() - 36, max(room, 1))):
            line_box = QRectF(box.x() + 18, box.y() + 50 + number * 19, box.width() - 32, 19)
            ink.draw_text(painter, line_box, line, type_, look.colour("text2"))

    def _draw_line(self, painter: QPainter, card: _Card, box: QRectF, colour: QColor) -> None:
        look = theme()
        draw_icon(painter, card.icon, box.x() + 12, box.center().y() - 12, 24, colour)
        room = box.width() - 48 - 150
        text_type = font(12, REGULAR)
        lines = ink.wrapped(self._text_of(card), text_type, room, 9)
        if box.height() < 48:
            lines = []
        title_top = box.y() + (12 if len(lines) == 1 else (box.height() - 20) / 2)
        title_box = QRectF(box.x() + 48, title_top, room, 20)
        ink.draw_text(painter, title_box, card.title, font(14, SEMIBOLD), look.colour("text"))
        if len(lines) == 1:
            ink.draw_text(painter, title_box.translated(0, 20), lines[0], text_type, look.colour("text2"))

    def _draw_steps(self, painter: QPainter) -> None:
        look, box = theme(), self._steps
        painter.setPen(QPen(look.colour("border"), 1))
        painter.setBrush(look.colour("bg1" if look.name == "dark" else "bg2"))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
        head = QRectF(box.x() + 20, box.y() + 10, box.width(), 26)
        ink.draw_text(painter, head, "First scan in three steps", font(14, SEMIBOLD), look.colour("text"))
        wide = (box.width() - 40) / 3
        type_ = font(12 if wide < 260 else 13, REGULAR)
        for number, (title, text) in enumerate(_STEPS):
            x = box.x() + 20 + number * wide
            ring = QRectF(x, box.y() + 46, 28, 28)
            painter.setPen(QPen(look.colour("accent"), 1))
            painter.setBrush(look.colour("accentbg"))
            painter.drawEllipse(ring)
            ink.draw_text(painter, ring, str(number + 1), font(14, SEMIBOLD), look.colour("text"), ink.CENTRE)
            title_box = QRectF(x + 40, box.y() + 46, wide - 50, 28)
            ink.draw_text(painter, title_box, title, font(14, MEDIUM), look.colour("text"))
            for row, line in enumerate(ink.wrapped(text, type_, wide - 52, 4)):
                line_box = QRectF(x + 40, box.y() + 78 + row * 18, wide - 48, 18)
                ink.draw_text(painter, line_box, line, type_, look.colour("text2"))
