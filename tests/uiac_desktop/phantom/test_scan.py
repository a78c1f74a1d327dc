"""The live scan and its clip: any frame at any time the same, and its truth the pose it was rendered from."""

import csv
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from nas.planes import NONE, PLANES
from uiac_desktop.errors import DesktopError
from uiac_desktop.phantom.clip import write_clip
from uiac_desktop.phantom.scan import SimulatedScan
from uiac_desktop.phantom.style import PRESETS


@pytest.fixture(scope="module")
def scan() -> SimulatedScan:
    return SimulatedScan(seed=3, size=96, fps=25, preset="soft")


def test_that_frames_at_random_equal_frames_in_turn(scan: SimulatedScan) -> None:
    in_turn = {i: scan.render(i)[0] for i in range(200, 206)}
    other = SimulatedScan(seed=3, size=96, fps=25, preset="soft")
    for i in (204, 201, 205, 200):
        assert np.array_equal(other.render(i)[0], in_turn[i])
    assert scan.render(200)[0].shape == (96, 128, 3)


def test_that_other_seeds_show_other_fetuses(scan: SimulatedScan) -> None:
    other = SimulatedScan(seed=4, size=96, fps=25, preset="soft")
    assert not np.array_equal(scan.render(0)[0], other.render(0)[0])


def test_that_one_sweep_passes_all_planes_and_goes_on_for_ever(scan: SimulatedScan) -> None:
    truths = [scan.truth(i) for i in range(scan.sweep_frames)]
    assert list(dict.fromkeys(t.plane for t in truths if t.plane != NONE)) == [
        *PLANES[:6],
        "VCLA",
        "AALA",
        "ADALA",
        "ASA",
        "BSC",
    ]
    assert any(t.doubtful for t in truths)
    assert any(t.distance > 1.8 for t in truths)
    for truth in truths:
        assert truth.plane == (truth.nearest if truth.distance < 1 else NONE)
        assert truth.doubtful == (1 <= truth.distance <= 1.8)
    later = scan.truth(scan.sweep_frames * 1000 + 20)
    assert later.plane == "ACS"
    assert scan.render(scan.sweep_frames * 1000 + 20)[0].std() > 10


def test_that_time_follows_the_rate(scan: SimulatedScan) -> None:
    assert scan.truth(50).time_s == pytest.approx(2.0)
    assert scan.sweep_frames == pytest.approx(25 * (11 * 1.5 + 8 * 1.2 + 3 * 2.5), abs=1)


@pytest.mark.parametrize("preset", PRESETS)
def test_that_every_preset_shows_a_picture(preset: str) -> None:
    picture, truth = SimulatedScan(seed=1, size=64, preset=preset).render(10)
    assert truth.plane == "ACS"
    assert 15 < picture.mean() < 140


@pytest.mark.parametrize(
    "wrong", [{"seed": -1}, {"size": 10}, {"size": 9000}, {"fps": 0.0}, {"fps": float("nan")}, {"preset": "lime"}]
)
def test_that_wrong_settings_are_refused_with_advice(wrong: dict[str, int]) -> None:
    with pytest.raises(DesktopError) as refused:
        SimulatedScan(**wrong)  # type: ignore[arg-type]
    assert refused.value.advice


def test_that_a_clip_plays_every_frame_on_time_and_its_truth_lies_beside(tmp_path: Path) -> None:
    path = tmp_path / "Übung 1.mp4"
    seen: list[tuple[int, int]] = []
    summary = write_clip(path, seed=2, size=96, fps=25, seconds=1.2, progress=lambda *p: seen.append(p))
    assert (summary.path, summary.frames, summary.seconds) == (path, 30, 1.2)
    assert seen == [(i + 1, 30) for i in range(30)]
    with av.open(str(path)) as clip:
        stream = clip.streams.video[0]
        assert stream.codec_context.name == "h264"
        frames = list(clip.decode(stream))
    assert len(frames) == 30
    assert [round(f.time * 25) for f in frames] == list(range(30))
    expected = SimulatedScan(seed=2, size=96, fps=25).render(12)[0].astype(int)
    assert np.abs(frames[12].to_ndarray(format="rgb24").astype(int) - expected).mean() < 8
    with summary.truth.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["frame", "time_s", "plane", "distance"]
    assert rows[29] == {"frame": "29", "time_s": "1.160", "plane": rows[29]["plane"], "distance": rows[29]["distance"]}
    assert rows[0]["plane"] == "ACS"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["Übung 1.mp4", "Übung 1.mp4.csv"]


def test_that_a_fractional_rate_is_kept_and_odd_sides_lose_a_line(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", size=77, fps=30000 / 1001, seconds=0.3)
    with av.open(str(tmp_path / "a.mp4")) as clip:
        assert (clip.streams.video[0].height, clip.streams.video[0].width) == (76, 102)
        assert clip.streams.video[0].average_rate == Fraction(30000, 1001)


def test_that_stopping_a_clip_leaves_no_file_and_keeps_the_old_one(tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done == 3:
            raise StoppedError

    (tmp_path / "a.mp4").write_bytes(b"old")
    with pytest.raises(StoppedError):
        write_clip(tmp_path / "a.mp4", size=64, seconds=1, progress=stop)
    assert (tmp_path / "a.mp4").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize("wrong", [{"size": 20}, {"seconds": 0.0}, {"fps": 5000.0}, {"seconds": float("nan")}])
def test_that_a_clip_out_of_range_is_refused(tmp_path: Path, wrong: dict[str, float]) -> None:
    with pytest.raises(DesktopError) as refused:
        write_clip(tmp_path / "a.mp4", **wrong)  # type: ignore[arg-type]
    assert refused.value.advice
    assert not list(tmp_path.iterdir())


def test_that_a_clip_into_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DesktopError, match="cannot be written"):
        write_clip(tmp_path / "missing" / "a.mp4", size=64, seconds=0.1)
