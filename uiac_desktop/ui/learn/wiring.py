"""Joins the Learn room to the program around it: a trained model goes to the shelf of models and to work in Scan."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import SignalInstance

from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.learn.room import LearnRoom
from uiac_desktop.ui.messages import MessageBoard
from uiac_desktop.ui.settings.page import SettingsPage


def learn_room(actions: Actions, board: MessageBoard, settings: SettingsPage, closing: SignalInstance) -> LearnRoom:
    """Return the Learn room, joined; ``closing`` says that the window is about to go."""
    room = LearnRoom(actions, board)
    room.uses.connect(_put_to_work(actions, settings))
    closing.connect(room.shut)
    return room


def _put_to_work(actions: Actions, settings: SettingsPage) -> Callable[[Path], None]:
    def use(model: Path) -> None:
        """Copy a model and put it to work; the page of the models says how that went."""
        actions.give("models")
        settings.add_model(model)

    return use
