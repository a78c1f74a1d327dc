"""The header: chips that say what is at work at the left, the commands used while scanning at the right."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.settings import MapMode
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.commands import BY_ID
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.button import Button, make_room
from uiac_desktop.ui.look.fonts import MEDIUM, SEMIBOLD, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.pressable import Pressable
from uiac_desktop.ui.look.sizes import Sizes
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.scan.source_line import tone_colour
from uiac_desktop.ui.scan.state import Chip

_COMMANDS = ("freeze", "keep", "save_last", "map", "record")
_GIVE_WAY = ("save_last", "map", "freeze", "record", "keep")
_ICON = 17


class ChipView(Pressable):
    """One chip; it can be pressed where the chip has a command."""

    def __init__(self, chip: Chip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chip = chip
        self._clickable = bool(chip.command)
        self.setObjectName(f"chip_{chip.name}")
        self.set_chip(chip)

    def set_chip(self, chip: Chip) -> None:
        """Show another state of the same chip."""
        self.chip = chip
        self.setText(chip.text)
        self.setAccessibleName(f"{chip.name.capitalize()}: {chip.text}")
        self.setToolTip(chip.tooltip or chip.text)
        self.setEnabled(True)
        self._clickable = bool(chip.command)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self._clickable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._clickable else Qt.CursorShape.ArrowCursor)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Return the size that shows the text whole."""
        if not self.text():
            return QSize(_ICON + 18, 32)
        return QSize(round(ink.text_width(self.text(), font(13, MEDIUM))) + _ICON + 26, 32)

    def shorten(self, step: int) -> None:
        """Show less where there is no room.

        Parameters
        ----------
        step
            0: all; 1: no name of a region, no time of an exam, the mask by its noun; 2: the model by its name alone;
            3: the mask, and that there is no exam, by their icons, for windows below the least size.
        """
        text, name = self.chip.text, self.chip.name
        if step and name in ("region", "exam", "mask"):
            text = {"region": text.split(":")[0], "exam": text.split("  ")[0]}.get(name, "Mask")
        if step >= 2 and name == "model":
            text = text.split(":")[0]
        if step >= 3 and (name == "mask" or text == "No exam"):
            text = ""
        self.setText(text)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw icon and text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._clickable and self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("hover"))
            painter.drawRoundedRect(box, 5, 5)
        self.draw_ring(painter)
        toned = self.chip.tone in ("ok", "warn", "error")
        colour = tone_colour(self.chip.tone)
        icon_colour = colour if toned else look.colour("text2")
        draw_icon(painter, self.chip.icon, 8, (self.height() - _ICON) / 2, _ICON, icon_colour)
        if not self.text():
            return
        text_box = QRectF(8 + _ICON + 6, 0, self.width() - _ICON - 20, self.height())
        ink.draw_text(painter, text_box, self.text(), font(13, MEDIUM), colour)


class Header(QWidget):
    """Chips and commands, or the title of a page that is no live room."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self._actions = actions
        self._title = ""
        self._words = True
        self._shown: tuple[object, ...] = ()
        self._chips: dict[str, ChipView] = {}
        self._buttons: dict[str, Button] = {}
        for name in _COMMANDS:
            command = BY_ID[name]
            button = Button(command.word, command.icon, actions.key_text(name), parent=self)
            button.setObjectName(f"button_{name}")
            button.clicked.connect(lambda _checked=False, name=name: actions.give(name))
            self._buttons[name] = button
        self.renew_keys()

    def renew_keys(self) -> None:
        """Take the keys anew after the user changed them."""
        for name, button in self._buttons.items():
            button.set_key(self._actions.key_text(name))
            button.setToolTip(self._actions.tooltip(name))
        self._place()

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the sizes of the window's class; without room the buttons lose their words."""
        self._words = sizes.words_on_buttons
        self._place()

    def show_title(self, title: str) -> None:
        """Show a page's title in place of chips and commands; empty shows those again."""
        self._title = title
        for part in (*self._chips.values(), *self._buttons.values()):
            part.setVisible(not title)
        self.update()

    def show_chips(self, chips: tuple[Chip, ...]) -> None:
        """Show chips; those that are new or gone move the others, and none else does."""
        names = [chip.name for chip in chips]
        if [view.chip for view in self._chips.values()] == list(chips):
            return
        if names != list(self._chips):
            for view in self._chips.values():
                view.hide()
                view.deleteLater()
            self._chips = {chip.name: self._chip_view(chip) for chip in chips}
        for chip in chips:
            self._chips[chip.name].set_chip(chip)
        self._place()

    def _chip_view(self, chip: Chip) -> ChipView:
        view = ChipView(chip, self)
        view.clicked.connect(lambda: self._actions.give(view.chip.command) if view.chip.command else None)
        view.setVisible(not self._title)
        return view

    def show_commands(self, *, held: bool, mode: MapMode, can_freeze: bool, last_s: float, recording: str) -> None:
        """Say on the buttons what they would do.

        Parameters
        ----------
        held
            The program holds the picture; one that the scanner froze it cannot let go.
        recording
            How long a recording has gone on, or empty.
        """
        shown = (held, mode, can_freeze, last_s, recording)
        if shown == self._shown:
            return
        self._shown = shown
        self._buttons["freeze"].set_word(*(("Go on", "play") if held else ("Freeze", "freeze")))
        for name in ("freeze", "keep", "save_last"):
            self._buttons[name].setEnabled(can_freeze)
        self._buttons["record"].setEnabled(can_freeze or bool(recording))
        self._buttons["save_last"].set_word(f"Last {last_s:.0f} s")
        self._buttons["map"].set_word(f"Map: {mode}")
        self._buttons["record"].set_word(*((f"Stop {recording}", "recording") if recording else ("Record", "record")))
        self._buttons["record"].set_icon_tone("error" if recording else "")
        self._place()

    @override
    def resizeEvent(self, event: object) -> None:
        """Place chips and buttons."""
        self._place()

    def _place(self) -> None:
        self._give_room()
        x = self.width() - 8
        top = (self.height() - 32) // 2
        for name in reversed(_COMMANDS):
            button = self._buttons[name]
            width = button.sizeHint().width()
            x -= width
            button.setGeometry(x, top, width, 32)
            x -= 6
        room, left = x - 8, 6
        for view in self._chips.values():
            width = min(view.sizeHint().width(), max(room - left, 32))
            view.setGeometry(left, top, width, 32)
            left += width + 9
        self.update()

    def _give_room(self) -> None:
        """Take key caps off the buttons, the least needed first, then words off the chips, until all stand whole.

        Where that is not enough the buttons lose their icons, and below the least size of the window their words.
        """
        buttons = [self._buttons[name] for name in _GIVE_WAY]
        for button in buttons:
            button.show_word(self._words)
        for view in self._chips.values():
            view.shorten(0)
        make_room(buttons, self._fits, icons=False)
        for step in (1, 2):
            self._shorten_chips(step)
        if self._words:
            make_room(buttons, self._fits)
        for button in buttons:
            if not self._fits():
                button.show_icon(True)
                button.show_word(False)
        self._shorten_chips(3)

    def _shorten_chips(self, step: int) -> None:
        for view in self._chips.values():
            if not self._fits():
                view.shorten(step)

    def _fits(self) -> bool:
        chips = sum(view.sizeHint().width() + 9 for view in self._chips.values()) + 14
        buttons = sum(button.sizeHint().width() + 6 for button in self._buttons.values())
        return chips + buttons <= self.width() - 16

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, edge, title, and the lines between chips."""
        painter = QPainter(self)
        look = theme()
        painter.fillRect(self.rect(), look.colour("bg2"))
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        if self._title:
            ink.draw_text(
                painter,
                QRectF(18, 0, self.width(), self.height()),
                self._title,
                font(16, SEMIBOLD),
                look.colour("text"),
            )
            return
        for view in list(self._chips.values())[1:]:
            painter.drawLine(view.x() - 5, 10, view.x() - 5, self.height() - 10)
