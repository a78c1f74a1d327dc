"""A model folder comes back bit for bit, and nothing else is ever taken for one."""

import json
import os
import pickle
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from safetensors.numpy import load_file, save_file

from nas.errors import ModelFolderError
from nas.genotype import DARTS_V2
from nas.model import load_config, load_model, load_weights, save_model
from nas.model_config import ModelConfig
from nas.preprocess import PreprocessSpec
from nas.space.network import UiacNetwork
from nas.space.network_config import NetworkConfig

PLAN = NetworkConfig(genotype=DARTS_V2, blocks=3, channels=2, reduce_at=(1,), classes=3, size=16)
CONFIG = ModelConfig(
    name="trial",
    network=PLAN,
    classes=("ACS", "FCH", "LVOT"),
    preprocess=PreprocessSpec(size=16, crop=(0.1, 0.1, 0.8, 0.8)),
    temperature=1.7,
    none_threshold=0.42,
    trained_on="simulated scan",
    simulated_only=True,
    figures={"macro_f1": 0.91},
)


def trained_network() -> UiacNetwork:
    torch.manual_seed(1)
    network = UiacNetwork(PLAN, auxiliary=True, drop_path=0.2).train()
    for _ in range(2):
        network(torch.randn(4, 1, 16, 16))
    return network


@pytest.fixture(scope="module")
def network() -> UiacNetwork:
    return trained_network()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, network: UiacNetwork) -> Path:
    folder = tmp_path_factory.mktemp("models") / "trial"
    save_model(folder, CONFIG, network, "# A model card\n")
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "model"))


def test_that_a_model_comes_back_bit_for_bit(whole: Path, network: UiacNetwork) -> None:
    config, loaded = load_model(whole)
    assert config == CONFIG
    assert not loaded.training
    assert loaded.auxiliary is None
    state = network.state_dict()
    for name, values in loaded.state_dict().items():
        assert torch.equal(values, state[name]), name
    frames = torch.randn(2, 1, 16, 16)
    network.eval()
    assert torch.equal(loaded(frames).maps, network(frames).maps)
    network.train()


def test_that_weights_are_the_same_without_torch(whole: Path, network: UiacNetwork) -> None:
    state = network.state_dict()
    weights = load_weights(whole)
    assert not any(name.startswith("auxiliary") for name in weights)
    for name, values in weights.items():
        np.testing.assert_array_equal(values, state[name].numpy())
    script = (
        "import sys; from nas.model import load_weights; load_weights(sys.argv[1]); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script, str(whole)], check=True, env={**os.environ, "PYTHONPATH": "."})


def test_that_a_folder_holds_its_three_files_and_no_more(whole: Path) -> None:
    assert sorted(entry.name for entry in whole.iterdir()) == ["README.md", "config.json", "model.safetensors"]
    assert sorted(entry.name for entry in whole.parent.iterdir()) == ["trial"]
    assert (whole / "README.md").read_text(encoding="utf-8") == "# A model card\n"


def test_that_a_loaded_model_can_be_trained_on(folder: Path) -> None:
    _, loaded = load_model(folder)
    loaded.train()
    loaded.set_drop_path(0.2)
    loaded(torch.randn(4, 1, 16, 16)).logits.sum().backward()
    assert all(parameter.grad is not None for parameter in loaded.parameters())


def test_that_loading_leaves_the_random_numbers_alone(folder: Path) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    load_model(folder)
    assert torch.equal(torch.rand(3), expected)


def test_that_saving_replaces_the_model_that_stood_there(folder: Path, network: UiacNetwork) -> None:
    save_model(folder, CONFIG.model_copy(update={"name": "second"}), network, "new card")
    assert load_config(folder).name == "second"
    assert (folder / "README.md").read_text(encoding="utf-8") == "new card"
    assert [entry.name for entry in folder.parent.iterdir()] == ["model"]


def test_that_a_failed_save_leaves_the_old_model_whole(
    folder: Path, network: UiacNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for broken in ("fsync", "rename"):
        with monkeypatch.context() as patch:
            patch.setattr(os, broken, full)
            with pytest.raises(ModelFolderError, match="No space left"):
                save_model(folder, CONFIG.model_copy(update={"name": "second"}), network, "")
        assert load_model(folder)[0] == CONFIG
        assert [entry.name for entry in folder.parent.iterdir()] == ["model"]


def test_that_saving_spares_folders_and_files_of_others(tmp_path: Path, network: UiacNetwork) -> None:
    (tmp_path / "exam").mkdir()
    (tmp_path / "exam" / "clip.mp4").write_bytes(b"x")
    (tmp_path / "note").write_text("mine", encoding="utf-8")
    for name in ("exam", "note"):
        with pytest.raises(ModelFolderError, match="no model folder"):
            save_model(tmp_path / name, CONFIG, network, "")
    assert (tmp_path / "exam" / "clip.mp4").read_bytes() == b"x"
    assert (tmp_path / "note").read_text(encoding="utf-8") == "mine"


def test_that_a_network_is_saved_only_with_its_own_config_and_finite_weights(
    tmp_path: Path, network: UiacNetwork
) -> None:
    other = CONFIG.model_copy(update={"network": PLAN.model_copy(update={"blocks": 4})})
    with pytest.raises(ModelFolderError, match="not the one that its config describes"):
        save_model(tmp_path / "m", other, network, "")
    ruined = trained_network()
    with torch.no_grad():
        ruined.classifier.weight[0, 0] = float("nan")
    with pytest.raises(ModelFolderError, match=r"classifier\.weight"):
        save_model(tmp_path / "m", CONFIG, ruined, "")
    assert list(tmp_path.iterdir()) == []


Change = Callable[[Path], None]


def rewritten(**changes: Any) -> Change:
    def change(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")

    return change


def tensors(edit: Callable[[dict[str, Any]], None]) -> Change:
    def change(folder: Path) -> None:
        path = folder / "model.safetensors"
        weights = load_file(path)
        edit(weights)
        save_file(weights, path)

    return change


def bytes_of(name: str, content: bytes | Callable[[bytes], bytes]) -> Change:
    def change(folder: Path) -> None:
        path = folder / name
        path.write_bytes(content(path.read_bytes()) if callable(content) else content)

    return change


def without(name: str) -> Change:
    return lambda folder: (folder / name).unlink()


def fill(name: str, value: float) -> Change:
    def edit(weights: dict[str, Any]) -> None:
        weights[name].reshape(-1)[-1] = value

    return tensors(edit)


def resized(name: str, *shape: int) -> Change:
    return tensors(lambda weights: weights.update({name: np.zeros(shape, np.float32)}))


BIAS, STEM = "classifier.bias", "stem.convolution.weight"
WEIGHTS = "model.safetensors"
FAULTS: dict[str, tuple[Change, str]] = {
    "no config": (without("config.json"), "no config.json"),
    "no weights": (without(WEIGHTS), "has no model.safetensors"),
    "config cut": (bytes_of("config.json", lambda content: content[:100]), "damaged"),
    "config empty": (bytes_of("config.json", b""), "damaged"),
    "config binary": (bytes_of("config.json", b"\xff\xfe\x00"), "cannot be read"),
    "config of others": (bytes_of("config.json", b'{"architectures": ["ResNet"]}'), "another program"),
    "config a list": (bytes_of("config.json", b"[1]"), "another program"),
    "config deep": (bytes_of("config.json", b"[" * 100_000), "damaged"),
    "config huge": (bytes_of("config.json", b" " * (2**20 + 1)), "too large"),
    "newer format": (rewritten(format=2), "has format 2"),
    "unknown field": (rewritten(colour="red"), "colour"),
    "classes missing": (rewritten(classes=["ACS", "FCH"]), "2 classes are named and the network has 3 outputs"),
    "classes none": (rewritten(classes=[]), "0 classes"),
    "class twice": (rewritten(classes=["ACS", "ACS", "TV"]), "named twice"),
    "class empty": (rewritten(classes=["ACS", " ", "TV"]), "classes.1"),
    "temperature": (rewritten(temperature=0), "temperature"),
    "threshold": (rewritten(none_threshold=1.5), "none_threshold"),
    "other size": (rewritten(preprocess={"size": 32}), "prepared at 32 pixels"),
    "other colour": (rewritten(preprocess={"size": 16, "colour": "rgb"}), "3 channels"),
    "genotype": (rewritten(network={"genotype": {"normal": [], "reduce": []}}), "network.genotype"),
    "weights cut": (bytes_of(WEIGHTS, lambda content: content[:-8]), "damaged or cut"),
    "weights half": (bytes_of(WEIGHTS, lambda content: content[: len(content) // 2]), "damaged or cut"),
    "weights empty": (bytes_of(WEIGHTS, b""), "damaged or cut"),
    "weights text": (bytes_of(WEIGHTS, b"hello\n" * 50), "damaged or cut"),
    "weights lfs": (bytes_of(WEIGHTS, b"version https://git-lfs.github.com/spec/v1\noid"), "placeholder"),
    "weights pickled": (bytes_of(WEIGHTS, pickle.dumps({"a": 1})), "renamed pickle"),
    "weights zipped": (bytes_of(WEIGHTS, b"PK\x03\x04" + b"0" * 90), "renamed pickle"),
    "header huge": (bytes_of(WEIGHTS, lambda content: struct.pack("<Q", 2**62) + content[8:]), "damaged or cut"),
    "header odd": (bytes_of(WEIGHTS, lambda content: content[:8] + b"{" * len(content[8:])), "damaged or cut"),
    "tensor missing": (tensors(lambda weights: weights.pop("stem.norm.bias")), "first stem.norm.bias"),
    "tensor extra": (tensors(lambda weights: weights.update(extra=np.zeros(1, np.float32))), "first extra"),
    "other shape": (resized(STEM, 6, 1, 5, 5), "(6, 1, 5, 5)"),
    "other classes": (resized(BIAS, 5), "5 outputs and the model names 3 classes"),
    "other type": (tensors(lambda weights: weights.update({STEM: weights[STEM].astype(np.float16)})), "float16"),
    "not a number": (fill(STEM, np.nan), "not numbers"),
    "infinite": (fill("blocks.2.edges.0.stages.1.norm.running_mean", np.inf), "not numbers"),
    "negative variance": (fill("stem.norm.running_var", -0.1), "negative variances"),
    "a pickle beside": (lambda folder: (folder / "o.pt").touch(), "o.pt"),
    "a checkpoint beside": (lambda folder: (folder / "LAST.CKPT").touch(), "LAST.CKPT"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_that_every_fault_of_a_folder_is_refused_in_one_line_with_advice(folder: Path, fault: str) -> None:
    change, words = FAULTS[fault]
    change(folder)
    for load in (load_model, load_weights):
        with pytest.raises(ModelFolderError) as caught:
            load(folder)
        assert words in caught.value.message
        assert "\n" not in caught.value.message
        assert caught.value.advice


def test_that_other_paths_are_refused(tmp_path: Path, whole: Path) -> None:
    (tmp_path / "weights.pt").write_bytes(b"")
    (tmp_path / "clips").mkdir()
    expected = {
        tmp_path / "weights.pt": "pickle",
        tmp_path / "gone": "there is no model folder",
        tmp_path / "clips": "no config.json",
        whole / "config.json": "is a file",
        whole / "config.json" / "below": "is a file",
        tmp_path / ("x" * 300): "cannot be looked into",
    }
    for path, words in expected.items():
        with pytest.raises(ModelFolderError, match=words):
            load_config(path)


def test_that_pickled_code_is_never_run(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    class Boom:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.mkdir, ("PICKLE_CODE_RAN",)

    (folder / WEIGHTS).write_bytes(pickle.dumps(Boom()))
    (folder / "model.bin").write_bytes(pickle.dumps(Boom()))
    with pytest.raises(ModelFolderError, match=r"model\.bin"):
        load_model(folder)
    (folder / "model.bin").unlink()
    with pytest.raises(ModelFolderError, match="pickle"):
        load_model(folder)
    assert not (tmp_path / "PICKLE_CODE_RAN").exists()


def test_that_a_class_none_is_no_plane() -> None:
    assert CONFIG.planes == CONFIG.classes
    assert CONFIG.model_copy(update={"classes": ("ACS", "none", "TV")}).planes == ("ACS", "TV")


def test_that_a_model_cannot_be_changed_by_its_readers() -> None:
    with pytest.raises(ValidationError):
        CONFIG.temperature = 2.0
