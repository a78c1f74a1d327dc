"""Cost of a data set by its size: scan and decoding into the store, of N images and of four times as many."""

import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from nas.data.folder import scan
from nas.data.store import StoreBuilder
from nas.preprocess import PreprocessSpec
from tests.benchmarks.figure import Figure

COUNT: Final = 1500
SPEC: Final = PreprocessSpec(size=64)


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as place:
        few, many = (_measured(Path(place) / str(count), count) for count in (COUNT, 4 * COUNT))
    remark = f"{COUNT} and {4 * COUNT} PNG of 96x96"
    return [
        Figure("data_scale", many[0] / few[0], "x for 4 times the images", at_most=5.0, remark=remark),
        Figure("data_scale_images", 4 * COUNT / many[0], "images a second", remark="scanned and decoded, two threads"),
        Figure("data_scale_again", 4 * COUNT / many[1], "images a second", remark="found decoded"),
    ]


def _measured(root: Path, count: int) -> tuple[float, float]:
    """Return the seconds of the first reading of a set, and of a second one."""
    rng = np.random.default_rng(0)
    for number in range(count):
        file = root / ("FCH", "TV")[number % 2] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (96, 96), dtype=np.uint8)).save(file, compress_level=1)
    return _read(root), _read(root)


def _read(root: Path) -> float:
    begun = time.perf_counter()
    builder = StoreBuilder(scan(root), SPEC, root.with_name(f"{root.name}-store"))
    for _ in builder:
        pass
    builder.result()
    return time.perf_counter() - begun
