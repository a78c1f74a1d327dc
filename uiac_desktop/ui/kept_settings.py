"""The settings of this run and their file: only what the user changes is kept, not what the command line asked for."""

from uiac_desktop.settings import Settings, SettingsFile
from uiac_desktop.ui.messages import Message, MessageBoard, Rank


class KeptSettings:
    """Holds the settings in force and saves what changes.

    Parameters
    ----------
    file
        Where the user's choices are kept.
    now
        The choices of this run.
    board
        Where it is said that they could not be saved.
    """

    def __init__(self, file: SettingsFile, now: Settings, board: MessageBoard) -> None:
        self._file = file
        self._kept, _ = file.load()
        self._board = board
        self.now = now

    def take(self, settings: Settings) -> Settings:
        """Put other settings in force, save what differs, and return the former ones."""
        former, self.now = self.now, settings
        changed = {name for name in Settings.model_fields if getattr(former, name) != getattr(settings, name)}
        self._kept = self._kept.model_copy(update={name: getattr(settings, name) for name in changed})
        try:
            self._file.save(self._kept)
        except OSError as error:
            what = f"The settings could not be saved: {error.strerror or type(error).__name__}."
            self._board.post(Message("settings", Rank.WARN, what, "They hold until the program ends."))
        return former
