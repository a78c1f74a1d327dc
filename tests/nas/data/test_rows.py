"""Rows of a store are gathered a batch at a time: right frames in the order wanted, and no copy of the set."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch

from nas.data.rows import Rows

CPU = torch.device("cpu")


def mapped(tmp_path: Path, count: int, side: int = 8) -> np.memmap:
    frames = np.lib.format.open_memmap(tmp_path / f"{count}.npy", "w+", np.uint8, (count, side, side))
    frames[:, 0, 0] = np.arange(count) % 251
    return frames


def test_that_rows_come_in_the_order_wanted(tmp_path: Path) -> None:
    rows = Rows(mapped(tmp_path, 20), np.array([5, 3, 19, 0]), CPU)
    assert len(rows) == 4
    assert rows.at(torch.tensor([2, 0, 0]))[:, 0, 0].tolist() == [19, 5, 5]
    assert rows[1:3][:, 0, 0].tolist() == [3, 19]
    assert rows[1:3].dtype == torch.uint8


@pytest.mark.parametrize("count", [1000, 16000])
def test_that_memory_does_not_grow_with_the_set(tmp_path: Path, count: int) -> None:
    frames = mapped(tmp_path, count, 64)
    tracemalloc.start()
    try:
        rows = Rows(frames, np.arange(count), CPU)
        for first in range(0, count, 500):
            batch = rows.at(torch.arange(first, first + 50))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert int(batch[0, 0, 0]) == first % 251
    a_batch = 50 * 64 * 64
    assert peak < 8 * count + 4 * a_batch
