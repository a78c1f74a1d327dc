"""Asks where a file goes, in a dialog that holds up nothing, since a scan may go on in the same window."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from nas.wizard.look.file_dialog import FileDialog


def ask_where(parent: QWidget, title: str, proposed: str, take: Callable[[Path], None]) -> None:
    """Ask for a file that is to be written; ``take`` gets it when it is chosen.

    Parameters
    ----------
    parent
        The page that asks.
    title
        Of the dialog.
    proposed
        Name of the file; its ending is added where none is typed.
    take
        Called with the chosen path; not called when the dialog is closed.
    """
    dialog = FileDialog(parent, title, "files")
    dialog.setObjectName("save_place")
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(proposed).suffix.removeprefix("."))
    dialog.selectFile(proposed)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.chosen.connect(lambda name: take(Path(name)))
    dialog.setModal(False)
    dialog.show()
