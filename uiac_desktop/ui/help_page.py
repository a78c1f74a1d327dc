"""The help pages, shown in the window's own place for pages: live goes on behind them, and no dialog covers it."""

import json
from typing import Final

from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QTextBrowser, QWidget

from uiac_desktop import paths
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.commands import COMMANDS
from uiac_desktop.ui.look.fonts import font
from uiac_desktop.ui.look.theme import theme

_READABLE: Final = 980
_WHERE: Final = {
    "all": "everywhere", "scan": "Scan", "mask": "mask editor", "review": "Review", "exams": "Exams", "learn": "Learn",
}  # fmt: skip


class HelpPage(QWidget):
    """A list of pages at the left, the page at the right."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help_page")
        self._actions = actions
        self._pages: list[dict[str, str]] = json.loads(paths.resource("help/index.json").read_text(encoding="utf-8"))
        self._list = QListWidget()
        self._list.setObjectName("help_list")
        self._list.setAccessibleName("Help pages")
        self._list.setFixedWidth(250)
        self._list.addItems([page["title"] for page in self._pages])
        self._browser = QTextBrowser()
        self._browser.setAccessibleName("Help")
        self._browser.setOpenExternalLinks(False)
        self._browser.setFont(font(14))
        self._browser.document().setDocumentMargin(28)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list)
        self._browser.setMaximumWidth(_READABLE)
        row.addWidget(self._browser, 1)
        row.addStretch(0)
        self._list.currentRowChanged.connect(self._show)
        self._list.setCurrentRow(0)

    def renew(self) -> None:
        """Draw the page again, since keys or colours may have changed."""
        self._show(self._list.currentRow())

    def text(self, file: str) -> str:
        """Return a page as Markdown, with what only the running program knows filled in."""
        page = paths.resource(f"help/{file}").read_text(encoding="utf-8")
        if file == "keys.md":
            return page.replace("{keys}", self._key_table())
        if file == "troubles.md":
            return f"{page}\n- `{paths.log_file()}`\n- `{paths.config_dir() / 'settings.json'}`\n"
        return page

    def _show(self, number: int) -> None:
        document = self._browser.document()
        document.setDefaultFont(font(14))
        document.setMarkdown(
            self.text(self._pages[max(number, 0)]["file"]), QTextDocument.MarkdownFeature.MarkdownDialectGitHub
        )
        set_out(document)
        self._browser.moveCursor(self._browser.textCursor().MoveOperation.Start)

    def _key_table(self) -> str:
        lines = ["| Key | Command | Where | What it does |", "|---|---|---|---|"]
        for command in COMMANDS:
            key = self._actions.key_text(command.id)
            if key:
                shown = key.replace("<", "&lt;").replace(">", "&gt;")
                lines.append(f"| **{shown}** | {command.word} | {_WHERE[command.where]} | {command.help} |")
        return "\n".join(lines)


def set_out(document: QTextDocument) -> None:
    """Give lines, headings and tables room, since Markdown has no say in that; laid out once, when all is said."""
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    block = document.begin()
    while block.isValid():
        cursor.setPosition(block.position())
        lines = block.blockFormat()
        lines.setLineHeight(142, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        heading = lines.headingLevel()
        lines.setTopMargin({0: 2, 1: 4}.get(heading, 22))
        lines.setBottomMargin(10 if heading else 6)
        cursor.setBlockFormat(lines)
        block = block.next()
    frame = document.rootFrame()
    for child in frame.childFrames():
        layout = child.frameFormat().toTableFormat()
        layout.setCellPadding(7)
        layout.setCellSpacing(0)
        layout.setBorder(0)
        layout.setBorderBrush(theme().colour("border"))
        layout.setTopMargin(8)
        layout.setBottomMargin(12)
        child.setFrameFormat(layout)
    cursor.endEditBlock()
