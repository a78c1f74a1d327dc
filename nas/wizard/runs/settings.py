"""The settings that a run was started with, read from its folder once they are there, not with every state."""

from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from nas.errors import NasError
from nas.rundir import RunFolder
from nas.wizard.presence import is_file
from nas.wizard.state import RunView

Config = TypeVar("Config", bound=BaseModel)


class RunSettings(Generic[Config]):
    """Settings of the run that is followed.

    Parameters
    ----------
    kind
        What they are: those of a search or of a training.
    """

    def __init__(self, kind: type[Config]) -> None:
        self._kind = kind
        self._folder: Path | None = None
        self._known: Config | None = None

    def of(self, view: RunView) -> Config | None:
        """Return the settings of a run; None while they cannot be read."""
        if view.folder != self._folder or self._known is None:
            self._folder, self._known = view.folder, self._read(view.folder)
        return self._known

    def _read(self, folder: Path) -> Config | None:
        if not is_file(RunFolder(folder).config_file):
            return None
        try:
            return self._kind.model_validate(RunFolder(folder).read_config().get("config"))
        except (NasError, ValueError):
            return None
