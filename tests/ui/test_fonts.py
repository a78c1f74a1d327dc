"""Typed text is written whole on screen, Chinese too, whatever fonts the PC has."""

import pytest
from PySide6.QtGui import QTextLayout
from PySide6.QtWidgets import QApplication

from uiac_desktop.ui.look.fonts import SEMIBOLD, font


@pytest.mark.parametrize("text", ["四腔心 FCH 97 %", "张伟（超声科）", "胎儿心脏筛查、六切面"])
def test_that_chinese_has_its_signs_on_screen(application: QApplication, text: str) -> None:
    layout = QTextLayout(text, font(13, SEMIBOLD))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    drawn = {run.rawFont().familyName(): run.glyphIndexes() for run in layout.glyphRuns()}
    assert "Noto Sans SC GB2312" in drawn
    assert all(index != 0 for run in drawn.values() for index in run), "0 is the box of a missing sign"
