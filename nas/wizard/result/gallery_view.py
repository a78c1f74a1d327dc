"""The map gallery: of each plane its most certain right answer, the frame beside where the network looked."""

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nas.planes import plane_name
from nas.preprocess import PreprocessSpec, fit_frame
from nas.wizard.data.contact_sheet import image_of
from nas.wizard.data.pictures import Pictures
from nas.wizard.look.own_keys import ARROWS, CHOOSE, keeps
from nas.wizard.look.record import Look
from nas.wizard.result.map_picture import map_picture
from nas.wizard.result.record import Example

_SIDE: Final = 160
_FOOT: Final = 20.0
_GAP: Final = 6.0
_RATIO: Final = 2.0
_TAG: Final = 10.0  # of a code's ground, beside its letters
_BESIDE: Final = 4.0
_MOVES: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class GalleryView(QWidget):
    """Pairs of frame and map; ``chosen`` carries the file of the one that is pressed."""

    chosen = Signal(str)

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__()
        self._look = look
        self._pictures = pictures
        self._spec = PreprocessSpec()
        self._shown: tuple[Example, ...] = ()
        self._pairs: dict[str, tuple[QImage, QImage]] = {}
        self._at = 0
        self.setObjectName("gallery")
        self.setAccessibleName("Map gallery")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(QSize(240, 120))
        pictures.came.connect(self._take)

    def show_examples(self, examples: tuple[Example, ...], spec: PreprocessSpec | None) -> None:
        """Show the best right answer of each plane, or its wrong one where there is no right one.

        Parameters
        ----------
        examples
            Of all planes, the best of each first.
        spec
            How the model's frames are fitted.
        """
        wanted = (spec or PreprocessSpec()).model_copy(update={"size": _SIDE})
        best = {example.plane: example for example in reversed(examples)}
        shown = tuple(best[plane] for plane in dict.fromkeys(example.plane for example in examples))
        if (shown, wanted) == (self._shown, self._spec):
            return
        self._shown, self._spec, self._at = shown, wanted, 0
        self._pairs.clear()
        self.setAccessibleDescription("; ".join(_words(example) for example in shown) or "nothing yet")
        self.update()

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        self.update()

    @property
    def complete(self) -> bool:
        """Whether every picture is drawn or known to be missing."""
        return all(one.file in self._pairs or self._pictures.missing(one.file) for one in self._shown)

    @override
    def event(self, event: QEvent) -> bool:
        """Keep the keys that go about in it."""
        return keeps(event, (*ARROWS, *CHOOSE)) or super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw every pair with code and certainty below it, never on it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for place, example in enumerate(self._shown):
            self._draw(painter, self.box(place), example)
            if self.hasFocus() and place == self._at:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self._look.colour("focus")), 2))
                painter.drawRect(self.box(place).adjusted(-3, -3, 3, 3))

    def box(self, place: int) -> QRectF:
        """Return where a pair with its foot is drawn."""
        columns = self._columns
        rows = -(-max(len(self._shown), 1) // columns)
        wide = (self.width() - (columns + 1) * _GAP) / columns
        high = min(wide / _RATIO + _FOOT, (self.height() - (rows + 1) * _GAP) / rows)
        row, column = divmod(place, columns)
        return QRectF(_GAP + column * (wide + _GAP), _GAP + row * (high + _GAP), wide, high)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the pair under the pointer."""
        for place, example in enumerate(self._shown):
            if self.box(place).contains(event.position()):
                self._at = place
                self.chosen.emit(example.file)
                return

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from pair to pair, and choose one."""
        key = Qt.Key(event.key())
        by = _MOVES.get(key, self._columns * {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0))
        if by and 0 <= self._at + by < len(self._shown):
            self._at += by
            self.update()
        elif key in CHOOSE and self._shown:
            self.chosen.emit(self._shown[self._at].file)
        elif not by:
            super().keyPressEvent(event)

    @property
    def _columns(self) -> int:
        """Columns that leave the pictures largest."""
        count = max(len(self._shown), 1)

        def wide(columns: int) -> float:
            rows = -(-count // columns)
            high = (self.height() - (rows + 1) * _GAP) / rows - _FOOT
            return min((self.width() - (columns + 1) * _GAP) / columns, _RATIO * high)

        return max(range(1, count + 1), key=lambda columns: (round(wide(columns)), -columns))

    def _draw(self, painter: QPainter, box: QRectF, example: Example) -> None:
        half = QRectF(box.x(), box.y(), (box.width() - 2) / 2, box.height() - _FOOT)
        side = min(half.width(), half.height())
        middle = box.center().x()
        places = (QRectF(middle - side - 1, box.y(), side, side), QRectF(middle + 1, box.y(), side, side))
        pair = self._pairs.get(example.file) or self._made(example)
        for number, place in enumerate(places):
            painter.fillRect(place, QColor(self._look.colour("bg0")))
            if pair is not None:
                painter.drawImage(place, pair[number])
        if pair is None and self._pictures.missing(example.file):
            painter.setPen(QColor(self._look.colour("text3")))
            painter.setFont(self._look.font(11, 400))
            painter.drawText(places[0].united(places[1]), Qt.AlignmentFlag.AlignCenter, "the frame is not there")
        ink = self._look.plane(example.plane)
        painter.setFont(self._look.font(11, 600))
        tag = QRectF(places[0].x(), places[0].bottom() + 3, 0, 15)
        code = painter.fontMetrics().elidedText(example.plane, Qt.TextElideMode.ElideRight, 60)
        tag.setWidth(painter.fontMetrics().horizontalAdvance(code) + _TAG)
        painter.fillRect(tag, QColor(ink.fill))  # stripes beside the letters, not through them
        self._look.fill_plane(painter, tag.adjusted(0, 12, 0, 0), example.plane)
        painter.setPen(QColor(ink.text))
        painter.drawText(tag.adjusted(0, -1, 0, -2), Qt.AlignmentFlag.AlignCenter, code)
        wrong = example.answer != example.plane
        painter.setPen(QColor(self._look.colour("warn" if wrong else "text2")))
        beside = QRectF(tag.right() + _BESIDE, tag.y(), max(places[1].right() - tag.right() - _BESIDE, 0), 15)
        sure = percent(example.certainty) if self._certainties_fit(2 * side) else ""
        for said in (f"→ {example.answer} {sure}", sure or "✕") if wrong else (sure,):
            if painter.fontMetrics().horizontalAdvance(said) <= beside.width():
                painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said)
                break

    def _certainties_fit(self, wide: float) -> bool:
        """Tell whether beside every code there is room for its certainty; else none is shown, not some of them."""
        type_ = QFontMetricsF(self._look.font(11, 600))
        return all(
            type_.horizontalAdvance(one.plane) + type_.horizontalAdvance(percent(one.certainty)) + _TAG + _BESIDE
            <= wide
            for one in self._shown
        )

    def _made(self, example: Example) -> tuple[QImage, QImage] | None:
        pixels = self._pictures.pixels(example.file)
        if pixels is None:
            return None
        square = fit_frame(pixels, self._spec)
        pair = image_of(square), image_of(map_picture(square, example.map))
        self._pairs[example.file] = pair
        return pair

    def _take(self, file: str) -> None:
        if any(example.file == file for example in self._shown):
            self.update()


def percent(certainty: float) -> str:
    """Return a certainty in percent, never above 99, since nothing here is certain."""
    return f"{min(round(100 * certainty), 99)} %"


def _words(example: Example) -> str:
    return f"{plane_name(example.plane)}: answered {example.answer}, {percent(example.certainty)} sure"
