"""A button with icon and word, whose icon follows the look; the style sheet draws the rest."""

from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton

from nas.wizard.look.record import Look

Tone: TypeAlias = Literal["normal", "primary", "danger", "flat"]
_INK: Final[dict[Tone, str]] = {"normal": "text", "primary": "onaccent", "danger": "error", "flat": "text2"}


class Button(QPushButton):
    """A button of the pages.

    Parameters
    ----------
    look
        What it is drawn with.
    word
        On the button, and its accessible name.
    name
        Its object name.
    icon
        Name of an icon, or empty.
    tone
        ``primary`` for the one thing to do next, ``danger`` for what ends or deletes.
    small
        26 px high in place of 32.
    command
        A command whose key stands in its tooltip.
    """

    def __init__(
        self,
        look: Look,
        word: str,
        name: str,
        icon: str = "",
        tone: Tone = "normal",
        small: bool = False,
        command: str = "",
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._icon, self._tone, self._command = icon, tone, command
        self.setProperty("tone", tone)
        self.setProperty("small", small)
        self.set_word(word)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(17, 17))
        self.wear(look)

    def set_word(self, word: str) -> None:
        """Change the word, in which an ampersand names no key."""
        self._word = word
        self.setText(word.replace("&", "&&"))
        self.setAccessibleName(word)

    def set_tone(self, tone: Tone, look: Look) -> None:
        """Change the tone."""
        if tone == self._tone:
            return
        self._tone = tone
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        self.wear(look)

    def wear(self, look: Look) -> None:
        """Take another look."""
        if self._icon:
            self.setIcon(look.icon(self._icon, _INK[self._tone]))
        if self._command:
            key = look.key(self._command)
            self.setAccessibleDescription(key)
            self.setToolTip(f"{self._word} ({key})" if key else self._word)
