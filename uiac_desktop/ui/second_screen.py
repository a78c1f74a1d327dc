"""The plane alone in a window of its own, on another screen where there is one, to be read from across the room."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import font
from uiac_desktop.ui.look.sizes import plane_alone
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.scan.block import PlaneBlock
from uiac_desktop.ui.scan.block_view import BlockView
from uiac_desktop.ui.scan.source_line import RESEARCH_USE

_SHARE_OF_ONE_SCREEN = 0.6
_LEAST_FOOT = 18


class SecondScreen(QWidget):
    """Shows the same `PlaneBlock` as the Scan room; its code is 30 % of its height where the width allows it.

    Parameters
    ----------
    parent
        The program's window, which it closes with.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._program = parent
        self.setObjectName("second_screen")
        self.setWindowTitle("UIAC Desktop: plane")
        self.setAccessibleName("Second screen")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setMinimumSize(QSize(320, 200))
        self.block = BlockView(self, announces=False)
        self.block.setObjectName("second_plane")
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenRemoved.connect(lambda _screen: self.close())

    def toggle(self) -> None:
        """Show it, over the whole of another screen where there is one; or take it away."""
        if self.isVisible():
            self.close()
            return
        own = self._program.screen()
        other = next((screen for screen in QGuiApplication.screens() if screen is not own), None)
        if other is not None:
            self.setGeometry(other.geometry())
            self.showFullScreen()
            return
        room = own.availableGeometry()
        self.resize(room.size() * _SHARE_OF_ONE_SCREEN)
        self.move(room.right() - self.width(), room.bottom() - self.height())
        self.showNormal()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the type follow the height."""
        sizes = plane_alone(self.width(), self.height())
        self.block.set_sizes(sizes)
        high = min(sizes.plane_block, self.height() - self._foot)
        self.block.setGeometry(0, (self.height() - self._foot - high) // 2, self.width(), high)

    @property
    def _foot(self) -> int:
        return max(_LEAST_FOOT, self.height() // 20)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and what the program is not for."""
        painter = QPainter(self)
        look = theme()
        painter.fillRect(self.rect(), look.colour("bg1"))
        foot = QRectF(0, self.height() - self._foot, self.width() - 16, self._foot)
        type_ = font(max(12, round(self._foot * 0.5)))
        ink.draw_text(painter, foot, RESEARCH_USE, type_, look.colour("text2"), ink.RIGHT)

    def show_block(self, block: PlaneBlock) -> None:
        """Show what the Scan room says."""
        self.block.show_block(block)
