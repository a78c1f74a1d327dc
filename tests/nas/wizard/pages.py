"""A page of the wizard in a test's hands: shown as in the window, read by its labels and pressed by its buttons."""

from typing import TypeVar

from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from nas.wizard.look.style import style_sheet
from tests.nas.wizard.plain_look import plain_look

Page = TypeVar("Page", bound=QWidget)


def in_view(qtbot, kind: type[Page], width: int, height: int) -> Page:
    """Return a page that stands in view."""
    made = kind(plain_look())
    made.setStyleSheet(style_sheet(made.look))
    qtbot.addWidget(made)
    made.resize(width, height)
    made.show()
    return made


def text(page: QWidget, name: str) -> str:
    """Return what a label says."""
    return page.findChild(QLabel, name).text()


def press(page: QWidget, name: str) -> None:
    """Press a button; of one that gave way and its follower the one in view."""
    found = page.findChildren(QPushButton, name)
    next((button for button in found if button.isVisible()), found[0]).click()
