"""Small data sets and states for the pages, without a run."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nas.data.finding import finding
from nas.data.folder import scan
from nas.data.problems import Problem
from nas.wizard.state import DataState
from tests.nas.data.inspected import inspected

WriteSet = Callable[..., Path]


@pytest.fixture
def write_frames(tmp_path: Path) -> WriteSet:
    """Return a function that writes frames of planes with subjects in labels.csv, and returns the root."""

    def write(planes: dict[str, int], subjects: int = 4, labels: bool = True) -> Path:
        root = tmp_path / "set"
        rows = ["file,label,subject,scanner"]
        for number, (plane, count) in enumerate(planes.items()):
            (root / plane).mkdir(parents=True)
            for index in range(count):
                rng = np.random.default_rng(1000 * number + index)
                Image.fromarray(rng.integers(0, 256, (18, 24), dtype=np.uint8)).save(root / plane / f"{index:03d}.png")
                rows.append(f"{plane}/{index:03d}.png,{plane},s{index % subjects},A")
        if labels:
            (root / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        return root

    return write


def known(root: Path, **more) -> DataState:
    """Return the state of a set that was looked at."""
    found = finding(scan(root), inspected(root))
    return DataState(folder=root, inspection=found.inspection, images=found.data_set(root), round=1, **more)


def problem(root: Path, kind: str) -> Problem:
    """Return the first problem of a kind."""
    return next(problem for problem in inspected(root).problems if problem.kind == kind)


def contents(root: Path) -> dict[str, bytes]:
    """Return every file of a set."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def asked(page) -> list[object]:
    """What the page of a test asks for."""
    found: list[object] = []
    page.wants.connect(found.append)
    return found
