"""Who changed which label of an exam and when, when it was exported, and what was ever erased, without a subject."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nas.counts import counted
from uiac_desktop.exam.erasing import AuditLine
from uiac_desktop.exam.exam_list import ExamLine
from uiac_desktop.exam.records import LabelChange
from uiac_desktop.exam.report import moment
from uiac_desktop.session.exams.desk_records import OpenedExam
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import MEDIUM, REGULAR, SEMIBOLD, font
from uiac_desktop.ui.look.theme import theme

_HEAD: Final = 32
_LINE: Final = 24
_TIME: Final = 128


class ExamHistoryView(QWidget):
    """Draws a line a change, then a line for the last export, then a line an erased exam."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exam_history")
        self._changes: tuple[LabelChange, ...] = ()
        self._exported: tuple[tuple[str, str], ...] = ()
        self._audit: tuple[AuditLine, ...] = ()
        self.show_history(None, ())

    def show_history(self, opened: OpenedExam | None, audit: tuple[AuditLine, ...]) -> None:
        """Show the history of an exam, the newest first, and the audit trail of the store, the newest first."""
        self._changes = opened.history if opened is not None else ()
        self._exported = _exports(opened.listed.line) if opened is not None else ()
        self._audit = audit[::-1]
        lines = [" ".join(line) for line in (*map(_change, self._changes), *self._exported, *map(_erased, self._audit))]
        self.setAccessibleName(f"Label history: {len(self._changes)} changes, {len(audit)} exams erased")
        self.setAccessibleDescription(". ".join(lines[:60]))
        count = max(len(self._changes), 1) + 1 + max(len(self._audit), 1)
        self.setMinimumHeight(3 * _HEAD + count * _LINE + 32)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lists."""
        painter = QPainter(self)
        top = self._draw_list(painter, 0, "Changes of this exam's labels", [_change(one) for one in self._changes])
        top = self._draw_list(painter, top + 12, "Export of this exam", list(self._exported))
        self._draw_list(painter, top + 12, "Erased exams of this store", [_erased(one) for one in self._audit])

    def _draw_list(self, painter: QPainter, top: float, title: str, lines: list[tuple[str, str]]) -> float:
        look, wide = theme(), float(self.width())
        head = QRectF(0, top, wide, _HEAD - 6)
        ink.draw_text(painter, head, title, font(13, SEMIBOLD), look.colour("text"))
        top += _HEAD
        if not lines:
            ink.draw_text(painter, QRectF(0, top, wide, _LINE), "None.", font(13, REGULAR), look.colour("text2"))
            return top + _LINE
        for at, what in lines:
            ink.draw_text(painter, QRectF(0, top, _TIME, _LINE), at, font(12, MEDIUM), look.colour("text2"))
            box = QRectF(_TIME, top, wide - _TIME, _LINE)
            ink.draw_text(painter, box, what, font(13, REGULAR), look.colour("text"))
            top += _LINE
        return top


def _change(change: LabelChange) -> tuple[str, str]:
    who = change.who or "by itself"
    same = change.former == change.plane
    said = {
        "relabelled": f"{change.plane} labelled" if same else f"{change.former} → {change.plane}",
        "best": f"{change.plane} stands for its plane",
        "rejected": f"{change.plane} rejected",
        "restored": f"{change.plane} restored",
        "unkept": f"keeping {change.plane} undone",
    }[change.what]
    return moment(change.at), f"{said}, {who}"


def _exports(line: ExamLine) -> tuple[tuple[str, str], ...]:
    if line.exported_at is None:
        return ()
    changed = "; changed since: export it into a new folder" if line.changed_since_export else ""
    return ((moment(line.exported_at), f"last exported into a data set{changed}"),)


def _erased(line: AuditLine) -> tuple[str, str]:
    what = f"{counted(line.frames, 'frame')} and {counted(line.clips, 'clip')} erased"
    return moment(line.at), f"{what}, {line.who or 'by itself'}"
