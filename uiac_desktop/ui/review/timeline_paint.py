"""Paints the rows of the Review room's timeline: blocks in plane colours, doubtful frames, axis, range and cursor."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from nas.planes import NONE
from uiac_desktop.session.review.marks import Doubt, PersonLabels, Segment
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import MEDIUM, REGULAR, SEMIBOLD, font
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.review.timeline import Span, in_view, opacity, runs_of, tick_text

LEAST_BLOCK: Final = 2.0
_CODE_FROM: Final = 44
_TAG: Final = 18
_LANE: Final = 6
_OTHERS_SHOWN: Final = 3


def draw_ground(painter: QPainter, row: QRectF) -> None:
    """Draw an empty row."""
    painter.fillRect(row, theme().colour("bg2"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme().colour("border"), 1))
    painter.drawRect(row.adjusted(0.5, 0.5, -0.5, -0.5))


def draw_segments(
    painter: QPainter, row: QRectF, segments: Sequence[Segment], span: Span, *, faded: bool, codes: bool
) -> None:
    """Draw the segments of a part of the clip.

    Parameters
    ----------
    faded
        Whether certainty is drawn as opacity; the code then stands on a black tag.
    codes
        Whether the plane's code is written on blocks that have room for it.
    """
    painter.save()
    painter.setClipRect(row)
    seen = in_view(segments, span.start_s, span.end_s)
    for segment in seen:
        left = row.x() + round(span.x(segment.start_s, row.width()))
        right = row.x() + round(span.x(segment.end_s, row.width()))
        box = QRectF(left, row.y(), max(right - left, LEAST_BLOCK), row.height())
        painter.setOpacity(opacity(segment.certainty) if faded and segment.plane != NONE else 1.0)
        ink.fill_plane(painter, box, segment.plane)
        painter.setOpacity(1.0)
    for plane, start_s, end_s in runs_of(seen) if codes else ():
        left, right = row.x() + span.x(start_s, row.width()), row.x() + span.x(end_s, row.width())
        shown = QRectF(left, row.y(), right - left, row.height()) & row
        if shown.width() >= _CODE_FROM and (plane != NONE or not faded):
            _draw_code(painter, shown, plane, tagged=faded)
    painter.restore()


def _draw_code(painter: QPainter, box: QRectF, plane: str, *, tagged: bool) -> None:
    if not tagged:
        ink.draw_tag(painter, box, plane, plane)
        return
    type_ = font(12, SEMIBOLD)
    plate = QRectF(0, 0, ink.text_width(plane, type_) + 12, min(_TAG, box.height() - 2))
    plate.moveCenter(box.center())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#14171A"))
    painter.drawRoundedRect(plate, 4, 4)
    ink.draw_text(painter, plate, plane, type_, QColor("#FFFFFF"), ink.CENTRE)


def draw_others(painter: QPainter, row: QRectF, others: Sequence[PersonLabels], span: Span) -> None:
    """Draw the labels of other people as thin lanes at the foot of a row, one a person."""
    for number, person in enumerate(others[:_OTHERS_SHOWN]):
        lane = QRectF(row.x(), row.bottom() - (number + 1) * (_LANE + 1), row.width(), _LANE)
        painter.fillRect(lane.adjusted(0, -1, 0, 0), theme().colour("bg1"))
        draw_segments(painter, lane, person.segments, span, faded=False, codes=False)


def draw_doubts(painter: QPainter, lane: QRectF, doubts: Sequence[Doubt], span: Span) -> None:
    """Draw a triangle under each doubtful frame: filled while it is open, in outline once it is labelled."""
    colour = theme().colour("warn")
    for doubt in doubts:
        if not span.start_s <= doubt.time_s <= span.end_s:
            continue
        x = lane.x() + span.x(doubt.time_s, lane.width())
        half = 5.0
        triangle = QPolygonF(
            [QPointF(x, lane.y() + 1), QPointF(x - half, lane.y() + 9), QPointF(x + half, lane.y() + 9)]
        )
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(colour if doubt.label is None else Qt.BrushStyle.NoBrush)
        painter.drawPolygon(triangle)


def draw_axis(painter: QPainter, row: QRectF, span: Span) -> None:
    """Draw the times of the local rows."""
    small, colour = font(11, REGULAR), theme().colour("text2")
    for time_s in span.ticks(row.width()):
        x = row.x() + span.x(time_s, row.width())
        painter.setPen(QPen(theme().colour("border2"), 1))
        painter.drawLine(QPointF(min(x, row.right() - 1), row.y()), QPointF(min(x, row.right() - 1), row.y() + 4))
        text = tick_text(time_s)
        width = ink.text_width(text, small) + 2
        left = min(max(x - width / 2, row.x()), row.right() - width)
        ink.draw_text(painter, QRectF(left, row.y() + 4, width, 15), text, small, colour)


def draw_cursor(painter: QPainter, x: float, top: float, bottom: float) -> None:
    """Draw the white cursor with its black halo."""
    painter.setPen(QPen(QColor("#000000"), 4))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    painter.setPen(QPen(QColor("#FFFFFF"), 2))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))


def draw_range(painter: QPainter, rows: QRectF, left: float, right: float) -> None:
    """Draw the chosen range as a white frame over both rows, with a handle at each end that is in view."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, colour in ((4, "#000000"), (2, "#FFFFFF")):
        painter.setPen(QPen(QColor(colour), width))
        box = QRectF(max(left, rows.x()), rows.y() - 1, 0, rows.height() + 2)
        box.setRight(min(right, rows.right()))
        if box.width() > 0:
            painter.drawRect(box)
    painter.setPen(QPen(QColor("#000000"), 1))
    painter.setBrush(QColor("#FFFFFF"))
    for x in (left, right):
        if rows.x() <= x <= rows.right():
            painter.drawRoundedRect(handle_box(rows, x), 2, 2)
    painter.restore()


def handle_box(rows: QRectF, x: float) -> QRectF:
    """Return the box of a handle at one end of the range."""
    return QRectF(x - 4, rows.center().y() - 12, 8, 24)


def draw_range_label(painter: QPainter, lane: QRectF, centre: float, text: str) -> None:
    """Draw the white label over the range: plane, times, frames."""
    type_ = font(12, SEMIBOLD)
    width = ink.text_width(text, type_) + 18
    left = min(max(centre - width / 2, lane.x()), max(lane.right() - width, lane.x()))
    box = QRectF(left, lane.y(), min(width, lane.width()), lane.height())
    painter.setPen(QPen(QColor("#76808A"), 1))
    painter.setBrush(QColor("#F4F6F7"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    ink.draw_text(painter, box, text, type_, QColor("#14181B"), ink.CENTRE)


def draw_unanalysed(painter: QPainter, row: QRectF, left: float, text: str) -> None:
    """Say in words that a part of a row has no predictions; without room for the words it is left empty."""
    box = QRectF(left, row.y(), row.right() - left, row.height())
    if box.width() >= ink.text_width(text, font(12, MEDIUM)) + 12:
        ink.draw_text(painter, box, text, font(12, MEDIUM), theme().colour("text2"), ink.CENTRE)
