"""Cuts the shipped Chinese font from Noto Sans SC: the signs of GB 2312 in one weight, so that no report has boxes.

Run with the file of Noto Sans SC Regular (as TrueType) as its only word; equal input gives an equal file.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Noto Sans SC GB2312"
TARGET = Path(__file__).resolve().parents[1] / "resources" / "fonts" / "NotoSansSC-GB2312.ttf"
_NAMES = {
    1: FAMILY,
    2: "Regular",
    3: f"{FAMILY} Regular",
    4: f"{FAMILY} Regular",
    6: FAMILY.replace(" ", "") + "-Regular",
}
_KEPT_NAMES = (0, 5, 13, 14)  # whose it is, version, licence and where that stands


def signs() -> set[int]:
    """Return the code points of GB 2312 and of ASCII."""
    found = set(range(0x20, 0x7F))
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            found.update(map(ord, bytes((row, cell)).decode("gb2312", errors="ignore")))
    return found


def cut(source: Path, target: Path) -> None:
    """Write the font with those signs alone, without hints and layout tables, under a name of its own."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=[], name_IDs=list(_KEPT_NAMES), notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=signs())
    cutter.subset(font)
    for number, text in _NAMES.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font.save(target)


if __name__ == "__main__":
    cut(Path(sys.argv[1]), TARGET)
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e6:.1f} MB, {len(signs())} signs")
