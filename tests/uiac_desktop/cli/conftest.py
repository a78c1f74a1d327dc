"""What the tests of the commands share: a model, a clip, and classify with both."""

from pathlib import Path

import pytest

from tests.uiac_desktop.cli.small import Run, write_clip, write_model
from uiac_desktop import cli


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "clip.mkv")


@pytest.fixture
def label(model: Path) -> Run:
    """Runs classify with the small model."""
    return lambda *words: cli.run(["classify", *map(str, words), "--model", str(model), "--device", "cpu"])
