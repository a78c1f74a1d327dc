"""Paints the class activation map: beside the image on a dim grey copy, or over the image by screen blending."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from uiac_desktop.maps import heat
from uiac_desktop.maps.place import MapPlace
from uiac_desktop.settings import ColourTable, Settings
from uiac_desktop.ui.look.theme import ON_BLACK, tokens
from uiac_desktop.ui.pictures.picture import draw_picture, small_grey
from uiac_desktop.ui.scan.state import MapPicture

_GRID = 112
_FRAME_GAIN = 0.38
_COLOUR_GAIN = 0.62


@dataclass(frozen=True, slots=True)
class MapLook:
    """The user's choices for the map."""

    table: ColourTable = "inferno"
    contours: bool = True


def look_of(settings: Settings) -> MapLook:
    """Return the user's choices for the map."""
    return MapLook(settings.map_colours, settings.contours)


class PaintedMap:
    """One frame's map, enlarged once and drawn as often as the window asks.

    Parameters
    ----------
    picture
        The map with its place; ``values`` may be None.
    aspect
        Width of the frame through its height.
    """

    def __init__(self, picture: MapPicture, aspect: float, look: MapLook) -> None:
        self.picture = picture
        self._look = look
        self._enlarged: heat.FloatImage | None = None
        if picture.values is not None:
            square = aspect * picture.place.width / picture.place.height
            wide = square >= 1
            columns = _GRID if wide else max(8, round(_GRID * square))
            rows = max(8, round(_GRID / square)) if wide else _GRID
            self._enlarged = heat.smooth(picture.values, columns, rows)

    def draw_beside(self, painter: QPainter, frame: QImage, box: QRectF, ratio: float) -> None:
        """Draw a dim grey copy of the frame with the map's colours added."""
        painter.fillRect(box, ON_BLACK.colour("bg0"))
        painter.setOpacity(_FRAME_GAIN)
        width, height = max(1, round(box.width() * ratio)), max(1, round(box.height() * ratio))
        painter.drawImage(box, small_grey(frame, width, height))
        painter.setOpacity(1.0)
        if self._enlarged is None:
            return
        painter.save()
        painter.setClipRect(box)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
        painter.setOpacity(_COLOUR_GAIN)
        colours = heat.opaque(self._enlarged, self._look.table)
        height, width = colours.shape[:2]
        image = QImage(colours.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        draw_picture(painter, image.convertToFormat(QImage.Format.Format_RGB32), placed(box, self.picture.place))
        painter.restore()
        self._draw_contours(painter, box, (heat.LEVELS[1],))

    def draw_over(self, painter: QPainter, box: QRectF) -> None:
        """Blend the map into the image that was drawn in the box; screen blending never darkens speckle."""
        if self._enlarged is None:
            return
        painter.save()
        painter.setClipRect(box)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Screen)
        colours = heat.clear(self._enlarged, self._look.table)
        height, width = colours.shape[:2]
        image = QImage(colours.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(placed(box, self.picture.place), image)
        painter.restore()
        self._draw_contours(painter, box, heat.LEVELS)

    def _draw_contours(self, painter: QPainter, box: QRectF, levels: tuple[float, ...]) -> None:
        if not self._look.contours or self._enlarged is None:
            return
        target = placed(box, self.picture.place)
        painter.save()
        painter.setClipRect(box)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for level in levels:
            line_pen = contour_pen(level)
            halo = QPen(QColor(tokens()["map"]["contour_halo"]), line_pen.widthF() + 2)
            for line in heat.contours(self._enlarged, level):
                xs = (target.x() + line[:, 0] * target.width()).tolist()
                ys = (target.y() + line[:, 1] * target.height()).tolist()
                polygon = QPolygonF([QPointF(x, y) for x, y in zip(xs, ys, strict=True)])
                for pen in (halo, line_pen):
                    painter.setPen(pen)
                    painter.drawPolyline(polygon)
        painter.restore()


def contour_pen(level: float) -> QPen:
    """Return the pen of a contour line: solid at 80 %, dashed at 50 % of the peak."""
    style = next(entry for entry in tokens()["map"]["contour"] if entry["level"] == level)
    pen = QPen(QColor(tokens()["map"]["contour_colour"]), float(style["width"]))
    if style["dash"]:
        pen.setDashPattern([length / pen.widthF() for length in style["dash"]])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def placed(box: QRectF, place: MapPlace) -> QRectF:
    """Return where the map lies in a box that shows the whole frame."""
    return QRectF(
        box.x() + place.x * box.width(),
        box.y() + place.y * box.height(),
        place.width * box.width(),
        place.height * box.height(),
    )
