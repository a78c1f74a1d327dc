"""The report of an exam as PDF: A4, our own type inside, Chinese too; rarer letters in a font of the PC."""

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos
from fpdf.fonts import FontFace, TTFFont
from typing_extensions import override

from uiac_desktop.exam.report import CERTAINTY, NOTICE, ExamReport, PlaneLine, moment
from uiac_desktop.exam.report_html import png_of, write_report_file
from uiac_desktop.paths import resource

_MARGIN: Final = 14.0
_GAP: Final = 4.0
_COLUMNS: Final = 3
_BOX_HIGH: Final = 36.0
_BETWEEN: Final = 0.8
_CAPTION: Final = 11.0
_FOOT: Final = 20.0
_LINE: Final = 5.2
_PAD: Final = 1.0
_GREY: Final = (66, 75, 83)
_WORDS: Final = ("Plane", "State", "Predicted", "Certainty", "Confirmed as", "By")
_WIDTHS: Final = (24, 18, 24, 19, 34, 61)
_MISSING: Final = "□"
_CHINESE: Final = "fonts/NotoSansSC-GB2312.ttf"
_OTHER_FONTS: Final = (
    "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf", "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf", "wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf", "msyh.ttc", "Deng.ttf", "simsun.ttc", "simhei.ttf", "STHeiti Light.ttc",
    "Hiragino Sans GB.ttc", "Arial Unicode.ttf", "DejaVuSans.ttf",
)  # fmt: skip


class _Page(FPDF):
    """A4 in our own type; the notice stands at the foot of every page."""

    def __init__(self, report: ExamReport, typed: str) -> None:
        super().__init__(format="A4")
        self.lacking = False
        self._made = f"Report made {moment(report.made_at)}."
        self.set_margin(_MARGIN)
        self.c_margin = 0.0
        self.set_auto_page_break(auto=True, margin=_FOOT)
        self.set_title(f"Exam report {report.title}")
        self.set_creator("UIAC Desktop")
        self.set_creation_date(report.made_at)
        self.set_lang("en")
        for style, weight in (("", "Regular"), ("B", "SemiBold")):
            self.add_font("Inter", style, resource(f"fonts/Inter-{weight}.otf"))
        self._known = self._letters_of("inter")
        foreign = {letter for letter in typed if ord(letter) not in self._known and not letter.isspace()}
        if foreign:
            self._add_other(foreign)

    def _add_other(self, letters: set[str]) -> None:
        added: list[str] = []
        for number, file in enumerate(other_fonts()):
            name = f"other{number}"
            try:
                for style in ("", "B"):
                    self.add_font(name, style, file)
            except Exception:  # noqa: BLE001, S112 - a font of the system that cannot be read is passed over
                continue
            added.append(name)
            self._known |= self._letters_of(name)
            if {ord(letter) for letter in letters} <= self._known:
                break
        if added:
            self.set_fallback_fonts(added, exact_match=False)

    def _letters_of(self, family: str) -> set[int]:
        found = self.fonts[family]
        return set(found.cmap) if isinstance(found, TTFFont) else set()

    def plain(self, text: str) -> str:
        """Return text in which every letter that no font knows is a box, and note that there was one."""
        kept = [letter if ord(letter) in self._known or letter == "\n" else _MISSING for letter in text]
        self.lacking = self.lacking or _MISSING in kept
        return "".join(kept)

    @override
    def _render_styled_text_line(self, *line: Any, **more: Any) -> bool:
        """Put our type on the page first: after a line that begins in another one fpdf2 takes it for being there."""
        if self.current_font is not None and not self.current_font_is_set_on_page:
            self._out(self._set_font_for_page(self.current_font, self.font_size_pt))
        return super()._render_styled_text_line(*line, **more)

    @override
    def footer(self) -> None:
        """Write notice and page number."""
        self.set_y(-_FOOT + 4)
        self.set_text_color(*_GREY)
        self.set_font("Inter", "", 7.5)
        self.cell(0, 4, f"{CERTAINTY} {self._made}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(0)
        self.set_font("Inter", "B", 9)
        self.cell(0, 5, NOTICE)
        self.set_font("Inter", "", 8)
        self.set_x(self.w - _MARGIN - self.get_string_width(f"Page {self.page_no()} of 9"))
        self.cell(0, 5, f"Page {self.page_no()} of {{nb}}")


def pdf_of(report: ExamReport) -> bytes:
    """Return the report as PDF.

    Letters that neither our type nor a font of this PC knows are written as boxes, and the page says so.
    """
    values = [value for _, value in report.facts]
    values += [
        text for line in report.lines for text in (line.plane, line.name, line.by, line.predicted, line.confirmed)
    ]
    page = _Page(report, "".join(values))
    page.add_page()
    page.set_font("Inter", "B", 17)
    page.cell(0, 9, "Fetal heart planes: exam report", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.ln(1)
    for word, value in report.facts:
        page.set_font("Inter", "", 9)
        page.set_text_color(*_GREY)
        page.cell(26, 5, word)
        page.set_text_color(0)
        page.multi_cell(0, 5, page.plain(value), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.ln(3)
    _draw_planes(page, report.lines)
    _draw_table(page, report.lines)
    if page.lacking:
        page.ln(2)
        page.set_font("Inter", "", 8)
        page.multi_cell(
            0, 4, "Some letters are boxes: this PC has no font for them. The HTML report has them whole.",
            new_x=XPos.LMARGIN, new_y=YPos.NEXT,
        )  # fmt: skip
    return bytes(page.output())


def write_pdf(report: ExamReport, path: Path) -> None:
    """Write the report as PDF, whole or not at all.

    Raises
    ------
    StoreError
        It cannot be written there.
    """
    write_report_file(path, pdf_of(report))


@cache
def other_fonts() -> tuple[Path, ...]:
    """Return fonts that know letters which ours does not: the shipped Chinese one, then this PC's, the best first."""
    roots = {
        "win32": (Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",),
        "darwin": (Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path.home() / "Library/Fonts"),
    }.get(sys.platform, (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"))
    lying = {path.name.casefold(): path for root in roots if root.is_dir() for path in root.rglob("*.[ot]t[fc]")}
    of_pc = (lying[name.casefold()] for name in _OTHER_FONTS if name.casefold() in lying)
    return resource(_CHINESE), *of_pc


def _draw_planes(page: _Page, lines: tuple[PlaneLine, ...]) -> None:
    wide = (page.epw - (_COLUMNS - 1) * _GAP) / _COLUMNS
    for start in range(0, len(lines), _COLUMNS):
        if page.will_page_break(_BOX_HIGH + _CAPTION):
            page.add_page()
        top = page.get_y()
        for column, line in enumerate(lines[start : start + _COLUMNS]):
            _draw_plane(page, line, _MARGIN + column * (wide + _GAP), top, wide)
        page.set_xy(_MARGIN, top + _BOX_HIGH + _CAPTION)


def _draw_plane(page: _Page, line: PlaneLine, x: float, top: float, wide: float) -> None:
    if line.picture is None:
        page.set_draw_color(127, 82, 0)
        page.set_dash_pattern(dash=1.2, gap=1)
        page.rect(x, top, wide, _BOX_HIGH)
        page.set_dash_pattern()
        page.set_xy(x, top)
        page.set_font("Inter", "B", 10)
        page.set_text_color(127, 82, 0)
        page.cell(wide, _BOX_HIGH, line.state, align="C")
        page.set_text_color(0)
    else:
        page.set_fill_color(0)
        page.rect(x, top, wide, _BOX_HIGH, style="F")
        shown = [pixels for pixels in (line.picture, line.mapped) if pixels is not None]
        part = (wide - _BETWEEN * (len(shown) - 1)) / len(shown)
        for place, pixels in enumerate(shown):
            left = x + place * (part + _BETWEEN)
            page.image(png_of(pixels), left, top, part, _BOX_HIGH, keep_aspect_ratio=True)
    page.set_xy(x, top + _BOX_HIGH + 0.5)
    page.set_font("Inter", "B", 9.5)
    page.cell(wide - 14, 4.5, _fitting(page, line.plane, wide - 14))
    page.cell(14, 4.5, line.certainty_of_plane, align="R")
    page.set_xy(x, top + _BOX_HIGH + 5)
    page.set_font("Inter", "", 7.5)
    page.set_text_color(*_GREY)
    page.cell(wide, 4, _fitting(page, line.name if line.name != line.plane else "", wide))
    page.set_text_color(0)


def _draw_table(page: _Page, lines: tuple[PlaneLine, ...]) -> None:
    page.set_font("Inter", "", 8.5)
    if not lines:
        page.cell(0, 6, "No frame was kept in this exam.", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        return
    rows = [_WORDS]
    rows += [(one.plane, one.state, one.predicted, one.certainty, one.confirmed, one.by) for one in lines]
    high = sum(_height(page, row) for row in rows)
    if page.will_page_break(high + 1):
        page.add_page()
    page.ln(1)
    page.set_draw_color(205, 212, 217)
    head = FontFace(emphasis="BOLD", fill_color=(230, 234, 237))
    with page.table(
        col_widths=_WIDTHS,
        borders_layout="HORIZONTAL_LINES",
        headings_style=head,
        line_height=_LINE,
        text_align="LEFT",
        padding=(0, _PAD, 0, _PAD),
    ) as table:
        for texts in rows:
            row = table.row()
            for text in texts:
                row.cell(page.plain(text))


def _height(page: _Page, texts: tuple[str, ...]) -> float:
    """Return how high a row of the table will be."""
    high = 0.0
    for text, width in zip(texts, _WIDTHS, strict=True):
        wide = width / sum(_WIDTHS) * page.epw - 2 * _PAD
        taken = page.multi_cell(wide, _LINE, page.plain(text), dry_run=True, output=MethodReturnValue.HEIGHT)
        high = max(high, taken if isinstance(taken, float) else _LINE)
    return high


def _fitting(page: _Page, text: str, wide: float) -> str:
    """Return a text, or as much of it as fits a width and a sign that there is more."""
    whole = shown = page.plain(text)
    while page.get_string_width(shown) > wide:
        whole = whole[:-1]
        shown = f"{whole}…"
    return shown
