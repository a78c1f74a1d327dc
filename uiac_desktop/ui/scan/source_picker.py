"""Asks for a file or a folder in a dialog that holds up nothing, since a live picture may stand behind it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from nas.wizard.look.file_dialog import FileDialog
from nas.wizard.look.last_folders import FolderUse

_MEDIA: Final = (
    (
        "Videos, DICOM and pictures (*.mp4 *.mkv *.mov *.avi *.wmv *.gif *.webm *.ts *.m4v *.mpg *.mpeg *.dcm *.dicom"
        " *.ima *.png *.jpg *.jpeg *.bmp *.tif *.tiff *.webp)"
    ),
    "All files (*)",
)


def ask_for_file(parent: QWidget, take: Callable[[Path], None]) -> None:
    """Ask for a clip, a DICOM file or a picture; ``take`` gets it when it is chosen."""
    dialog = _dialog(parent, "Open", "clips", QFileDialog.FileMode.ExistingFile, take)
    dialog.setNameFilters(_MEDIA)
    dialog.show()


def ask_for_folder(
    parent: QWidget, take: Callable[[Path], None], title: str = "Open folder", use: FolderUse = "clips"
) -> None:
    """Ask for a folder; ``take`` gets it when it is chosen."""
    _dialog(parent, title, use, QFileDialog.FileMode.Directory, take).show()


def _dialog(
    parent: QWidget, title: str, use: FolderUse, mode: QFileDialog.FileMode, take: Callable[[Path], None]
) -> FileDialog:
    dialog = FileDialog(parent, title, use)
    dialog.setFileMode(mode)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.chosen.connect(lambda name: take(Path(name)))
    dialog.setModal(False)
    return dialog


def ask_for_protocol(parent: QWidget, take: Callable[[Path], None]) -> None:
    """Ask for a protocol file."""
    dialog = _dialog(parent, "Import a protocol", "files", QFileDialog.FileMode.ExistingFile, take)
    dialog.setNameFilters(("Protocols (*.json)", "All files (*)"))
    dialog.show()


def ask_where_to_write(
    parent: QWidget, title: str, name: str, kinds: Mapping[str, str], take: Callable[[Path], None]
) -> None:
    """Ask where a file goes.

    Parameters
    ----------
    title
        Of the dialog.
    name
        Proposed; its ending chooses among the kinds.
    kinds
        Ending, such as ``pdf``, to the word for what it is.
    take
        Gets the path, with an ending of these: that of the kind that is chosen in the dialog where none is typed.
    """
    filters = {f"{word} (*.{ending})": ending for ending, word in kinds.items()}

    def choose(chosen: str) -> None:
        dialog.setDefaultSuffix(filters[chosen])

    def give(path: Path) -> None:
        ending = dialog.defaultSuffix()
        take(path if path.suffix.lower()[1:] in kinds else path.with_name(f"{path.name}.{ending}"))

    dialog = _dialog(parent, title, "files", QFileDialog.FileMode.AnyFile, give)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(filters))
    dialog.filterSelected.connect(choose)
    proposed = next(one for one, ending in filters.items() if name.endswith(f".{ending}"))
    dialog.selectNameFilter(proposed)
    choose(proposed)
    dialog.selectFile(name)
    dialog.show()
