"""What model and person say of the frame under the cursor: code, name, certainty, and whether they differ."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nas.planes import NONE, plane_name
from uiac_desktop.session.review.records import ReviewState
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.certainty import WORDS, CertaintyRule, Level, percent
from uiac_desktop.ui.look.fonts import BOLD, MEDIUM, REGULAR, SEMIBOLD, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.sizes import Sizes, sizes_for
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.review.words import when_text


@dataclass(frozen=True, slots=True)
class Said:
    """One half of the view: a title, a plane or the words for its absence, and what stands beside it.

    Attributes
    ----------
    plane
        Code, or None where there is none; ``headline`` then says why.
    level, figure
        Certainty of the model's half.
    by
        Who labelled and when, of the person's half.
    differs
        Words where model and person differ, else empty.
    """

    title: str
    plane: str | None
    headline: str
    name: str = ""
    level: Level | None = None
    figure: str = ""
    by: str = ""
    differs: str = ""

    @property
    def spoken(self) -> str:
        """The half as one sentence."""
        word = WORDS[self.level].lower() if self.level is not None else ""
        figure = self.figure.replace(" %", " percent")
        parts = (self.headline, self.name.lower(), word, figure, self.by, self.differs)
        return f"{self.title}: " + ", ".join(part for part in parts if part)


def said_of(state: ReviewState, rule: CertaintyRule, now: datetime) -> tuple[Said, Said]:
    """Return what the model says and what the person said of the frame under the cursor."""
    verdict = state.verdict
    plane = verdict.plane if verdict is not None else None
    model = Said("Model says", None, "–", _why_silent(state))
    if verdict is not None and plane == NONE:
        model = Said("Model says", NONE, NONE, "None of the planes", "searching")
    elif verdict is not None and plane is not None:
        level = rule.level(verdict.certainty)
        model = Said("Model says", plane, plane, plane_name(plane), level, percent(verdict.certainty))
    label = verdict.label if verdict is not None else None
    if verdict is None or label is None:
        others = ", ".join(f"{who}: {code}" for who, code in verdict.others.items()) if verdict is not None else ""
        nothing = "Not labelled yet" if state.clip is not None else ""
        return model, Said("Your label", None, "–", nothing, by=others)
    by = f"by {verdict.labelled_by or 'agreement'}"
    if verdict.labelled_at_s is not None:
        by += f", {when_text(verdict.labelled_at_s, now)}"
    differs = "Model and you differ" if plane is not None and plane != label else ""
    named = "None of the planes" if label == NONE else plane_name(label)
    return model, Said("Your label", label, label, named, by=by, differs=differs)


def _why_silent(state: ReviewState) -> str:
    if state.clip is None:
        return ""
    if state.analysis is None:
        return "No model is at work"
    return "Analysis failed" if state.analysis.state == "failed" else "Not analysed yet"


class SaidView(QWidget):
    """Draws both halves, one above the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("said")
        self._sizes = sizes_for(1920, 1080)
        self._halves = (Said("Model says", None, "–"), Said("Your label", None, "–"))
        self.setAccessibleName("; ".join(half.spoken for half in self._halves))

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the sizes of the window's class."""
        self._sizes = sizes
        self.update()

    def show_said(self, halves: tuple[Said, Said]) -> None:
        """Show both halves; equal ones cost nothing."""
        if halves != self._halves:
            self._halves = halves
            self.setAccessibleName("; ".join(half.spoken for half in halves))
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both halves."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme().colour("bg1"))
        high = self.height() / 2
        for number, half in enumerate(self._halves):
            self._draw_half(painter, QRectF(0, number * high, self.width(), high), half)

    def _draw_half(self, painter: QPainter, box: QRectF, half: Said) -> None:
        look, pad = theme(), self._sizes.pad
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(0, round(box.bottom()) - 1, self.width(), round(box.bottom()) - 1)
        large = {"regular": 44, "compact": 32}.get(self._sizes.name, 24)
        title_high = 26 if self._sizes.name == "regular" else 18
        if half.plane is not None:
            bar = QRectF(0, box.y() + title_high, self._sizes.plane_bar, box.height() - title_high - 8)
            ink.fill_plane(painter, bar, half.plane)
        left, wide = self._sizes.plane_bar + pad / 2 + 4, self.width() - self._sizes.plane_bar - 1.5 * pad - 4
        title = QRectF(left, box.y() + 2, wide, title_high)
        ink.draw_text(painter, title, half.title, font(12, MEDIUM), look.colour("text2"))
        code_type = font(large, BOLD)
        row = QRectF(left, title.bottom(), wide, large * 1.16)
        code_wide = max(ink.text_width(half.headline, code_type), ink.text_width("ADALA", code_type)) + 12
        colour = look.colour("text" if half.plane is not None else "text3")
        ink.draw_text(painter, row, half.headline, code_type, colour)
        name = QRectF(left, row.bottom(), wide, 18)
        if name.bottom() <= box.bottom():
            ink.draw_text(painter, name, half.name, font(13, REGULAR), look.colour("text2"))
        beside = QRectF(left + code_wide, row.y(), wide - code_wide, row.height())
        if half.level is not None:
            self._draw_certainty(painter, beside, half)
        else:
            self._draw_by(painter, beside, half)

    def _draw_certainty(self, painter: QPainter, box: QRectF, half: Said) -> None:
        level = half.level or "searching"
        px = {"regular": 20, "compact": 16}.get(self._sizes.name, 13)
        type_, colour = font(px, SEMIBOLD), ink.level_colour(level)
        figure = QRectF(box)
        ink.draw_text(painter, figure, half.figure, type_, theme().colour("text"), ink.RIGHT)
        word = WORDS[level]
        room = box.width() - ink.text_width("99 %", type_) - 12
        bars = QRectF(box.x(), box.center().y() - px * 0.45, px * 1.55, px * 0.9)
        ink.draw_bars(painter, bars, level)
        if bars.width() + 8 + ink.text_width(word, type_) <= room:
            at = QRectF(bars.right() + 8, box.y(), room - bars.width() - 8, box.height())
            ink.draw_text(painter, at, word, type_, colour)

    def _draw_by(self, painter: QPainter, box: QRectF, half: Said) -> None:
        look = theme()
        top = box.center().y() - (19 if half.differs else 9)
        wrapped = ink.wrapped(half.by, font(12, REGULAR), box.width(), 1 if half.differs else 2)
        for number, line in enumerate(wrapped):
            at = QRectF(box.x(), top + 18 * number, box.width(), 18)
            ink.draw_text(painter, at, line, font(12, REGULAR), look.colour("text2"))
        if half.differs:
            draw_icon(painter, "warn", box.x(), top + 20, 16, look.colour("warn"))
            at = QRectF(box.x() + 20, top + 19, box.width() - 20, 18)
            words = half.differs
            if ink.text_width(words, font(12, SEMIBOLD)) > at.width():
                words = "They differ"
            ink.draw_text(painter, at, words, font(12, SEMIBOLD), look.colour("warn"))
