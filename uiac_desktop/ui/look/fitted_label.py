"""A line that says as much as it has room for: the longest of several wordings that fits is shown, never a cut one."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy
from typing_extensions import override


class FittedLabel(QLabel):
    """Takes what room is left; the full wording is its tooltip where a shorter one stands."""

    def __init__(self) -> None:
        super().__init__()
        self._wordings: tuple[str, ...] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, *wordings: str) -> None:
        """Say the first of these that fits, the last one at least."""
        self._wordings = wordings
        self._choose()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose anew."""
        super().resizeEvent(event)
        self._choose()

    def _choose(self) -> None:
        fits = (one for one in self._wordings if self.fontMetrics().horizontalAdvance(one) <= self.width())
        text = next(fits, self._wordings[-1])
        self.setText(text)
        self.setToolTip(self._wordings[0] if text != self._wordings[0] else "")
