"""The report as a page on screen, as its PDF shows it, on paper dimmed so that it does not light up a dark room."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.exam.report import CERTAINTY, NOTICE, ExamReport, PlaneLine
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import MEDIUM, REGULAR, SEMIBOLD, font
from uiac_desktop.ui.look.theme import ON_BLACK, Theme
from uiac_desktop.ui.pictures.picture import draw_picture, fitted, qt_image

_PAPER: Final = QColor("#C2C7CB")
_PAD: Final = 26
_FACT: Final = 19
_WORD: Final = 92
_GAP: Final = 12
_CAPTION: Final = 52
_ROW: Final = 22
_COLUMNS: Final = (("Plane", 0.0), ("State", 0.13), ("Predicted", 0.3), ("Certainty", 0.48), ("Confirmed as", 0.66))


class ReportView(QWidget):
    """Draws a report, as high as it needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exam_report")
        self._report: ExamReport | None = None
        self._images: dict[tuple[int, bool], QImage] = {}
        self.show_report(None)

    def show_report(self, report: ExamReport | None) -> None:
        """Show a report, or an empty place."""
        if report is self._report and self.accessibleName():
            return
        self._report = report
        self._images = {}
        self.setAccessibleName(f"Report of {report.title}" if report is not None else "No report")
        lines = report.lines if report is not None else ()
        said = (f"{line.plane} {line.state} {line.certainty_of_plane} {line.confirmed}".strip() for line in lines)
        facts = (f"{word}: {value}" for word, value in (report.facts if report is not None else ()))
        self.setAccessibleDescription(". ".join((*facts, *said)))
        self.fit()

    def fit(self) -> None:
        """Take the height that the report needs at this width."""
        self.setMinimumHeight(round(self._draw(None)) if self._report is not None else 0)
        self.update()

    @override
    def resizeEvent(self, event: object) -> None:
        """Follow the width."""
        self.fit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the page."""
        painter = QPainter(self)
        if self._report is not None:
            painter.fillRect(self.rect(), _PAPER)
            self._draw(painter)

    def _draw(self, painter: QPainter | None) -> float:
        """Draw the report, or only measure it without a painter; return its height."""
        report = self._report
        if report is None:
            return 0
        wide = float(self.width() - 2 * _PAD)
        self._text(painter, QRectF(_PAD, 18, wide, 28), "Fetal heart planes: exam report", 18, SEMIBOLD)
        top = 52.0
        for word, value in report.facts:
            self._text(painter, QRectF(_PAD, top, _WORD, _FACT), word, 12, REGULAR, "text2")
            for line in ink.wrapped(value, font(12, MEDIUM), wide - _WORD, 4):
                self._text(painter, QRectF(_PAD + _WORD, top, wide - _WORD, _FACT), line, 12, MEDIUM)
                top += _FACT
        top = self._draw_planes(painter, report, top + 10, wide)
        top = self._draw_table(painter, report, top, wide)
        for line in ink.wrapped(CERTAINTY, font(11, REGULAR), wide):
            self._text(painter, QRectF(_PAD, top + 12, wide, 16), line, 11, REGULAR, "text2")
            top += 16
        self._text(painter, QRectF(_PAD, top + 14, wide, 20), NOTICE, 13, SEMIBOLD)
        return top + 46

    def _draw_planes(self, painter: QPainter | None, report: ExamReport, top: float, wide: float) -> float:
        side = (wide - 2 * _GAP) / 3
        high = side * 0.66
        for number, line in enumerate(report.lines):
            row, column = divmod(number, 3)
            box = QRectF(_PAD + column * (side + _GAP), top + row * (high + _CAPTION), side, high)
            if painter is not None:
                self._draw_plane(painter, box, line)
            under = QRectF(box.x(), box.bottom() + 2, side, 18)
            self._text(painter, under.adjusted(0, 0, -44, 0), line.plane, 13, SEMIBOLD)
            self._text(painter, under, line.certainty_of_plane, 13, MEDIUM, align=ink.RIGHT)
            for place, part in enumerate(ink.wrapped(line.name, font(11, REGULAR), side)):
                self._text(painter, under.translated(0, 16 + 14 * place), part, 11, REGULAR, "text2")
        return top + -(-len(report.lines) // 3) * (high + _CAPTION)

    def _draw_plane(self, painter: QPainter, box: QRectF, line: PlaneLine) -> None:
        both = ((False, line.picture), (True, line.mapped))
        shown = [(mapped, pixels) for mapped, pixels in both if pixels is not None]
        if not shown or line.frame is None:
            pen = QPen(Theme("light").colour("warn"), 1.4)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
            self._text(painter, box, line.state, 13, SEMIBOLD, "warn", ink.CENTRE)
            return
        painter.fillRect(box, ON_BLACK.colour("bg0"))
        part = (box.width() - 2 * (len(shown) - 1)) / len(shown)
        for place, (mapped, pixels) in enumerate(shown):
            image = self._images.setdefault((line.frame.id, mapped), qt_image(pixels))
            room = QRectF(box.x() + place * (part + 2), box.y(), part, box.height())
            draw_picture(painter, image, fitted(image, room))

    def _draw_table(self, painter: QPainter | None, report: ExamReport, top: float, wide: float) -> float:
        if not report.lines:
            self._text(painter, QRectF(_PAD, top, wide, _ROW), "No frame was kept in this exam.", 13, MEDIUM)
            return top + _ROW
        if painter is not None:
            painter.fillRect(QRectF(_PAD, top, wide, _ROW), QColor("#ABB1B6"))
        self._row(painter, top, wide, [word for word, _ in _COLUMNS], SEMIBOLD)
        for line in report.lines:
            top += _ROW
            self._row(
                painter, top, wide, [line.plane, line.state, line.predicted, line.certainty, line.confirmed], REGULAR
            )
            if painter is not None:
                painter.setPen(QPen(QColor("#8D949A"), 1))
                painter.drawLine(round(_PAD), round(top + _ROW), round(_PAD + wide), round(top + _ROW))
        return top + _ROW

    def _row(self, painter: QPainter | None, top: float, wide: float, texts: list[str], weight: int) -> None:
        ends = [*(share for _, share in _COLUMNS[1:]), 1.0]
        for (_, share), end, text in zip(_COLUMNS, ends, texts, strict=True):
            box = QRectF(_PAD + 6 + share * wide, top, (end - share) * wide - 8, _ROW)
            self._text(painter, box, text, 12, weight)

    def _text(
        self,
        painter: QPainter | None,
        box: QRectF,
        text: str,
        size: int,
        weight: int,
        tone: str = "text",
        align: Qt.AlignmentFlag = ink.LEFT,
    ) -> None:
        if painter is not None:
            ink.draw_text(painter, box, text, font(size, weight), Theme("light").colour(tone), align)
