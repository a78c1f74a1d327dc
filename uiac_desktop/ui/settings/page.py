"""The settings: which model answers and on what, how the window looks, keys, network; saved at once."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QListWidget, QStackedWidget, QWidget

from uiac_desktop.exam.protocol import ProtocolFolder
from uiac_desktop.settings import ColourTable, MapMode, ReadingDistance, Settings, ThemeName
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.look.section import Section
from uiac_desktop.ui.settings.exam_page import ExamPage
from uiac_desktop.ui.settings.keys_page import KeysPage
from uiac_desktop.ui.settings.models_page import ModelsPage
from uiac_desktop.ui.settings.network_page import NetworkPage

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
    """Sections; ``changed`` carries the new `Settings`."""

    changed = Signal(object)

    def __init__(
        self, settings: Settings, actions: Actions, protocols: ProtocolFolder, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settings_page")
        self.settings = settings
        self._sections = QListWidget()
        self._sections.setObjectName("settings_list")
        self._sections.setAccessibleName("Sections of the settings")
        self._sections.setFixedWidth(250)
        self._sections.addItems(["Models", "Display", "Keys", "Network", "Exam"])
        self._pages = QStackedWidget()
        self.models = ModelsPage(settings)
        self.models.chosen.connect(self._take_model)
        self._display = Section("Display")
        self.keys = KeysPage(settings, actions)
        self.keys.chosen.connect(lambda own: self.take(self.settings.model_copy(update={"keys": own})))
        self.network = NetworkPage(settings)
        self.network.chosen.connect(self._take_link)
        self.exam = ExamPage(settings, protocols)
        self.exam.chosen.connect(lambda changes: self._update(**changes))
        for page in (self.models, self._display, self.keys, self.network, self.exam):
            self._pages.addWidget(page)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._sections)
        row.addWidget(self._pages, 1)
        self._sections.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._sections.setCurrentRow(0)
        self._fill_display()

    def show_models(self) -> None:
        """Open the section of the models."""
        self._sections.setCurrentRow(0)

    def take(self, settings: Settings) -> None:
        """Take other settings and tell them."""
        if settings == self.settings:
            return
        self.settings = settings
        self.models.follow(settings)
        self.network.follow(settings)
        self.changed.emit(settings)

    def _take_model(self, told: Settings) -> None:
        changes = {name: getattr(told, name) for name in ("model", "models", "device")}
        self.take(self.settings.model_copy(update=changes))

    def _take_link(self, told: Settings) -> None:
        self.take(self.settings.model_copy(update={"link_host": told.link_host, "link_port": told.link_port}))

    def add_model(self, folder: Path) -> None:
        """Copy a model folder and put it to work, or say in place why it cannot be."""
        self.models.add(folder)

    def shut(self) -> None:
        """Stop what goes on, since the window is about to go."""
        self.models.shut()

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
        contours.setObjectName("contours")
        contours.setChecked(now.contours)
        contours.toggled.connect(lambda on: self._update(contours=on))
        page.add(contours)
        page.close()

    def follow(self, settings: Settings) -> None:
        """Take settings that were changed elsewhere, by key for example."""
        self.settings = settings
        self.exam.follow(settings)
        self._mode_group.buttons()[list(_MODES).index(settings.map_mode)].setChecked(True)

    def _update(self, **changes: object) -> None:
        self.take(self.settings.model_copy(update=changes))
