"""The settings: which model answers and on what, how the window looks, which keys do what; saved at once."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nas.errors import NasError
from nas.model_config import ModelConfig, load_config
from uiac_desktop import paths
from uiac_desktop.errors import DesktopError
from uiac_desktop.settings import ColourTable, DeviceChoice, MapMode, ReadingDistance, Settings, ThemeName
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.button import Button
from uiac_desktop.ui.keys_page import KeysPage
from uiac_desktop.ui.source_picker import ask_for_folder
from uiac_desktop.ui.wording import as_sentence

_DEVICES: Final[dict[DeviceChoice, tuple[str, str]]] = {
    "auto": ("Automatic", "A graphics card with CUDA where there is one, else OpenVINO, else PyTorch."),
    "cuda": ("Graphics card (CUDA)", "Half precision on an NVIDIA card; falls back to the processor by itself."),
    "openvino": ("Processor, OpenVINO", "The fastest way without a graphics card."),
    "torch": ("Processor, PyTorch", "Slower; for comparison."),
}
_THEMES: Final[dict[ThemeName, str]] = {
    "dark": "Dark (reading room)",
    "light": "Light (office); the image stays on black",
}
_DISTANCES: Final[dict[ReadingDistance, str]] = {
    "near": "Near: at the desk",
    "far": "Far: plane in larger type; the planes also recognised are not listed",
}
_TABLES: Final[dict[ColourTable, str]] = {
    "inferno": "Inferno", "cividis": "Cividis", "grey": "Grey", "jet": "Jet, as in the paper (uneven)",
}  # fmt: skip
_MODES: Final[dict[MapMode, str]] = {"beside": "Beside the image", "over": "Over the image", "off": "Off"}


class SettingsPage(QWidget):
    """Three sections; ``changed`` carries the new `Settings`."""

    changed = Signal(object)

    def __init__(self, settings: Settings, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings_page")
        self.settings = settings
        self._sections = QListWidget()
        self._sections.setObjectName("settings_list")
        self._sections.setAccessibleName("Sections of the settings")
        self._sections.setFixedWidth(250)
        self._sections.addItems(["Models", "Display", "Keys"])
        self._pages = QStackedWidget()
        self._models = _Section("Models")
        self._display = _Section("Display")
        self.keys = KeysPage(settings, actions)
        self.keys.chosen.connect(lambda own: self.take(self.settings.model_copy(update={"keys": own})))
        for page in (self._models, self._display, self.keys):
            self._pages.addWidget(page)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._sections)
        row.addWidget(self._pages, 1)
        self._sections.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._sections.setCurrentRow(0)
        self._fill_display()
        self._fill_models()

    def show_models(self) -> None:
        """Open the section of the models."""
        self._sections.setCurrentRow(0)

    def take(self, settings: Settings) -> None:
        """Take other settings and tell them."""
        if settings == self.settings:
            return
        models_differ = (settings.model, settings.models) != (self.settings.model, self.settings.models)
        self.settings = settings
        if models_differ:
            self._fill_models()
        self.changed.emit(settings)

    def add_model(self, folder: Path) -> None:
        """Put a model folder to work, or say in place why it cannot be."""
        try:
            load_config(folder)
        except NasError as error:
            self._problem.setText(f"{as_sentence(error.message)} {as_sentence(error.advice)}")
            return
        self._problem.setText("")
        self.take(self.settings.with_model(folder))

    def _fill_models(self) -> None:
        page = self._models
        page.empty()
        page.add_heading("Which model answers")
        group = page.new_group()
        self._add_model_choice(group, None)
        for folder in self.settings.models:
            self._add_model_choice(group, folder)
        add = Button("Add a model folder", "plus")
        add.setObjectName("add_model")
        add.clicked.connect(lambda: ask_for_folder(self, self.add_model, "Model folder"))
        page.add(add)
        self._problem = page.add_hint("")
        self._problem.setObjectName("model_problem")
        page.add_heading("What it runs on")
        devices = page.new_group()
        for device in get_args(DeviceChoice):
            word, hint = _DEVICES[device]
            chosen = self.settings.device == device
            page.add_choice(devices, word, hint, chosen, partial(self._update, device=device))
        page.add_hint("What is at work now stands in the last line of the window.")
        page.close()

    def _add_model_choice(self, group: QButtonGroup, folder: Path | None) -> None:
        try:
            config = load_config(folder or paths.demo_model())
            word, hint = config.name, _describe(config)
        except (NasError, DesktopError) as error:
            word, hint = (folder.name if folder else "Demo model"), f"Cannot be used: {error.message}"
        if folder is not None:
            hint = f"{hint}\n{folder}"
        chosen = self.settings.model == folder
        self._models.add_choice(group, word, hint, chosen, partial(self._use_model, folder))

    def _use_model(self, folder: Path | None) -> None:
        self.take(self.settings.with_model(folder))

    def _fill_display(self) -> None:
        page, now = self._display, self.settings
        page.add_heading("Colours of the window")
        group = page.new_group()
        for theme_name, word in _THEMES.items():
            page.add_choice(group, word, "", now.theme == theme_name, partial(self._update, theme=theme_name))
        page.add_heading("Reading distance")
        group = page.new_group()
        for distance, word in _DISTANCES.items():
            chosen = now.reading_distance == distance
            page.add_choice(group, word, "", chosen, partial(self._update, reading_distance=distance))
        page.add_heading("Map")
        self._mode_group = page.new_group()
        for mode, word in _MODES.items():
            page.add_choice(self._mode_group, word, "", now.map_mode == mode, partial(self._update, map_mode=mode))
        page.add_heading("Colours of the map")
        group = page.new_group()
        for table, word in _TABLES.items():
            page.add_choice(group, word, "", now.map_colours == table, partial(self._update, map_colours=table))
        contours = QCheckBox("Lines at 80 % and 50 % of the peak")
        contours.setChecked(now.contours)
        contours.toggled.connect(lambda on: self._update(contours=on))
        page.add(contours)
        page.close()

    def follow_mode(self, mode: MapMode) -> None:
        """Show a map mode that was chosen by key."""
        self.settings = self.settings.model_copy(update={"map_mode": mode})
        self._mode_group.buttons()[list(_MODES).index(mode)].setChecked(True)

    def _update(self, **changes: object) -> None:
        self.take(self.settings.model_copy(update=changes))


class _Section(QScrollArea):
    """A page of headings, choices and hints from top to bottom."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.empty()

    def empty(self) -> None:
        """Begin anew."""
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(28, 20, 28, 20)
        self._column.setSpacing(6)
        self.setWidget(inner)

    def close(self) -> bool:
        """Let the rest of the page stay empty."""
        self._column.addStretch(1)
        return True

    def add(self, widget: QWidget) -> None:
        """Add a control at its own width."""
        row = QHBoxLayout()
        row.addWidget(widget)
        row.addStretch(1)
        self._column.addLayout(row)

    def add_heading(self, text: str) -> None:
        """Add a heading."""
        label = QLabel(text)
        label.setProperty("role", "heading")
        label.setContentsMargins(0, 12 if self._column.count() else 0, 0, 4)
        self._column.addWidget(label)

    def add_hint(self, text: str) -> QLabel:
        """Add a line that explains."""
        label = QLabel(text)
        label.setProperty("role", "hint")
        label.setWordWrap(True)
        self._column.addWidget(label)
        return label

    def new_group(self) -> QButtonGroup:
        """Return a group of which one is chosen."""
        return QButtonGroup(self.widget())

    def add_choice(self, group: QButtonGroup, word: str, hint: str, chosen: bool, take: Callable[[], None]) -> None:
        """Add one of several choices."""
        button = QRadioButton(word)
        button.setChecked(chosen)
        button.setAccessibleDescription(hint)
        button.clicked.connect(lambda _checked=False: take())
        group.addButton(button)
        self._column.addWidget(button)
        if hint:
            label = self.add_hint(hint)
            label.setContentsMargins(26, 0, 0, 6)


def _describe(config: ModelConfig) -> str:
    parts = [f"{len(config.planes)} planes", f"trained on {config.trained_on}" if config.trained_on else ""]
    if "macro_f1" in config.figures:
        parts.append(f"macro-F1 {config.figures['macro_f1']:.3f}")
    if config.simulated_only:
        parts.append("knows simulated images only: on a real scan its answers mean nothing")
    return ", ".join(part for part in parts if part) + "."
