"""The sheet on screen: each frame as the store has it beside what would leave, with all that is told of both."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from uiac_desktop.frame import Pixels
from uiac_desktop.session.export.records import SheetRow
from uiac_desktop.ui.pictures.picture import qt_image

_PICTURE = QSize(176, 132)


class ExportSheetView(QScrollArea):
    """Rows of before and after."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("export_sheet")
        self.setAccessibleName("Frames before and after")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.show_rows(())

    def show_rows(self, rows: tuple[SheetRow, ...]) -> None:
        """Show these frames from the top."""
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for column, word in ((0, "As it is in the store"), (2, "As it leaves")) if rows else ():
            grid.addWidget(_text(word, "heading"), 0, column, 1, 2)
        for place, row in enumerate(rows, 1):
            for column, pixels, told in ((0, row.before, row.told_before), (2, row.after, row.told_after)):
                grid.addWidget(_picture(pixels), place, column, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(_text("\n".join(told), "hint"), place, column + 1, Qt.AlignmentFlag.AlignTop)
        grid.setRowStretch(len(rows) + 1, 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.setWidget(inner)


def _picture(pixels: Pixels) -> QLabel:
    label = QLabel()
    label.setFixedSize(_PICTURE)
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    ratio = label.devicePixelRatioF()
    picture = QPixmap.fromImage(qt_image(pixels)).scaled(
        _PICTURE * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    picture.setDevicePixelRatio(ratio)
    label.setPixmap(picture)
    return label


def _text(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
