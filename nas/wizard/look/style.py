"""The style sheet of the wizard, made from its look, so that plain Qt controls look like those of the program."""

from string import Template
from typing import Final

from nas.wizard.look.record import Look

_SHEET: Final = Template("""
QFrame[role="panel"] { background: $bg2; border: 1px solid $border; border-radius: 6px; }
QFrame[role="plate"] { background: $bg1; border: none; border-radius: 4px; }
QFrame[role="bar"] { background: $bg2; border: none; }
QLabel { background: transparent; border: none; color: $text; font-size: 13px; }
QLabel[role="title"] { font-size: 20px; font-weight: 600; }
QLabel[role="heading"] { font-size: 16px; font-weight: 600; }
QLabel[role="panel"] { font-size: 14px; font-weight: 600; background: transparent; border: none; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="hint"] { color: $text2; font-size: 12px; }
QLabel[role="faint"] { color: $text3; font-size: 12px; }
QLabel[role="warn"] { color: $warn; font-weight: 600; }
QLabel[role="error"] { color: $error; font-weight: 600; }
QLabel[role="ok"] { color: $ok; font-weight: 600; }
QPushButton { background: $bg3; color: $text; border: 1px solid $border2; border-radius: 5px; font-size: 13px;
  font-weight: 500; padding: 0px 12px; min-height: 30px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $bg1; }
QPushButton:checked { background: $accentbg; border-color: $accent; }
QPushButton[tone="primary"] { background: $accent; color: $onaccent; border-color: $accent; font-weight: 600; }
QPushButton[tone="primary"]:pressed { background: $info; }
QPushButton[tone="danger"] { border-color: $error; color: $error; }
QPushButton[tone="flat"] { background: transparent; border-color: transparent; color: $text2; }
QPushButton[tone="flat"]:hover { background: $hover; }
QPushButton[small="true"] { min-height: 24px; font-size: 12px; padding: 0px 9px; }
QPushButton:disabled { background: $bg2; border-color: $border; color: $text3; }
QPushButton:focus { border: 2px solid $focus; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit { background: $bg3; color: $text; border: 1px solid
  $border2; border-radius: 5px; font-size: 13px; selection-background-color: $accent; selection-color: $onaccent; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { min-height: 30px; padding: 0px 8px; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus { border: 2px solid
  $focus; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { border: none; background: transparent; min-height: 0px;
  padding: 0px 6px; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button { width: 0px;
  border: none; }
QLineEdit[wrong="true"], QSpinBox[wrong="true"], QDoubleSpinBox[wrong="true"] { border: 2px solid $error; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { background: $bg2; color: $text3;
  border-color: $border; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox QAbstractItemView { background: $bg3; color: $text; border: 1px solid $border2; selection-background-color:
  $accentbg; selection-color: $text; }
QProgressBar { background: $bg3; border: none; border-radius: 2px; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QTableView, QTableWidget, QTreeView { background: $bg1; alternate-background-color: $bg2; color: $text; border: none;
  gridline-color: $border; font-size: 13px; selection-background-color: $accentbg; selection-color: $text; }
QTableView::item, QTableWidget::item { padding: 0px 8px; }
QTableView:focus, QTableWidget:focus, QListWidget:focus { border: 2px solid $focus; }
QHeaderView, QHeaderView::section { background: $bg2; color: $text2; border: none; font-size: 12px; font-weight: 600; }
QHeaderView::section { padding: 6px 8px; }
QTabWidget::pane { border: none; }
QTabBar::tab { background: transparent; color: $text2; padding: 6px 12px; border: none; border-bottom: 2px solid
  transparent; font-size: 13px; font-weight: 500; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { border: 2px solid $focus; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
""")
_TOKENS: Final = (
    "bg0", "bg1", "bg2", "bg3", "hover", "border", "border2", "text", "text2", "text3", "accent", "onaccent",
    "accentbg", "focus", "ok", "warn", "error", "info",
)  # fmt: skip


def style_sheet(look: Look) -> str:
    """Return the style sheet of all pages in a look.

    Labels take a property ``role`` (title, heading, panel, strong, hint, faint, warn, error, ok), buttons ``tone``
    (primary, danger, flat) and ``small``, frames ``role`` (panel, plate, bar), wrong fields ``wrong``.
    """
    return _SHEET.substitute({token: look.colour(token) for token in _TOKENS})
