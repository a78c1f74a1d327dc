"""How often each plane is answered rightly, as bars in the planes' own fills; a mark tells the best other network."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from typing_extensions import override

from nas.planes import plane_name
from nas.wizard.bar_rows import LEFT, RIGHT, BarRows
from nas.wizard.look.record import Look

_MOST: Final = 36.0
_LEAST: Final = 12
_CODE: Final = 62.0
_FIGURE: Final = 50.0


@dataclass(frozen=True, slots=True)
class PlaneShare:
    """A plane, the share of its frames that was answered rightly (fraction), and that of the best other network."""

    plane: str
    share: float
    other: float | None = None


class PlaneBars(BarRows):
    """One bar a plane, 0 to 100 %; rows keep their places whatever they show."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "plane_bars", _LEAST, _MOST)
        self._rows: tuple[PlaneShare, ...] = ()
        self.setAccessibleName("Share of right answers, by plane")

    def show_rows(self, rows: tuple[PlaneShare, ...]) -> None:
        """Show the planes."""
        if rows == self._rows:
            return
        self._rows = rows
        self.make_room(len(rows))
        self.setAccessibleDescription("; ".join(_words(row) for row in rows))

    @override
    def sizeHint(self) -> QSize:
        """Return a size at which all rows are easy to read."""
        return QSize(360, round(28 * max(len(self._rows), 1)))

    def track(self, place: int) -> QRectF:
        """Return where the whole of a row's bar is drawn."""
        box = self.box(place)
        high = min(13.0, box.height() - 4)
        return QRectF(_CODE, box.center().y() - high / 2, max(self.width() - _CODE - _FIGURE, 1.0), high)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw code, bar, mark and figure of every plane."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        colour = self.look.colour
        for place, row in enumerate(self._rows):
            box, track = self.box(place), self.track(place)
            painter.setFont(self.look.font(12, 600))
            painter.setPen(QColor(colour("text")))
            code = painter.fontMetrics().elidedText(row.plane, Qt.TextElideMode.ElideRight, round(_CODE) - 6)
            painter.drawText(QRectF(0, box.y(), _CODE - 4, box.height()), LEFT, code)
            painter.fillRect(track, QColor(colour("bg3")))
            bar = QRectF(track)
            bar.setWidth(track.width() * min(max(row.share, 0.0), 1.0))
            if bar.width() > 0:
                self.look.fill_plane(painter, bar, row.plane)
            if row.other is not None:
                x = track.left() + track.width() * min(max(row.other, 0.0), 1.0)
                painter.fillRect(QRectF(x - 2.5, track.top() - 3, 5, track.height() + 6), QColor(colour("bg0")))
                painter.fillRect(QRectF(x - 1, track.top() - 3, 2, track.height() + 6), QColor(colour("text")))
            painter.setPen(QColor(colour("text")))
            figure = QRectF(self.width() - _FIGURE, box.y(), _FIGURE, box.height())
            painter.drawText(figure, RIGHT, f"{100 * row.share:.0f} %")


def _words(row: PlaneShare) -> str:
    other = "" if row.other is None else f", best other network {100 * row.other:.0f} percent"
    return f"{plane_name(row.plane)}: {100 * row.share:.0f} percent{other}"
