"""A data set along whole examinations: each frame as the live scan shows it, labelled by its pose."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from nas.data.folder import scan as read_data_set
from nas.planes import NONE, PLANES
from uiac_desktop.errors import DesktopError
from uiac_desktop.phantom.along import write_examinations
from uiac_desktop.phantom.scan import SimulatedScan

SEED, SIZE, FPS = 31, 64, 1.0


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, str]]]:
    root = tmp_path_factory.mktemp("along")
    write_examinations(root, 2, SIZE, SEED, FPS, extras=0.5, processes=1)
    with (root / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        return root, list(csv.DictReader(file))


def test_that_every_frame_is_that_of_the_live_scan_with_its_truth(written: tuple[Path, list[dict[str, str]]]) -> None:
    root, rows = written
    scans = {f"w{seed:05d}": SimulatedScan(seed, SIZE, FPS, extras=seed > SEED) for seed in (SEED, SEED + 1)}
    for row in rows[:: len(rows) // 12]:
        picture, truth = scans[row["subject"]].render(int(row["frame"]))
        assert (row["label"], row["extra"]) == (truth.plane, truth.extra)
        assert float(row["time_s"]) == pytest.approx(int(row["frame"]) / FPS, abs=1e-3)
        stored = cv2.imread(str(root / row["file"]))
        assert stored is not None
        assert np.array_equal(stored[..., ::-1], picture)


def test_that_no_doubtful_frame_is_among_them_and_none_and_extras_are(
    written: tuple[Path, list[dict[str, str]]],
) -> None:
    _, rows = written
    scans = {f"w{seed:05d}": SimulatedScan(seed, SIZE, FPS, extras=seed > SEED) for seed in (SEED, SEED + 1)}
    told = {(row["subject"], int(row["frame"])) for row in rows}
    for name, scan in scans.items():
        assert {index for subject, index in told if subject == name} == {
            index for index in range(scan.sweep_frames) if not scan.truth(index).doubtful
        }
    assert {row["label"] for row in rows} <= {*PLANES, NONE}
    assert {(row["label"], row["subject"]) for row in rows if row["extra"]} == {(NONE, f"w{SEED + 1:05d}")}


def test_that_the_trainer_reads_it_by_subject(written: tuple[Path, list[dict[str, str]]]) -> None:
    root, rows = written
    data = read_data_set(root)
    assert len(data.images) == len(rows)
    assert {image.subject for image in data.images} == {f"w{SEED:05d}", f"w{SEED + 1:05d}"}


@pytest.mark.parametrize(("examinations", "size", "seed"), [(0, 64, 1), (1, 63, 1), (1, 64, -1), (1, 3000, 1)])
def test_that_numbers_out_of_range_are_said(tmp_path: Path, examinations: int, size: int, seed: int) -> None:
    with pytest.raises(DesktopError, match="Examinations are 1 to"):
        write_examinations(tmp_path, examinations, size, seed)
