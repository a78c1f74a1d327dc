"""Colours of the window and of each plane, read from the design tokens, so that no view names a colour of its own."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from nas.planes import NONE
from uiac_desktop.paths import resource
from uiac_desktop.settings import ThemeName


@cache
def tokens() -> dict[str, Any]:
    """Return the design tokens: colours, patterns, type and sizes."""
    found: dict[str, Any] = json.loads(resource("theme/tokens.json").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Theme:
    """One of the two sets of colours.

    Parameters
    ----------
    name
        ``dark`` or ``light``.
    """

    name: ThemeName

    def colour(self, token: str) -> QColor:
        """Return a colour by its token, for example ``bg1`` or ``warn``."""
        return _colour(self.name, token)

    def plane(self, code: str) -> QColor:
        """Return the colour of a plane, the same in both themes; grey for ``none`` and for a department's own class."""
        if code == NONE:
            return self.colour("nonec")
        return _colour("plane", code if code in tokens()["plane"] else NONE)

    def on_plane(self, code: str) -> QColor:
        """Return the colour of text on a block of the plane's colour."""
        if code == NONE:
            return self.colour("text2")
        return QColor(tokens()["plane_text"].get(code, "#000000"))

    def pattern(self, code: str) -> str:
        """Return ``solid``, ``stripe`` or ``hatch``; a department's own class is striped."""
        return str(tokens()["plane_pattern"].get(code, "stripe"))


ON_BLACK: Final = Theme("dark")
"""The colours of what stands on the surround of the picture, which is black in both themes."""


@cache
def _colour(group: str, name: str) -> QColor:
    return QColor(tokens()[group][name])


_worn = Theme("dark")


def theme() -> Theme:
    """Return the theme in use."""
    return _worn


def wear(application: QApplication, name: ThemeName) -> None:
    """Put a theme on the whole program; every window redraws."""
    global _worn  # noqa: PLW0603 - one window system, one theme, as with QApplication's own palette
    _worn = Theme(name)
    application.setPalette(_palette(_worn))
    application.setStyleSheet(_style_sheet(_worn))
    for widget in application.allWidgets():
        widget.update()


def _palette(worn: Theme) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, token in {
        roles.Window: "bg1", roles.WindowText: "text", roles.Base: "bg3", roles.AlternateBase: "bg2",
        roles.Text: "text", roles.Button: "bg3", roles.ButtonText: "text", roles.Highlight: "accent",
        roles.HighlightedText: "onaccent",
        roles.ToolTipBase: "bg3", roles.ToolTipText: "text", roles.PlaceholderText: "text3", roles.Link: "accent",
        roles.LinkVisited: "accent", roles.BrightText: "text",
    }.items():  # fmt: skip
        palette.setColor(role, worn.colour(token))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, worn.colour("text3"))
    return palette


def _style_sheet(worn: Theme) -> str:
    names = tokens()[worn.name]
    text = resource("theme/window.qss").read_text(encoding="utf-8")
    text = text.replace("@tick", resource(f"icons/tick-{worn.name}.svg").as_posix())
    text = text.replace("@caret", resource("icons/caret.svg").as_posix())
    for token in sorted(names, key=len, reverse=True):
        text = text.replace(f"@{token}", names[token])
    return text
