"""What the user chose, one typed record in one JSON file; a broken file is kept aside, so that no start fails on it."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from uiac_desktop import paths
from uiac_desktop.frame import LIKELY, SMOOTHING_S, SURE

DeviceChoice: TypeAlias = Literal["auto", "openvino", "torch", "cuda"]
MapMode: TypeAlias = Literal["beside", "over", "off"]
ColourTable: TypeAlias = Literal["inferno", "cividis", "grey", "jet"]
ThemeName: TypeAlias = Literal["dark", "light"]
ReadingDistance: TypeAlias = Literal["near", "far"]


class Settings(BaseModel):
    """The user's choices.

    Attributes
    ----------
    theme
        Colours of the window; the surround of the image is black in both.
    reading_distance
        ``far`` makes the plane block larger, to be read from the probe, and folds away what is "also recognised".
    map_mode
        Where the class activation map stands: ``beside`` the image, ``over`` it, or ``off``.
    map_colours
        Colour table of the map; ``jet`` is the paper's and uneven.
    contours
        Whether the map's 50 % and 80 % lines are drawn.
    model
        Folder of the model at work; None is the shipped demo model.
    models
        Folders that were added, newest first.
    device
        What the model runs on.
    sure, likely
        Lowest certainty of the words "Sure" and "Likely", 0 to 1.
    smoothing_s
        Length of the window in which labels vote, seconds, 0 (off) to 2.
    protocol
        Name of the protocol of the exams to come.
    who
        Who examines; empty is the account of the system.
    store
        Where exams are kept: a folder, or ``postgresql+psycopg://USER@HOST/DATABASE``; empty is the user's data folder.
    last_s
        Length of the clip that "Last seconds" saves, 2 to 60 s.
    tone_kept, tone_complete, tone_lost
        Whether a tone is given when a frame is kept, the protocol is complete, the picture is lost.
    link_host, link_port
        Where plane and map are sent from over OpenIGTLink, once that is turned on; by default for this PC alone.
    last_device
        Name of the capture device that was opened last; it stands chosen in the list the next time.
    last_folders
        Where file dialogs open: the folder that was last chosen from, for data sets and for other files; never that of
        clips, which may bear a woman's name.
    keys
        Keys that differ from the defaults: command to key, both as text.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    theme: ThemeName = "dark"
    reading_distance: ReadingDistance = "near"
    map_mode: MapMode = "beside"
    map_colours: ColourTable = "inferno"
    contours: bool = True
    model: Path | None = None
    models: tuple[Path, ...] = ()
    device: DeviceChoice = "auto"
    sure: float = Field(SURE, ge=0.0, le=1.0)
    likely: float = Field(LIKELY, ge=0.0, le=1.0)
    smoothing_s: float = Field(SMOOTHING_S, ge=0.0, le=2.0)
    protocol: str = "Screening"
    who: str = Field("", max_length=60)
    store: str = ""
    last_s: float = Field(10.0, ge=2.0, le=60.0)
    tone_kept: bool = False
    tone_complete: bool = False
    tone_lost: bool = False
    link_host: str = Field("127.0.0.1", min_length=1, max_length=255)
    link_port: int = Field(18944, ge=1024, le=65535)
    last_device: str = ""
    last_folders: dict[Literal["data", "files"], Path] = Field(default_factory=dict)
    keys: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _words_in_order(self) -> "Settings":
        if self.likely > self.sure:
            raise ValueError("'likely' must not be above 'sure'")
        return self

    def with_model(self, folder: Path | None) -> "Settings":
        """Return these settings with another model at work, remembered as the newest."""
        if folder is None:
            return self.model_copy(update={"model": None})
        others = tuple(known for known in self.models if known != folder)
        return self.model_copy(update={"model": folder, "models": (folder, *others)[:8]})


class SettingsFile:
    """The settings on disk.

    Parameters
    ----------
    path
        The JSON file; None is ``settings.json`` in the user's configuration folder.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or paths.config_dir() / "settings.json"

    def load(self) -> tuple[Settings, str | None]:
        """Return the settings, and one line for the user where the file was unreadable and defaults serve."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return Settings(), None
        except (OSError, UnicodeDecodeError) as error:
            return Settings(), self._set_aside(type(error).__name__)
        try:
            return Settings.model_validate_json(text), None
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the file"
            saved = _without_what_is_wrong(text, error)
            told = self._set_aside(f"{where}: {first['msg']}")
        if saved == Settings():
            return saved, told
        with contextlib.suppress(OSError):
            self.save(saved)
        return saved, told.replace("Defaults serve", "The others hold")

    def save(self, settings: Settings) -> None:
        """Write the settings through a temporary file, so that a power cut leaves the former ones whole.

        What a later version of the program has written beside them stays.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        aside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        fields = {**self._of_later_versions(), **settings.model_dump(mode="json", exclude_defaults=True)}
        with aside.open("w", encoding="utf-8") as file:
            file.write(json.dumps(fields, indent=2, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.path)

    def _of_later_versions(self) -> dict[str, Any]:
        """Return the fields of the file that this version does not know."""
        try:
            fields = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(fields, dict):
            return {}
        return {name: value for name, value in fields.items() if name not in Settings.model_fields}

    def _set_aside(self, why: str) -> str:
        kept = self.path.with_name(f"{self.path.stem}-broken{self.path.suffix}")
        try:
            self.path.replace(kept)
        except OSError:
            return f"The settings could not be read ({why}). Defaults serve."
        return f"The settings could not be read ({why}). Defaults serve; the former file is kept as {kept.name}."


def _without_what_is_wrong(text: str, error: ValidationError) -> Settings:
    """Return the settings of a file but for the fields that an error names; defaults where nothing can be saved."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return Settings()
    wrong = {fault["loc"][0] for fault in error.errors() if fault["loc"]}
    if not isinstance(fields, dict) or not wrong:
        return Settings()
    try:
        return Settings.model_validate({name: value for name, value in fields.items() if name not in wrong})
    except ValidationError:
        return Settings()
