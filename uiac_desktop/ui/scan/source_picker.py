"""Asks for a file or a folder in a dialog that holds up nothing, since a live picture may stand behind it."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

_MEDIA: Final = (
    (
        "Videos, DICOM and pictures (*.mp4 *.mkv *.mov *.avi *.wmv *.gif *.webm *.ts *.m4v *.mpg *.mpeg *.dcm *.dicom"
        " *.ima *.png *.jpg *.jpeg *.bmp *.tif *.tiff *.webp)"
    ),
    "All files (*)",
)


def ask_for_file(parent: QWidget, take: Callable[[Path], None]) -> None:
    """Ask for a clip, a DICOM file or a picture; ``take`` gets it when it is chosen."""
    dialog = _dialog(parent, "Open", QFileDialog.FileMode.ExistingFile, take)
    dialog.setNameFilters(_MEDIA)
    dialog.show()


def ask_for_folder(parent: QWidget, take: Callable[[Path], None], title: str = "Open folder") -> None:
    """Ask for a folder; ``take`` gets it when it is chosen."""
    _dialog(parent, title, QFileDialog.FileMode.Directory, take).show()


def _dialog(parent: QWidget, title: str, mode: QFileDialog.FileMode, take: Callable[[Path], None]) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(mode)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda name: take(Path(name)))
    dialog.setModal(False)
    return dialog


def ask_for_protocol(parent: QWidget, take: Callable[[Path], None]) -> None:
    """Ask for a protocol file."""
    dialog = _dialog(parent, "Import a protocol", QFileDialog.FileMode.ExistingFile, take)
    dialog.setNameFilters(("Protocols (*.json)", "All files (*)"))
    dialog.show()


def ask_where_to_write(parent: QWidget, name: str, take: Callable[[Path], None]) -> None:
    """Ask where a file goes; ``name`` is proposed."""
    dialog = _dialog(parent, "Export", QFileDialog.FileMode.AnyFile, take)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.show()
