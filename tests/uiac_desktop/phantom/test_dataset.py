"""The data set: its folder and table agree, equal seeds give equal bytes, and nothing but the fan tells the class."""

import contextlib
import csv
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
from sklearn.neighbors import KNeighborsClassifier

from nas.planes import NONE, PLANES
from uiac_desktop.errors import DesktopError
from uiac_desktop.phantom.dataset import DatasetSummary, write_dataset
from uiac_desktop.phantom.examination import Examination
from uiac_desktop.phantom.extra import EXTRAS
from uiac_desktop.phantom.labelled_folder import COLUMNS, EXTRA_COLUMN
from uiac_desktop.phantom.subject import Subject

CLASSES = (*PLANES, NONE)


def _rows(root: Path) -> list[dict[str, str]]:
    with (root / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _bytes(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DatasetSummary, list[tuple[int, int]]]:
    root = tmp_path_factory.mktemp("Röntgen 超声") / "set"
    seen: list[tuple[int, int]] = []
    summary = write_dataset(
        root, per_class=12, subjects=3, size=64, seed=5, processes=1, progress=lambda *p: seen.append(p)
    )
    return root, summary, seen


def test_that_every_class_has_its_images_and_the_table_lists_them(
    written: tuple[Path, DatasetSummary, list[tuple[int, int]]],
) -> None:
    root, summary, seen = written
    assert summary.counts == dict.fromkeys(CLASSES, 12)
    assert summary.images == 144
    assert summary.subjects == 3
    assert seen[0] == (0, 144)
    assert seen[-1] == (144, 144)
    rows = _rows(root)
    assert tuple(rows[0]) == COLUMNS
    assert sorted(r["file"] for r in rows) == sorted(p.relative_to(root).as_posix() for p in root.rglob("*.png"))
    assert (root / "labels.csv").read_bytes().startswith(b"\xef\xbb\xbffile,label,subject")
    for row in rows:
        assert row["file"].startswith(row["label"] + "/")
        assert float(row["distance"]) > 1.8 if row["label"] == NONE else float(row["distance"]) < 1
    assert not [p for p in root.iterdir() if p.name.startswith(".")]


def test_that_images_are_four_to_three_and_show_something(
    written: tuple[Path, DatasetSummary, list[tuple[int, int]]],
) -> None:
    root, _, _ = written
    for path in list(root.rglob("*.png"))[::20]:
        image = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        assert image is not None
        assert image.shape == (64, 85, 3)
        assert image.std() > 10


def test_that_every_subject_has_two_exams_with_the_same_number_of_each_class(
    written: tuple[Path, DatasetSummary, list[tuple[int, int]]],
) -> None:
    root, _, _ = written
    rows = _rows(root)
    assert {r["subject"] for r in rows} == {f"sim-5-{k:04d}" for k in range(3)}
    for subject in {r["subject"] for r in rows}:
        for exam in ("1", "2"):
            mine = [r for r in rows if (r["subject"], r["exam"]) == (subject, exam)]
            assert sorted(r["label"] for r in mine) == sorted(CLASSES * 2)
            times = [float(r["time_s"]) for r in mine]
            assert times == sorted(times)
            assert [int(r["frame"]) for r in mine] == list(range(24))


def test_that_equal_seeds_give_equal_bytes_on_any_number_of_processes(tmp_path: Path) -> None:
    for name, processes in (("one", 1), ("two", 2)):
        write_dataset(tmp_path / name, per_class=2, subjects=2, size=48, seed=9, processes=processes)
    write_dataset(tmp_path / "other", per_class=2, subjects=1, size=48, seed=10, processes=1)
    one, two, other = (_bytes(tmp_path / n) for n in ("one", "two", "other"))
    assert one == two
    assert not set(one.values()) & set(other.values())
    subjects = [{r["subject"] for r in _rows(tmp_path / n)} for n in ("one", "other")]
    assert not subjects[0] & subjects[1]


def test_that_with_the_fan_blacked_out_a_classifier_stays_at_chance(
    written: tuple[Path, DatasetSummary, list[tuple[int, int]]],
) -> None:
    root, _, _ = written
    rows = _rows(root)
    masks = {
        (s, e): cv2.resize(
            Examination(Subject.draw(5, s), e, 64).screen.sector_mask().astype(np.uint8) * 255,
            (85, 64),
            interpolation=cv2.INTER_AREA,
        )
        for s in range(3)
        for e in range(2)
    }
    images, labels, groups = [], [], []
    for row in rows:
        group = (int(row["subject"][-4:]), int(row["exam"]) - 1)
        image = cv2.imread(str(root / row["file"])) if str(root).isascii() else None
        if image is None:
            image = cv2.imdecode(np.frombuffer((root / row["file"]).read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        assert image is not None
        image[masks[group] > 0] = 0
        images.append(image.ravel())
        labels.append(row["label"])
        groups.append(group[1])
    x, y, g = np.array(images), np.array(labels), np.array(groups)
    order = np.random.default_rng(0).permutation(len(y))
    train, test = order[: len(order) // 2], order[len(order) // 2 :]
    accuracy = KNeighborsClassifier(3).fit(x[train], y[train]).score(x[test], y[test])
    assert accuracy < 0.25
    assert len(np.unique(x, axis=0)) <= len(set(masks)) + g.max()


@pytest.mark.parametrize("factor", [-1.0, float("nan"), float("inf"), 1e12])
def test_that_a_senseless_share_of_none_is_refused_before_anything_is_written(tmp_path: Path, factor: float) -> None:
    with pytest.raises(DesktopError, match="0 to 100 times"):
        write_dataset(tmp_path / "set", per_class=1, subjects=1, size=32, processes=1, none_factor=factor)
    assert not (tmp_path / "set").exists()


def test_that_none_may_be_drawn_more_often_or_left_out(tmp_path: Path) -> None:
    more = write_dataset(tmp_path / "more", per_class=1, subjects=1, size=32, processes=1, none_factor=3)
    assert more.counts[NONE] == len(list((tmp_path / "more" / NONE).iterdir())) == 3
    without = write_dataset(tmp_path / "without", per_class=1, subjects=1, size=32, processes=1, none_factor=0)
    assert without.counts[NONE] == 0
    assert not (tmp_path / "without" / NONE).exists()


def test_that_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(DesktopError, match="not empty") as refused:
        write_dataset(tmp_path, per_class=1, subjects=1)
    assert "empty folder" in refused.value.advice
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_that_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set").write_text("a file")
    with pytest.raises(DesktopError, match="not a folder"):
        write_dataset(tmp_path / "set", per_class=1, subjects=1)
    with pytest.raises(DesktopError, match="cannot be written"):
        write_dataset(tmp_path / "set" / "below", per_class=1, subjects=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"per_class": 0},
        {"subjects": 0},
        {"size": 8},
        {"size": 5000},
        {"seed": -1},
        {"processes": 0},
        {"none_factor": -1.0},
    ],
)
def test_that_a_number_out_of_range_is_refused_before_anything_is_made(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(DesktopError) as refused:
        write_dataset(tmp_path / "set", **wrong)  # type: ignore[arg-type]
    assert refused.value.advice
    assert not (tmp_path / "set").exists()


def test_that_a_worker_ended_from_outside_is_reported_and_leaves_nothing(tmp_path: Path) -> None:
    def end_workers(done: int, total: int) -> None:
        if done:
            for child in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.ZombieProcess):  # of another test, which ended already
                    if "spawn_main" in " ".join(child.cmdline()):
                        child.kill()

    with pytest.raises(DesktopError, match="ended from outside") as refused:
        write_dataset(tmp_path / "set", per_class=24, subjects=6, size=32, processes=2, progress=end_workers)
    assert "memory" in refused.value.advice
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize("processes", [1, 2])
def test_that_stopping_leaves_no_half_data_set(tmp_path: Path, processes: int) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done:
            assert (done, total) == (96, 240)
            raise StoppedError

    with pytest.raises(StoppedError):
        write_dataset(tmp_path / "set", per_class=20, subjects=2, size=32, processes=processes, progress=stop)
    assert not (tmp_path / "set").exists()
    write_dataset(tmp_path / "set", per_class=1, subjects=1, size=32, processes=1)
    assert len(_rows(tmp_path / "set")) == 12


def test_that_a_share_of_none_has_extras_and_every_other_image_stays_as_it_was(
    written: tuple[Path, DatasetSummary, list[tuple[int, int]]], tmp_path: Path
) -> None:
    plain, _, _ = written
    root = tmp_path / "set"
    write_dataset(root, per_class=12, subjects=3, size=64, seed=5, processes=1, extras=0.5)
    rows = _rows(root)
    assert tuple(rows[0]) == (*COLUMNS, EXTRA_COLUMN)
    kinds = {row["file"]: row[EXTRA_COLUMN] for row in rows if row[EXTRA_COLUMN]}
    assert all(file.startswith(f"{NONE}/") for file in kinds)
    assert 3 <= len(kinds) <= 9
    assert set(kinds.values()) <= set(EXTRAS)
    assert any(float(row["distance"]) < 1 for row in rows if row["file"] in kinds), "a plane under an extra is none"
    before, after = _bytes(plain), _bytes(root)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"labels.csv", *(str(Path(file)) for file in kinds)}


def test_that_a_share_of_extras_beyond_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DesktopError, match="out of range"):
        write_dataset(tmp_path / "set", per_class=1, subjects=1, size=64, extras=1.5)
    assert not list(tmp_path.iterdir())
