"""A form drawn from a config record: the usual fields first, the others folded, wrong values said where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nas.wizard.config.fields import FormField, checked, fields_of
from nas.wizard.look.button import Button
from nas.wizard.look.choice_box import ChoiceBox
from nas.wizard.look.panel import label, set_role
from nas.wizard.look.record import Look

Groups = Mapping[str, tuple[str, ...]]
_WORD_WIDE: Final = 168
_FIELD_WIDE: Final = 128
_OURS: Final = "Where a line ends in “ours”, the paper does not state the value."


@dataclass(slots=True)
class _Row:
    field: FormField
    control: QLineEdit | ChoiceBox | QCheckBox
    says: QLabel


class ConfigForm(QScrollArea):
    """A form for a config; ``changed`` carries the new config, ``valid`` whether the form can be used as it stands.

    Parameters
    ----------
    look
        What it is drawn with.
    config
        What it shows first; its type tells the fields.
    groups
        Titles and names of fields. The first group is always open; fields that no group names are added to the last.
    hidden
        Fields that other parts of the page set.
    """

    changed = Signal(object)
    valid = Signal(bool)

    def __init__(self, look: Look, config: BaseModel, groups: Groups, hidden: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.setObjectName("config_form")
        self.setAccessibleName("Settings of the run")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._look = look
        self._config = config
        self._base = config
        self._fields = fields_of(type(config))
        self._rows: dict[str, _Row] = {}
        self._folds: list[tuple[str, Button, QWidget]] = []
        self._faults: dict[str, str] = {}
        self._filling = False
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 12, 0)
        self._column.setSpacing(4)
        self._general = label("", "error", "form_fault", wraps=True)
        self._general.hide()
        self._column.addWidget(self._general)
        for number, (title, names) in enumerate(self._complete(groups, hidden).items()):
            self._add_group(title, names, folded=number > 0)
        if any(row.field.help.endswith("ours.") for row in self._rows.values()):
            self._column.addWidget(label(_OURS, "faint", "form_note", wraps=True))
        self._column.addStretch(1)
        self.setWidget(inner)
        self.show_config(config)

    @property
    def faults(self) -> Mapping[str, str]:
        """What is wrong, by field; empty where the form can be used."""
        return dict(self._faults)

    @property
    def config(self) -> BaseModel:
        """The last config that could be used."""
        return self._config

    def control(self, name: str) -> QWidget:
        """Return the control of a field."""
        return self._rows[name].control

    def show_config(self, config: BaseModel, base: BaseModel | None = None) -> None:
        """Show a config; ``base`` is what each field is compared with, as "default"."""
        self._base = base or self._base
        if config == self._config and self._faults:
            return  # what is being typed stands, though it cannot be used yet
        self._config = config
        self.take_back()

    def take_back(self) -> None:
        """Show the last config that could be used in place of what was typed since."""
        self._filling = True
        for name, row in self._rows.items():
            self._fill(row, getattr(self._config, name))
        self._filling = False
        self._tell({})

    def unfold(self, title: str, shown: bool = True) -> None:
        """Open or fold a group."""
        for named, button, part in self._folds:
            if named == title:
                part.setVisible(shown)
                button.setChecked(shown)
                self._word_fold(button, title, shown)

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        for _, button, _ in self._folds:
            button.wear(look)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel scroll the form, and never change a choice that happens to lie under the pointer."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, ChoiceBox):
            event.ignore()
            return True
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.ensureWidgetVisible(watched, 0, 24)
        return super().eventFilter(watched, event)

    def _complete(self, groups: Groups, hidden: frozenset[str]) -> dict[str, tuple[str, ...]]:
        named = {name for names in groups.values() for name in names}
        left = tuple(name for name in self._fields if name not in named | hidden)
        last = list(groups)[-1]
        return {title: (*names, *(left if title == last else ())) for title, names in groups.items()}

    def _add_group(self, title: str, names: tuple[str, ...], folded: bool) -> None:
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 2, 0, 10)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(3, 1)
        for number, name in enumerate(names):
            self._add_row(grid, number, self._fields[name])
        if folded:
            button = Button(self._look, "", f"fold_{title.lower().replace(' ', '_')}", tone="flat", small=True)
            button.setCheckable(True)
            button.clicked.connect(lambda shown: self.unfold(title, shown))
            self._folds.append((title, button, part))
            self._word_fold(button, title, shown=False)
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            part.hide()
        else:
            self._column.addWidget(label(title, "panel"))
        self._column.addWidget(part)

    def _word_fold(self, button: Button, title: str, shown: bool) -> None:
        button.set_word(f"{'▾' if shown else '▸'}  {title}")
        button.setAccessibleName(f"{title}, {'open' if shown else 'folded'}")

    def _add_row(self, grid: QGridLayout, number: int, field: FormField) -> None:
        word = label(field.word, "", f"word_{field.name}", wraps=True)
        word.setFixedWidth(_WORD_WIDE)
        control = self._control(field)
        control.setObjectName(f"field_{field.name}")
        control.setAccessibleName(field.word)
        control.setFixedWidth(_FIELD_WIDE)
        control.installEventFilter(self)
        word.setBuddy(control)
        unit = label(field.unit if field.unit not in ("number", field.name) else "", "hint")
        says = label("", "hint", f"says_{field.name}", wraps=True)
        for column, part in enumerate((word, control, unit, says)):
            grid.addWidget(part, number, column, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnMinimumWidth(2, 56)
        grid.setAlignment(says, Qt.AlignmentFlag(0))
        self._rows[field.name] = _Row(field, control, says)

    def _control(self, field: FormField) -> QLineEdit | ChoiceBox | QCheckBox:
        if field.kind == "switch":
            switch = QCheckBox()
            switch.toggled.connect(self._read)
            return switch
        if field.kind == "choice":
            choice = ChoiceBox()
            choice.addItems([field.text(value) for value in field.choices])
            choice.currentIndexChanged.connect(self._read)
            return choice
        line = QLineEdit()
        line.textEdited.connect(self._read)
        return line

    def _fill(self, row: _Row, value: Any) -> None:
        text = row.field.text(value)
        match row.control:
            case QCheckBox() as switch:
                switch.setChecked(bool(value))
            case ChoiceBox() as choice:
                choice.setCurrentText(text)
            case QLineEdit() as line if row.field.value(line.text()) != value or not line.hasFocus():
                line.setText(text)

    def _read(self, *_: object) -> None:
        """Take what the form says; say what is wrong with it."""
        if self._filling:
            return
        config, faults = checked(self._config, {name: self._value(row) for name, row in self._rows.items()})
        if config is not None and config != self._config:
            self._config = config
            self._tell({})
            self.changed.emit(config)
            return
        self._tell(faults)

    def _value(self, row: _Row) -> Any:
        match row.control:
            case QCheckBox() as switch:
                return switch.isChecked()
            case ChoiceBox() as choice:
                return row.field.value(choice.currentText())
            case line:
                line.setModified(False)  # what was typed is taken with every letter
                return row.field.value(line.text())

    def _tell(self, faults: Mapping[str, str]) -> None:
        was_usable = not self._faults
        self._faults = dict(faults)
        for name, row in self._rows.items():
            fault = faults.get(name, "")
            row.says.setText(fault or self._help(row.field))
            set_role(row.says, "error" if fault else "hint")
            row.control.setAccessibleDescription(fault or f"{row.field.unit}. {row.says.text()}".lstrip(". "))
            if row.control.property("wrong") != bool(fault):
                row.control.setProperty("wrong", bool(fault))
                row.control.style().unpolish(row.control)
                row.control.style().polish(row.control)
        for title, _, part in self._folds:
            if any(name in faults and part.isAncestorOf(row.control) for name, row in self._rows.items()):
                self.unfold(title)
        rest = [fault for name, fault in faults.items() if name not in self._rows]
        self._general.setText(" ".join(rest))
        self._general.setVisible(bool(rest))
        if was_usable != (not self._faults):
            self.valid.emit(not self._faults)

    def _help(self, field: FormField) -> str:
        """Return help, range and default in one line."""
        default = getattr(self._base, field.name)
        match field.kind:
            case "switch":
                told = "on" if default else "off"
            case _:
                told = field.text(default) or "none"
        bounds = f"{field.range}; " if field.range else ""
        return f"{field.help} ({bounds}default {told})"
