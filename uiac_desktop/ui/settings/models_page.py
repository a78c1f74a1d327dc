"""The models: which are there, which answers, what each says of itself; one is brought in, changed to, or removed."""

from functools import partial
from pathlib import Path
from typing import Final, get_args

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QTextBrowser, QVBoxLayout, QWidget
from typing_extensions import override

from uiac_desktop import paths
from uiac_desktop.errors import DesktopError
from uiac_desktop.inference.model_shelf import installed, remove_model
from uiac_desktop.settings import DeviceChoice, Settings
from uiac_desktop.ui.help_page import set_out
from uiac_desktop.ui.look.button import Button
from uiac_desktop.ui.look.fonts import font
from uiac_desktop.ui.look.section import Section
from uiac_desktop.ui.scan.source_picker import ask_for_folder
from uiac_desktop.ui.settings.model_facts import card_of, facts_line, name_of
from uiac_desktop.ui.settings.model_import import ModelImport
from uiac_desktop.ui.wording import as_sentence

_DEVICES: Final[dict[DeviceChoice, tuple[str, str]]] = {
    "auto": ("Automatic", "A graphics card with CUDA where there is one, else OpenVINO, else PyTorch."),
    "cuda": ("Graphics card (CUDA)", "Half precision on an NVIDIA card; falls back to the processor by itself."),
    "openvino": ("Processor, OpenVINO", "The fastest way without a graphics card."),
    "torch": ("Processor, PyTorch", "Slower; for comparison."),
}
_LIST_WIDE: Final = 440
_LIST_HIGH: Final = 190


class ModelsPage(QWidget):
    """List and device at the left, the chosen model's card at the right.

    ``chosen`` carries the `Settings` after a change.
    """

    chosen = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models_page")
        self._settings = settings
        self._folders: list[Path | None] = []
        self._doomed: Path | None = None
        self._candidate = ""
        self._import = ModelImport(paths.models_dir(), self)
        self._import.done.connect(self._take_imported)
        self._import.refused.connect(self._refuse)
        self._list = QListWidget()
        self._list.setObjectName("models_list")
        self._list.setAccessibleName("Models")
        self._list.setFixedHeight(_LIST_HIGH)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setWordWrap(True)
        self._list.currentRowChanged.connect(self._look_at)
        self._list.itemDoubleClicked.connect(lambda _item: self._use())
        self._card = _Card()
        self._buttons = {
            name: self._button(name, word, icon, act)
            for name, word, icon, act in (
                ("use_model", "Use this model", "model", self._use),
                ("remove_model", "Remove", "close", self._remove),
                ("add_model", "Add a model folder", "plus", self._ask),
                ("stop_import", "Stop", "close", self._import.stop),
            )
        }
        self._left = Section("Models")
        self._left.setFixedWidth(_LIST_WIDE + 56)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left)
        column = QVBoxLayout()
        column.addWidget(self._card)
        row.addLayout(column, 1)
        self._fill_left()
        self.renew()

    def follow(self, settings: Settings) -> None:
        """Take settings that were changed elsewhere."""
        self._settings = settings
        self.renew()

    def renew(self) -> None:
        """Read the list of models anew; the one that was looked at stays so."""
        row = self._list.currentRow()
        looked_at = self._folders[row] if 0 <= row < len(self._folders) else self._settings.model
        own = self._settings.models
        shelf = tuple(folder for folder in installed(paths.models_dir()) if folder not in own)
        self._folders = [None, *own, *shelf]
        self._list.blockSignals(True)
        self._list.clear()
        for folder in self._folders:
            self._list.addItem(self._item(folder))
        self._list.blockSignals(False)
        self._list.setCurrentRow(self._folders.index(looked_at) if looked_at in self._folders else 0)
        self._look_at(self._list.currentRow())

    def add(self, folder: Path) -> None:
        """Check and copy a model folder and put it to work; in place it is said how that went."""
        if self._import.running:
            return
        self._candidate = folder.name
        self._say(f"Checking {folder.name} …")
        self._import.start(folder)
        self._show_state()

    def shut(self) -> None:
        """Stop an import that goes on."""
        self._import.shut()

    # What is shown

    def _fill_left(self) -> None:
        left = self._left
        left.add_heading("Which model answers")
        left.add_wide(self._list)
        left.add(self._buttons["use_model"], self._buttons["remove_model"])
        left.add(self._buttons["add_model"], self._buttons["stop_import"])
        self._problem = left.add_hint("")
        self._problem.setObjectName("model_problem")
        left.add_heading("What it runs on")
        group = left.new_group()
        for device in get_args(DeviceChoice):
            word, hint = _DEVICES[device]
            left.add_choice(group, word, hint, self._settings.device == device, partial(self._choose, device=device))
        left.add_hint("What is at work now stands in the last line of the window.")
        left.close()

    def _button(self, name: str, word: str, icon: str, act: object) -> Button:
        button = Button(word, icon)
        button.setObjectName(name)
        button.clicked.connect(act)
        return button

    def _item(self, folder: Path | None) -> QListWidgetItem:
        place = folder or paths.demo_model()
        at_work = folder == self._settings.model
        facts = facts_line(place)
        item = QListWidgetItem(f"{name_of(place)}{'  (chosen)' if at_work else ''}\n{facts}")
        item.setToolTip(f"{facts}\n{place}")
        return item

    def _look_at(self, row: int) -> None:
        self._doomed = None
        folder = self._folders[row] if 0 <= row < len(self._folders) else None
        self._card.show_text(card_of(folder or paths.demo_model()))
        self._show_state()

    def _show_state(self) -> None:
        folder = self._looked_at
        at_work = folder == self._settings.model
        self._buttons["use_model"].setEnabled(not at_work)
        self._buttons["remove_model"].setEnabled(folder is not None and not at_work)
        self._buttons["remove_model"].set_word("Remove for good" if folder and folder == self._doomed else "Remove")
        self._buttons["add_model"].setEnabled(not self._import.running)
        self._buttons["stop_import"].setVisible(self._import.running)

    def _say(self, text: str) -> None:
        self._problem.setText(text)

    @property
    def _looked_at(self) -> Path | None:
        row = self._list.currentRow()
        return self._folders[row] if 0 <= row < len(self._folders) else None

    # What is done

    def _choose(self, **changes: object) -> None:
        self._settings = self._settings.model_copy(update=changes)
        self.chosen.emit(self._settings)

    def _use(self) -> None:
        folder = self._looked_at
        if folder == self._settings.model:
            return
        self._settings = self._settings.with_model(folder)
        self._say("")
        self.renew()
        self.chosen.emit(self._settings)

    def _ask(self) -> None:
        ask_for_folder(self, self.add, "Model folder", "files")

    def _take_imported(self, place: Path) -> None:
        self._settings = self._settings.with_model(place)
        self._say(f"{name_of(place)} was copied and is put to work.")
        self._list.setCurrentRow(-1)
        self.renew()
        self.chosen.emit(self._settings)

    def _refuse(self, message: str, advice: str) -> None:
        reason = message.removesuffix(".")
        stays = "The former model stays at work."
        self._say(f"{self._candidate} cannot be used: {reason}. {stays} {as_sentence(advice)}")
        self._show_state()

    def _remove(self) -> None:
        """Remove the model that is looked at, at the second press; one that was only named by its path is forgotten."""
        folder = self._looked_at
        if folder is None or folder == self._settings.model:
            return
        on_shelf = folder.parent == paths.models_dir()
        if on_shelf and self._doomed != folder:
            self._doomed = folder
            self._say(f"{name_of(folder)} will be deleted from this PC: press once more.")
            self._show_state()
            return
        self._say("")
        if on_shelf:
            try:
                remove_model(folder, paths.models_dir())
            except DesktopError as error:
                self._say(f"{error.message} {error.advice}")
                return
        others = tuple(known for known in self._settings.models if known != folder)
        self._settings = self._settings.model_copy(update={"models": others})
        self.renew()
        self.chosen.emit(self._settings)


class _Card(QTextBrowser):
    """Shows Markdown and loads nothing that it names: a card comes with a model, from anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("model_card")
        self.setAccessibleName("Card of the model")
        self.setOpenLinks(False)
        self.setFont(font(13))
        self.document().setDocumentMargin(24)

    @override
    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Load nothing."""
        return None

    def show_text(self, text: str) -> None:
        """Show a card from its top."""
        features = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
        self.document().setDefaultFont(font(13))
        self.document().setMarkdown(text, features)
        set_out(self.document())
        self.moveCursor(self.textCursor().MoveOperation.Start)
