"""Weight files of other programs, whole, cut or with code inside, are refused in one line wherever weights are read."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from nas.checkpoint import Checkpoint, CheckpointFolder, newest_checkpoint
from nas.cli import main
from nas.errors import ModelFolderError, NasError
from nas.genotype import load as load_genotype
from nas.model import load_model, load_weights, save_model
from nas.model_config import ModelConfig
from nas.preprocess import PreprocessSpec
from nas.rundir import RunFolder
from nas.space.network import UiacNetwork
from nas.space.network_config import NetworkConfig
from tests.nas.conftest import CaseFiles

pytestmark = pytest.mark.timeout(300)  # the generator loads torch
FILES = 14
Place = Callable[[Path, Path], Path]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder of three planes."""
    plan = NetworkConfig(blocks=1, channels=2, reduce_at=(), classes=3, size=16)
    config = ModelConfig(
        name="trial", network=plan, classes=("ACS", "FCH", "TV"), preprocess=PreprocessSpec(size=16)
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("models") / "trial"
    save_model(folder, config, UiacNetwork(plan), "# A model card\n")
    return folder


@pytest.fixture
def weight_files(case_files: CaseFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files; code inside them would make a folder in the working directory, which is an empty one."""
    folder, _ = case_files("e10_checkpoints")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    files = [path for path in sorted(folder.iterdir()) if path.name != "manifest.json"]
    assert len(files) == FILES
    return files


def itself(file: Path, model: Path) -> Path:
    """Give the file for a model."""
    return file


def as_weights(file: Path, model: Path) -> Path:
    """Put it in place of a model's weights."""
    shutil.copyfile(file, model / "model.safetensors")
    return model


def beside_weights(file: Path, model: Path) -> Path:
    """Put it beside a model's weights."""
    shutil.copyfile(file, model / file.name)
    return model


def as_config(file: Path, model: Path) -> Path:
    """Put it in place of a model's config."""
    shutil.copyfile(file, model / "config.json")
    return model


@pytest.mark.parametrize("place", [itself, as_weights, beside_weights, as_config])
def test_that_no_such_file_is_taken_for_a_model(
    weight_files: list[Path], whole: Path, tmp_path: Path, place: Place
) -> None:
    for file in weight_files:
        given = place(file, Path(shutil.copytree(whole, tmp_path / file.stem)))
        for load in (load_model, load_weights):
            with pytest.raises(ModelFolderError) as caught:
                load(given)
            assert_one_line(caught.value, file)
    assert list(Path.cwd().iterdir()) == []


def test_that_no_such_file_is_taken_for_blocks(weight_files: list[Path]) -> None:
    for file in weight_files:
        with pytest.raises(NasError) as caught:
            load_genotype(file)
        assert_one_line(caught.value, file)
    assert list(Path.cwd().iterdir()) == []


def test_that_resume_passes_such_a_checkpoint_over_for_the_one_before(weight_files: list[Path], tmp_path: Path) -> None:
    for file in weight_files:
        with RunFolder(tmp_path / file.stem) as run:
            run.write_json(run.config_file, {})
            checkpoints = CheckpointFolder(run.checkpoints)
            checkpoints.save(1, Checkpoint({"a": torch.ones(2)}, {"epoch": 1}))
            checkpoints.save(2, Checkpoint({"a": torch.ones(2)}, {"epoch": 2}))
            vouched = {"weights": hashlib.blake2b(file.read_bytes(), digest_size=16).hexdigest(), "state": {"epoch": 2}}
            shutil.copyfile(file, run.checkpoints / "000000002.safetensors")
            (run.checkpoints / "000000002.json").write_text(json.dumps(vouched))
        with RunFolder(run.path, resume=True) as again:
            found, (notice,) = newest_checkpoint(again)
        assert found is not None, file.name
        assert found.state == {"epoch": 1}
        assert "passed over (1)" in notice.message
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize("command", ["evaluate", "export", "describe"])
def test_that_commands_say_so_in_two_lines(
    weight_files: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    words = {
        "evaluate": [str(tmp_path), "--out", str(tmp_path / "out")],
        "export": ["--onnx", str(tmp_path / "x.onnx")],
        "describe": [],
    }
    for file in weight_files:
        assert main([command, str(file), *words[command]]) == 2
        error, advice = capsys.readouterr().err.splitlines()
        assert error.startswith("error: "), file.name
        assert advice.startswith("advice: "), file.name
    assert list(Path.cwd().iterdir()) == []


def assert_one_line(error: NasError, file: Path) -> None:
    assert error.message, file.name
    assert error.advice, file.name
    assert "\n" not in error.message + error.advice, file.name
