"""File dialogs open where the user last was for the same use, else in her own folders."""

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QApplication, QWidget

from nas.wizard.look.file_dialog import FileDialog
from nas.wizard.look.last_folders import FolderUse, KeptUse, last_folders


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folders; she has no videos."""
    (tmp_path / "Documents").mkdir()
    names = {
        QStandardPaths.StandardLocation.DocumentsLocation: "Documents",
        QStandardPaths.StandardLocation.MoviesLocation: "Videos",
    }
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda place: str(tmp_path / names[place]))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    last_folders().begin({})
    return tmp_path


def _opens_in(parent: QWidget, use: FolderUse) -> Path:
    return Path(FileDialog(parent, "Open", use).directory().path())


def test_that_a_dialog_opens_where_such_a_thing_was_last_chosen(application: QApplication, own: Path) -> None:
    parent = QWidget()
    assert _opens_in(parent, "files") == own / "Documents"
    assert _opens_in(parent, "clips") == own, "who has no folder of videos begins at home"
    disc = own / "disc"
    disc.mkdir()
    told: list[dict[KeptUse, Path]] = []
    last_folders().changed.connect(told.append)
    FileDialog(parent, "Open", "clips").filesSelected.emit([str(disc / "a.mp4")])
    assert told == [], "the next run does not know it, since folders of clips bear women's names"
    assert _opens_in(parent, "clips") == disc
    assert _opens_in(parent, "data") == own / "Documents", "another use has a place of its own"
    FileDialog(parent, "Data", "data").filesSelected.emit([str(own / "sets" / "a")])
    last_folders().changed.disconnect(told.append)
    assert told == [{"data": own / "sets"}]
    disc.rmdir()
    assert _opens_in(parent, "clips") == own, "the disc was taken out"
    parent.deleteLater()
