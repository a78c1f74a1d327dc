"""Signs that the figures' font lacks, such as Chinese names of classes: the shipped Chinese font, another, or a box.

Without this matplotlib draws boxes and warns at every one of them, even where a font with the signs is installed.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.text import Text

_BOX: Final = "□"
_NO_FONT: Final = frozenset({"Last Resort", "Last Resort High-Efficiency"})
_CHINESE: Final = "resources/fonts/NotoSansSC-GB2312.ttf"
NOTE: Final = f"{_BOX}: a sign that no font on this computer has"


def printable(name: str) -> str:
    """Return a name with a box for every sign that no installed font has."""
    lacking = _lacking(name)
    missing = _fonts_with(lacking)[1] if lacking else frozenset()
    return "".join(_BOX if sign in missing else sign for sign in name)


def cover_signs(figure: Figure) -> None:
    """Give every text of a figure fonts that have its signs, and explain the boxes of `printable`, if there are any."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            axis.get_ticklabels()  # makes the labels, which else come into being while they are drawn
    texts: list[Text] = figure.findobj(Text)
    for text in texts:
        if lacking := _lacking(text.get_text()):
            text.set_fontfamily([*text.get_fontfamily(), *_fonts_with(lacking)[0]])
    if any(_BOX in text.get_text() for text in texts):
        figure.text(0.002, 0.002, NOTE, fontsize=5, color="#424B53", va="bottom")


def _lacking(written: str) -> frozenset[str]:
    return frozenset(sign for sign in written if not sign.isspace() and ord(sign) not in _plain_signs())


@lru_cache(maxsize=1)
def _plain_signs() -> frozenset[int]:
    font = font_manager.get_font(font_manager.findfont(font_manager.FontProperties()))
    return frozenset(font.get_charmap())


@lru_cache(maxsize=256)
def _fonts_with(lacking: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return families that together have as many of the signs as can be, fewest first, and the signs left over."""
    left = {ord(sign) for sign in lacking}
    families: list[str] = []
    has = {name: signs & left for name, signs in _installed().items()}
    while left and has:
        best = max(sorted(has), key=lambda name: len(has[name] & left))
        if not has[best] & left:
            break
        families.append(best)
        left -= has.pop(best)
    return tuple(families), frozenset(map(chr, left))


@lru_cache(maxsize=1)
def _installed() -> dict[str, frozenset[int]]:
    """Return the signs of every family, installed or shipped, in its upright, regular cut."""
    for shipped in _shipped():
        font_manager.fontManager.addfont(shipped)
    found: dict[str, frozenset[int]] = {}
    for entry in font_manager.fontManager.ttflist:
        regular = entry.style == "normal" and entry.weight in (400, "normal")
        if not regular or entry.name in found or entry.name in _NO_FONT:
            continue
        try:
            found[entry.name] = frozenset(font_manager.get_font(entry.fname).get_charmap())
        except (OSError, RuntimeError):  # a font that was taken away since matplotlib listed it, or a damaged one
            continue
    return found


def _shipped() -> list[Path]:
    """Return the Chinese font of the program, which lies beside the packages in a checkout and inside one in wheels."""
    home = Path(__file__).resolve().parents[2]
    return [place for place in (home / _CHINESE, home / "uiac_desktop" / _CHINESE) if place.is_file()]
