"""A run on a set with frames of none fits the rule for none on its held-out frames and keeps it with the model."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from nas.config.train import TrainConfig
from nas.learning.prediction import evidence_rows
from nas.model import load_model
from nas.novelty import Evidence
from nas.rundir import RunFolder
from nas.space.network import Output
from nas.train.run import train


def test_that_training_keeps_a_rule_where_enough_frames_of_none_are_held_out(
    write_set: Callable[..., Path], tmp_path: Path, small: Callable[..., TrainConfig]
) -> None:
    root = write_set(frames=72, nones=216)
    with RunFolder(tmp_path / "run") as run:
        list(train(root, run, small(epochs=2, none_as_background=0.5), {}))
    model, _ = load_model(tmp_path / "run" / "model")
    assert model.novelty is not None
    card = (tmp_path / "run" / "model" / "README.md").read_text(encoding="utf-8")
    assert "the rule that weighs whether a frame shows any plane" in card


def test_that_a_run_takes_the_evidence_that_a_label_is_given_by() -> None:
    maps = torch.randn(5, 3, 4, 4, generator=torch.Generator().manual_seed(1))
    logits = maps.mean((2, 3)) + 0.5
    rows = evidence_rows(Output(logits, maps, None)).numpy()
    expected = Evidence.of(logits.numpy(), maps.numpy(), np.zeros((5, 8, 8), np.uint8))
    found = np.split(rows, 3, axis=1)
    for kind, value in zip(found, (expected.logits, expected.peaks, expected.spreads), strict=True):
        np.testing.assert_allclose(kind, value, rtol=1e-5, atol=1e-6)
