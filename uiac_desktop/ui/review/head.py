"""The head of the Review room: which clip, what covers names, how far the analysis is, what is done to all of it."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.session.review.records import ReviewState
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.commands import BY_ID
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.button import Button
from uiac_desktop.ui.look.fonts import MEDIUM, REGULAR, SEMIBOLD, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.sizes import Sizes, sizes_for
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.review.words import analysis_text, clip_text, left_text, shortened
from uiac_desktop.ui.scan.source_line import tone_colour
from uiac_desktop.ui.scan.state import Chip

_PROGRESS: Final = 128
_NAME_MOST: Final = 34
_NAME_LEAST: Final = 16
_RIGHT: Final = ("review_close", "review_open", "export", "review_accept_less", "review_accept", "review_accept_more")
_MEDIA: Final = ("review_medium_back", "review_medium_on")
_TIGHT: Final = ("review_accept_more", "review_accept", "review_accept_less")


class ReviewHead(QWidget):
    """Draws clip and analysis; holds the buttons for all of the clip."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review_head")
        self._actions = actions
        self._sizes = sizes_for(1920, 1080)
        self._state = ReviewState("empty")
        self._chip: Chip | None = None
        self._analyse = self._button("review_analyse")
        self._media = [self._button(name) for name in _MEDIA]
        self._buttons = {name: self._button(name) for name in _RIGHT}
        for button in self._media:
            button.show_word(False)
        self._drawn: tuple[object, ...] = ()
        self._edges = (0, 0)
        self.renew_keys()

    def _button(self, name: str) -> Button:
        command = BY_ID[name]
        button = Button(command.word, command.icon, parent=self)
        button.setObjectName(f"button_{name}")
        button.clicked.connect(lambda _checked=False: self._actions.give(name))
        return button

    def renew_keys(self) -> None:
        """Take the keys anew after the user changed them."""
        every = {**self._buttons, "review_analyse": self._analyse, **dict(zip(_MEDIA, self._media, strict=True))}
        for name, button in every.items():
            button.setToolTip(self._actions.tooltip(name))
            button.setAccessibleDescription(self._actions.key_text(name))
        self._place()

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the sizes of the window's class."""
        self._sizes = sizes
        self._place()

    def show_state(self, state: ReviewState, chip: Chip | None, accept_percent: int) -> None:
        """Show how the room stands.

        Parameters
        ----------
        chip
            What covers names on the clip, or None without one.
        accept_percent
            From which certainty on predictions are taken over.
        """
        self._state, self._chip = state, chip
        drawn = (state.clip, state.analysis, state.media, state.medium, chip, accept_percent, state.labels_ready)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        has_clip = state.clip is not None
        self._buttons["review_accept"].set_word(f"Accept all above {accept_percent} %")
        for name in (*_TIGHT, "export", "review_close"):
            self._buttons[name].setVisible(has_clip)
            self._buttons[name].setEnabled(has_clip and (name not in _TIGHT or bool(state.predicted)))
        for button in self._media:
            button.setVisible(len(state.media) > 1)
        analysis = state.analysis
        runs = analysis is not None and analysis.state == "running"
        self._analyse.setVisible(analysis is not None and analysis.state in ("running", "stopped", "failed"))
        self._analyse.set_word(*(("Stop", "pause") if runs else ("Go on", "play")))
        said = [state.clip.name, clip_text(state.clip)] if state.clip is not None else ["No clip"]
        self.setAccessibleName(", ".join([*said, analysis_text(analysis)] if analysis is not None else said))
        self.setToolTip("\n".join(state.clip.warnings) if state.clip is not None else "")
        self._place()

    @override
    def resizeEvent(self, event: object) -> None:
        """Place the buttons."""
        self._place()

    def _place(self) -> None:
        top, x = (self.height() - 32) // 2, self.width() - 8
        wide = self.width() >= 1200
        has_clip = self._state.clip is not None
        for name in reversed(_RIGHT):
            button = self._buttons[name]
            shown = has_clip or name == "review_open"
            button.show_word(name == "review_accept" or (wide and name not in _TIGHT))
            if not shown:
                continue
            if name == "review_accept" and self.width() < 1000:
                button.set_word(button.text().replace("Accept all above", "Accept"))
            width = button.sizeHint().width()
            x -= width
            button.setGeometry(x, top, width, 32)
            x -= 2 if name in _TIGHT[:2] else 8
        self._edges = (12, x)
        self._put_left(top)
        self.update()

    # The left part is laid out from words, so that placing and drawing share one list.

    def _words(self) -> list[tuple[str, str, int, int, str]]:
        """Return what stands at the left: kind, text, type size, weight, tone; as much as there is room for."""
        state = self._state
        if state.clip is None:
            return [("text", "Review", 16, SEMIBOLD, "text")]
        parts = [("clip", shortened(state.clip.name, _NAME_MOST), 13, SEMIBOLD, "text")]
        if len(state.media) > 1:
            parts.append(("media", f"{state.medium + 1} of {len(state.media)}", 12, REGULAR, "text2"))
        parts.append(("info", clip_text(state.clip), 12, REGULAR, "text2"))
        if self._chip is not None:
            parts.append(("chip", self._chip.text, 12, MEDIUM, "text"))
        if state.analysis is not None:
            parts.append(("analysis", analysis_text(state.analysis), 12, SEMIBOLD, "text"))
            if state.analysis.state in ("running", "stopped"):
                parts.append(("progress", left_text(state.analysis.left_s), 12, REGULAR, "text2"))
        for spare in ("info", "clip", "chip", "progress", "media"):
            if self._needed(parts) <= self._edges[1] - 12:
                break
            parts = [part for part in parts if part[0] != spare]
            if spare == "clip":
                parts.insert(0, ("clip", shortened(state.clip.name, _NAME_LEAST), 13, SEMIBOLD, "text"))
        return parts

    def _needed(self, parts: list[tuple[str, str, int, int, str]]) -> int:
        button = self._analyse.sizeHint().width() + 12 if self._shows_analyse else 0
        return sum(self._wide(part) + 18 for part in parts) + button

    @property
    def _shows_analyse(self) -> bool:
        analysis = self._state.analysis
        return analysis is not None and analysis.state in ("running", "stopped", "failed")

    def _wide(self, part: tuple[str, str, int, int, str]) -> int:
        kind, text, px, weight, _ = part
        width = round(ink.text_width(text, font(px, weight))) + 2
        extra = {"clip": 24, "chip": 22, "media": 2 * 34 + 8}.get(kind, 0)
        if kind == "progress":
            extra = _PROGRESS + (8 if text else 0)
            width = max(width, round(ink.text_width("59 min left", font(px, weight)))) if text else 0
        return width + extra

    def _put_left(self, top: int) -> None:
        x = self._edges[0]
        for part in self._words():
            if part[0] == "media":
                for number, button in enumerate(self._media):
                    button.setGeometry(x + 34 * number, top, 32, 32)
            x += self._wide(part) + 18
        if self._shows_analyse:
            self._analyse.setGeometry(x - 6, top, self._analyse.sizeHint().width(), 32)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, edge, and the words at the left."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, high = theme(), float(self.height())
        painter.fillRect(self.rect(), look.colour("bg2"))
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        x = float(self._edges[0])
        for part in self._words():
            kind, text, px, weight, tone = part
            box = QRectF(x, 0, self._wide(part), high)
            colour = look.colour(tone)
            if kind == "clip":
                draw_icon(painter, "video", x, (high - 17) / 2, 17, look.colour("text2"))
                box.setLeft(x + 24)
            elif kind == "media":
                box.setLeft(x + 2 * 34 + 8)
            elif kind == "chip" and self._chip is not None:
                colour = tone_colour(self._chip.tone)
                draw_icon(painter, self._chip.icon, x, (high - 16) / 2, 16, colour)
                box.setLeft(x + 22)
            elif kind == "progress":
                self._draw_progress(painter, QRectF(x, high / 2 - 4, _PROGRESS, 8))
                box.setLeft(x + _PROGRESS + 8)
            elif kind == "analysis" and self._state.analysis is not None and self._state.analysis.state == "failed":
                colour = look.colour("error")
            if text:
                ink.draw_text(painter, box, text, font(px, weight), colour)
            x += self._wide(part) + 18

    def _draw_progress(self, painter: QPainter, box: QRectF) -> None:
        analysis, look = self._state.analysis, theme()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("bg3"))
        painter.drawRoundedRect(box, 2, 2)
        if analysis is not None and analysis.total:
            share = min(analysis.done / analysis.total, 1.0)
            painter.setBrush(look.colour("accent"))
            painter.drawRoundedRect(QRectF(box.x(), box.y(), box.width() * share, box.height()), 2, 2)
