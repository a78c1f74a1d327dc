"""Inter in four weights with figures of one width, so that numbers do not dance; Chinese where Inter has no signs."""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from uiac_desktop.paths import resource

REGULAR, MEDIUM, SEMIBOLD, BOLD = 400, 500, 600, 700
_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf", "NotoSansSC-GB2312.ttf")
_FAMILIES = ("Inter", "Noto Sans SC GB2312")


def load_fonts() -> None:
    """Make the shipped fonts known to Qt; the QApplication must be there."""
    for file in _FILES:
        QFontDatabase.addApplicationFont(str(resource(f"fonts/{file}")))


@cache
def font(pixels: int, weight: int = REGULAR) -> QFont:
    """Return Inter at a height in logical pixels and a weight of 400 to 700.

    Signs that it lacks come from the shipped Chinese font, and what that lacks from the fonts of the PC.
    """
    made = QFont(_FAMILIES)
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight(weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
