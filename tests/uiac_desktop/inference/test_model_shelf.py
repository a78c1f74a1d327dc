"""The shelf of models: what is added is whole and copied, what is refused leaves nothing behind."""

from pathlib import Path

import pytest

from nas.errors import ModelFolderError
from tests.uiac_desktop.inference.foreign import write_foreign
from uiac_desktop.errors import ModelError
from uiac_desktop.inference.model_shelf import ImportStoppedError, card_text, import_model, installed, remove_model
from uiac_desktop.inference.predictor import load_predictor


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "shelf"


def test_that_a_model_of_ours_is_copied_and_works_from_there(model_folder: Path, shelf: Path) -> None:
    place = import_model(model_folder, shelf)
    assert place == shelf / "lively"
    assert sorted(entry.name for entry in place.iterdir()) == ["README.md", "config.json", "model.safetensors"]
    assert installed(shelf) == (place,)
    load_predictor(place, "openvino").close()


def test_that_a_foreign_model_is_copied_with_its_texts_and_nothing_else(tmp_path: Path, shelf: Path) -> None:
    folder = write_foreign(tmp_path / "Mein Modell №1")
    (folder / "README.md").write_text("# Card\n")
    (folder / "LICENSE.txt").write_text("free\n")
    (folder / "woman.png").write_bytes(b"private")
    place = import_model(folder, shelf)
    assert sorted(entry.name for entry in place.iterdir()) == ["LICENSE.txt", "README.md", "config.json", "net.onnx"]
    assert card_text(place) == "# Card\n"
    load_predictor(place).close()


def test_that_equal_names_stand_beside_each_other(model_folder: Path, shelf: Path) -> None:
    first, second = import_model(model_folder, shelf), import_model(model_folder, shelf)
    assert (first.name, second.name) == ("lively", "lively 2")
    assert import_model(first, shelf) == first
    assert installed(shelf) == (first, second)


def test_that_what_is_refused_leaves_nothing_behind(tmp_path: Path, model_folder: Path, shelf: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("config.json", "model.safetensors"):
        (broken / name).write_bytes((model_folder / name).read_bytes()[:-9])
    with pytest.raises(ModelFolderError):
        import_model(broken, shelf)
    with pytest.raises(ModelFolderError, match="it has 9 classes, its config names 11"):
        import_model(write_foreign(tmp_path / "nine", outputs=9, classes=[f"P{n}" for n in range(11)]), shelf)
    assert installed(shelf) == ()


def test_that_an_import_can_be_stopped(model_folder: Path, shelf: Path) -> None:
    with pytest.raises(ImportStoppedError):
        import_model(model_folder, shelf, lambda: False)
    assert list(shelf.iterdir()) == []


def test_that_a_full_disk_is_said_and_leaves_nothing(
    model_folder: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(ModelError, match="No space left"):
        import_model(model_folder, shelf)
    assert list(shelf.iterdir()) == []


def test_that_only_models_of_the_shelf_are_removed(model_folder: Path, shelf: Path) -> None:
    place = import_model(model_folder, shelf)
    remove_model(place, shelf)
    assert installed(shelf) == ()
    assert list(shelf.iterdir()) == []
    with pytest.raises(ModelError, match="not among"):
        remove_model(model_folder, shelf)
    assert model_folder.is_dir()


def test_that_there_need_be_no_shelf_and_no_card(tmp_path: Path) -> None:
    assert installed(tmp_path / "nowhere") == ()
    assert card_text(tmp_path) == ""
