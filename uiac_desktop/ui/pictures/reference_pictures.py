"""Reference pictures of the planes to compare a frame with: the department's own where there is one, else simulated."""

from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nas.planes import NONE, PLANES
from uiac_desktop.paths import resource
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import MEDIUM, font
from uiac_desktop.ui.look.theme import ON_BLACK
from uiac_desktop.ui.pictures.picture import draw_picture, fitted

_CAPTION = 26


class ReferencePictures:
    """Finds the reference picture of a plane, and keeps it once it was read.

    Parameters
    ----------
    folder
        Where the department may put its own, such as ``FCH.png``; it need not be there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[QImage, str]] = {}

    def of(self, plane: str) -> tuple[QImage, str]:
        """Return a picture and its caption; a null picture and words where there is none."""
        if plane not in self._known:
            self._known[plane] = self._read(plane)
        return self._known[plane]

    def _read(self, plane: str) -> tuple[QImage, str]:
        if not plane or plane == NONE:
            return QImage(), "No plane, no reference picture"
        own = self._own(plane)
        if own is not None and not own.isNull():
            return own, f"Reference picture: {plane} (department's)"
        if plane not in PLANES:
            return QImage(), f"No reference picture of {plane}"
        return QImage(str(resource(f"reference/{plane}.png"))), f"Reference picture: {plane} (simulated)"

    def _own(self, plane: str) -> QImage | None:
        if Path(plane).name != plane:
            return None
        places = (self._folder / f"{plane}{end}" for end in (".png", ".jpg", ".jpeg"))
        found = next((place for place in places if place.is_file()), None)
        return QImage(str(found)) if found is not None else None


class ReferenceView(QWidget):
    """Draws the reference picture of a plane whole, with its caption below."""

    def __init__(self, pictures: ReferencePictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reference")
        self._pictures = pictures
        self._plane = ""
        self._image, self._caption = pictures.of("")
        self.setAccessibleName(self._caption)

    def show_plane(self, plane: str) -> None:
        """Show another plane's picture; empty for none."""
        if plane != self._plane:
            self._plane = plane
            self._image, self._caption = self._pictures.of(plane)
            self.setAccessibleName(self._caption)
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw picture and caption on black."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), ON_BLACK.colour("bg0"))
        top = 3.0
        if not self._image.isNull():
            high = self.height() - _CAPTION
            box = fitted(self._image, QRectF(0, 0, self.width(), high))
            box.moveTo(0, 0)
            draw_picture(painter, self._image, box)
            painter.setPen(ON_BLACK.colour("border2"))
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
            top = box.bottom() + 4
        caption = QRectF(0, top, self.width(), 20)
        short = self._caption
        if ink.text_width(short, font(12, MEDIUM)) > caption.width():
            short = short.replace("Reference picture: ", "Reference: ").replace("reference picture", "reference")
        ink.draw_text(painter, caption, short, font(12, MEDIUM), ON_BLACK.colour("text2"))
