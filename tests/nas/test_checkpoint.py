"""A checkpoint is whole or passed over; what is no number is never saved."""

from pathlib import Path

import pytest
import torch

from nas.checkpoint import Checkpoint, CheckpointFolder
from nas.errors import RunError


def checkpoint(number: float) -> Checkpoint:
    return Checkpoint({"a": torch.full((3, 2), number), "n": torch.tensor(7)}, {"epoch": int(number)})


def test_that_a_checkpoint_comes_back_bit_for_bit_and_older_ones_go(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path, keep=2)
    for number in (1, 2, 30, 4):
        folder.save(number, checkpoint(number))
    found, damaged = folder.newest()
    assert found is not None
    assert damaged == []
    assert torch.equal(found.tensors["a"], torch.full((3, 2), 30.0))
    assert found.tensors["n"].dtype == torch.int64
    assert found.state == {"epoch": 30}
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("part", ["json", "safetensors"])
def test_that_a_checkpoint_cut_anywhere_falls_back_to_the_one_before(tmp_path: Path, part: str) -> None:
    folder = CheckpointFolder(tmp_path)
    folder.save(1, checkpoint(1))
    folder.save(2, checkpoint(2))
    file = tmp_path / f"000000002.{part}"
    whole = file.read_bytes()
    for length in range(0, len(whole), 7):
        file.write_bytes(whole[:length])
        found, damaged = folder.newest()
        assert found is not None
        assert found.state == {"epoch": 1}
        assert damaged == ["000000002"]


def test_that_a_turned_bit_is_noticed(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    folder.save(1, checkpoint(1))
    file = tmp_path / "000000001.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    assert folder.newest() == (None, ["000000001"])


def test_that_weights_that_are_no_numbers_are_never_saved(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    folder.save(1, checkpoint(1))
    for value in (float("nan"), float("inf")):
        with pytest.raises(RunError, match="no longer a number") as caught:
            folder.save(2, Checkpoint({"a": torch.tensor([0.0, value])}, {}))
        assert caught.value.advice.startswith("Start a new run")  # to go on with another rate is refused
        with pytest.raises(RunError, match="no longer a number"):
            folder.save_best(Checkpoint({"a": torch.tensor([value])}, {}))
    found, _ = folder.newest()
    assert found is not None
    assert found.state == {"epoch": 1}
    assert folder.best() is None


def test_that_the_best_stays_while_others_go(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path, keep=1)
    folder.save_best(checkpoint(5))
    for number in range(4):
        folder.save(number, checkpoint(number))
    best = folder.best()
    assert best is not None
    assert best.state == {"epoch": 5}
