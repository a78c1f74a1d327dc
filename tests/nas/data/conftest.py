"""Small data sets on disk for the tests of data-set folders."""

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

WriteImage = Callable[..., Path]


@pytest.fixture
def write_image(tmp_path: Path) -> WriteImage:
    """Return a function that writes a noise image of its own below the test's folder and returns the root."""

    def write(path: str, seed: int | None = None, size: tuple[int, int] = (24, 18)) -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        number = zlib.crc32(path.encode()) if seed is None else seed
        pixels = np.random.default_rng(number).integers(0, 256, (size[1], size[0]), dtype=np.uint8)
        Image.fromarray(pixels).save(file)
        return tmp_path

    return write
