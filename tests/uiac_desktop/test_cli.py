"""The commands without a window, run as a user runs them: rows, errors, warnings, what is kept when stopped."""

import csv
import errno
import io
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from nas.cam import scale_map
from nas.model_config import ModelConfig
from nas.preprocess import PreprocessSpec
from nas.space.network_config import NetworkConfig
from uiac_desktop import cli
from uiac_desktop.cli import classify, overlays
from uiac_desktop.cli.table import open_table
from uiac_desktop.errors import DesktopError
from uiac_desktop.frame import Frame, Prediction, Result
from uiac_desktop.inference import precision
from uiac_desktop.inference.openvino_backend import cpu_has_bf16
from uiac_desktop.inference.predictor import load_predictor
from uiac_desktop.inference.smoothing import Smoother
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.video.source import VideoSource

CLASSES = ("ACS", "FCH", "LVOT")
COLUMNS = ["source", "frame", "time_s", "plane", "certainty", "p_ACS", "p_FCH", "p_LVOT"]
FRAMES = 21

Run = Callable[..., int]


def write_model(folder: Path, **config: Any) -> Path:
    import torch

    from nas.model import save_model
    from nas.space.network import UiacNetwork

    torch.manual_seed(3)
    network = NetworkConfig(blocks=2, channels=4, size=16, classes=len(config.get("classes", CLASSES)))
    settings = {"name": "small", "classes": CLASSES, "preprocess": PreprocessSpec(size=16), "none_threshold": 0.0}
    built = UiacNetwork(network).eval()
    built.classifier.weight.data *= 30
    with torch.inference_mode():
        frames = 4 * torch.rand(64, 1, 8, 8).repeat_interleave(2, 2).repeat_interleave(2, 3)
        frames[:, :, :2] = frames[:, :, -2:] = 0
        built.classifier.bias.data -= built.forward_logits(frames).mean(0)
    save_model(folder, ModelConfig.model_validate({**settings, **config, "network": network}), built, "# small\n")
    return folder


def write_clip(path: Path, frames: int = FRAMES, fps: int = 20) -> Path:
    random = np.random.default_rng(11)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(frames):
            pixels = np.kron(random.integers(0, 256, (6, 8, 3), dtype=np.uint8), np.ones((8, 8, 1), np.uint8))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path


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


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def alone(model: Path, clip: Path) -> Iterator[tuple[Frame, Prediction]]:
    predictor = load_predictor(model, "cpu", threads=1)
    with open_source(str(clip)) as source:
        for frame in source:
            yield frame, predictor.predict(frame.pixels)
    predictor.close()


def test_that_every_frame_is_one_row_with_the_label_it_gets_alone(
    label: Run, model: Path, clip: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "rows.csv"
    assert label(clip, "--out", out) == 0
    rows = rows_of(out)
    assert list(rows[0]) == COLUMNS
    assert len(rows) == FRAMES
    for number, (row, (frame, prediction)) in enumerate(zip(rows, alone(model, clip), strict=True)):
        assert (row["source"], int(row["frame"]), row["plane"]) == (str(clip), number, prediction.plane)
        assert float(row["time_s"]) == pytest.approx(frame.time_s, abs=1e-6) == pytest.approx(number / 20, abs=1e-3)
        assert float(row["certainty"]) == pytest.approx(prediction.certainty, abs=1e-5)
        chances = [float(row[f"p_{code}"]) for code in CLASSES]
        np.testing.assert_allclose(chances, prediction.probabilities, atol=1e-5)
    assert len({row["plane"] for row in rows}) > 1
    assert capfd.readouterr() == ("", "")


def test_that_json_holds_the_same_rows(label: Run, clip: Path, tmp_path: Path) -> None:
    table, listing = tmp_path / "rows.csv", tmp_path / "rows.json"
    assert label(clip, "--out", table) == label(clip, "--out", listing) == 0
    entries = json.loads(listing.read_text(encoding="utf-8"))
    assert [{name: str(value) for name, value in entry.items()} for entry in entries] == rows_of(table)


def test_that_rows_go_to_stdout_where_no_file_is_named(
    label: Run, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert label(clip) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["frame"] for row in rows] == [str(number) for number in range(FRAMES)]


def test_that_under_none_the_certainty_is_that_of_the_best_plane_and_chances_are_the_planes_alone(
    clip: Path, tmp_path: Path
) -> None:
    folder = write_model(tmp_path / "strict", classes=("ACS", "none", "FCH"), none_threshold=1.0)
    out = tmp_path / "rows.csv"
    assert cli.run(["classify", str(clip), "--model", str(folder), "--out", str(out)]) == 0
    for row in rows_of(out):
        assert row["plane"] == "none"
        assert [name for name in row if name.startswith("p_")] == ["p_ACS", "p_FCH"]
        assert float(row["certainty"]) == max(float(row["p_ACS"]), float(row["p_FCH"]))


def test_that_smoothing_steadies_rows_as_live(label: Run, model: Path, clip: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    assert label(clip, "--out", out, "--smooth", "0.25") == 0
    smoother = Smoother(0.25, 0.0)
    for row, (frame, prediction) in zip(rows_of(out), alone(model, clip), strict=True):
        steadied = smoother.update(prediction, frame.time_s)
        assert row["plane"] == steadied.plane
        assert float(row["certainty"]) == pytest.approx(steadied.certainty, abs=1e-5)


def test_that_an_unusable_path_is_reported_and_the_rest_is_done(
    label: Run, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = tmp_path / "fake.mp4"
    fake.write_text("<html>not found</html>", encoding="utf-8")
    out = tmp_path / "rows.csv"
    assert label(tmp_path / "missing.mp4", fake, clip, "--out", out) == 2
    assert {row["source"] for row in rows_of(out)} == {str(clip)}
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["error", "advice", "error", "advice"]
    assert "missing.mp4" in lines[0]
    assert "fake.mp4" in lines[2]


def test_that_nothing_usable_leaves_no_table(label: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    assert label(empty, "--out", tmp_path / "rows.csv") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["empty.mp4"]


def test_that_a_folder_is_its_media_each_by_its_path(label: Run, clip: Path, tmp_path: Path) -> None:
    folder = tmp_path / "visit"
    (folder / "deeper").mkdir(parents=True)
    (folder / "a.mkv").write_bytes(clip.read_bytes())
    Image.fromarray(np.zeros((20, 20), np.uint8)).save(folder / "deeper" / "b.png")
    out = tmp_path / "rows.csv"
    assert label(folder, "--out", out) == 0
    rows = rows_of(out)
    assert [row["source"] for row in rows[-2:]] == [str(folder / "a.mkv"), str(folder / "deeper" / "b.png")]
    assert len(rows) == FRAMES + 1


def test_that_a_folder_without_media_is_refused(label: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert label(tmp_path) == 2
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == ["error", "advice"]


def test_that_a_cut_file_gives_its_rows_and_one_warning(
    label: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, cut, out = write_clip(tmp_path / "whole.mkv", frames=200), tmp_path / "cut.mkv", tmp_path / "rows.csv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert label(cut, "--out", out) == 0
    assert 20 <= len(rows_of(out)) < 200
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"warning: {cut}: ")


@pytest.mark.parametrize(("name", "marked"), [("scan.mkv", False), ("扫描 é.mkv", True)])
def test_that_a_table_starts_with_a_mark_only_where_excel_needs_it(
    name: str, marked: bool, label: Run, clip: Path, tmp_path: Path
) -> None:
    named = tmp_path / name
    named.write_bytes(clip.read_bytes())
    out = tmp_path / "rows.csv"
    assert label(named, "--out", out) == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf") is (marked or not str(tmp_path).isascii())
    assert {row["source"] for row in rows_of(out)} == {str(named)}


def test_that_a_name_that_starts_with_a_dash_is_a_name(
    model: Path, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-clip.mkv").write_bytes(clip.read_bytes())
    assert cli.run(["classify", "--model", str(model), "--out", "rows.csv", "--", "-clip.mkv"]) == 0
    assert {row["source"] for row in rows_of(Path("rows.csv"))} == {"-clip.mkv"}


@pytest.mark.skipif(sys.platform == "win32", reason="names there are text")
@pytest.mark.parametrize("ending", ["csv", "json"])
def test_that_a_name_in_no_encoding_is_spelled_out(ending: str, label: Run, clip: Path, tmp_path: Path) -> None:
    named = tmp_path / os.fsdecode(b"caf\xe9.mkv")
    named.write_bytes(clip.read_bytes())
    out, maps = tmp_path / f"rows.{ending}", tmp_path / "maps"
    assert label(named, "--out", out, "--maps", maps) == 0
    for table in (out, maps / "maps.csv"):
        assert table.read_text(encoding="utf-8-sig").count("caf\\udce9.mkv") == FRAMES


def test_that_a_message_on_a_hostile_name_is_two_lines(
    label: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = tmp_path / "a\nerror: \x1b[2Jb.mp4"
    named.write_text("text")
    assert label(named, tmp_path / "no\nfile.mp4") == 2
    said = capsys.readouterr().err
    assert [line.split(":")[0] for line in said.splitlines()] == ["error", "advice"] * 2
    assert "\x1b" not in said


def test_that_a_file_in_the_place_of_a_folder_of_maps_is_said(
    label: Run, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert label(clip, "--out", tmp_path / "rows.csv", "--maps", clip) == 2
    assert "is a file, not a folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stop", [KeyboardInterrupt, signal.SIGTERM])
def test_that_a_stop_keeps_the_rows_so_far(
    stop: Any,
    label: Run,
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    row, made = "uiac_desktop.cli.table.row", []

    def stopping(*arguments: Any) -> list[Any]:
        if len(made) == 5:
            if stop is KeyboardInterrupt:
                raise KeyboardInterrupt
            signal.raise_signal(stop)
        made.append(1)
        return original(*arguments)

    from uiac_desktop.cli.table import row as original

    monkeypatch.setattr(row, stopping)
    for name, read in (("rows.csv", rows_of), ("rows.json", lambda file: json.loads(file.read_text()))):
        made.clear()
        assert label(clip, "--out", tmp_path / name) == 3
        assert len(read(tmp_path / name)) == 5
        assert capsys.readouterr().err == f"note: Stopped on request: 5 rows are in {tmp_path / name}.\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv", "rows.json"]


def test_that_an_existing_table_stays_when_nothing_comes_of_the_run(label: Run, tmp_path: Path) -> None:
    out, empty = tmp_path / "rows.csv", tmp_path / "empty.mp4"
    out.write_text("kept", encoding="utf-8")
    empty.touch()
    assert label(empty, "--out", out) == 2
    assert out.read_text(encoding="utf-8") == "kept"


def test_that_maps_are_one_picture_a_frame_named_without_the_source(
    label: Run, model: Path, clip: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "maps"
    assert label(clip, clip, "--maps", folder, "--out", tmp_path / "rows.csv") == 0
    listed = rows_of(folder / "maps.csv")
    assert len(listed) == 2 * FRAMES == len(list(folder.glob("*.png")))
    assert not [path for path in folder.iterdir() if "clip" in path.name]
    assert {entry["file"][:5] for entry in listed} == {"s0001", "s0002"}
    spec = load_predictor(model, "cpu", threads=1).config.preprocess
    for entry, (frame, prediction) in zip(listed, alone(model, clip), strict=False):
        assert (entry["source"], entry["plane"]) == (str(clip), prediction.plane)
        with Image.open(folder / entry["file"]) as picture:
            written = np.asarray(picture)
        expected = overlays.overlaid(frame, prediction, spec)
        assert np.abs(written.astype(int) - expected).max() <= 2


def prediction_of(maps: NDArray[np.float32], plane: str) -> Prediction:
    return Prediction(("ACS", "FCH"), np.array([0.1, 0.9], np.float32), maps, plane, 0.9)


@pytest.mark.parametrize("shape", [(60, 100), (100, 60), (60, 100, 3)])
def test_that_the_picture_glows_warm_where_the_map_is_hot_and_is_never_darker(shape: tuple[int, ...]) -> None:
    maps = np.zeros((2, 4, 4), np.float32)
    maps[1, 1:3, 1] = 5
    maps[0, :, 3] = 9
    pixels = np.full(shape, 60, np.uint8)
    pixels[10, 10] = 200
    shown = overlays.overlaid(Frame(pixels, 0, 0.0), prediction_of(maps, "FCH"), PreprocessSpec()).astype(int)
    assert shown.shape == (*shape[:2], 3)
    assert (shown >= (pixels if pixels.ndim == 3 else pixels[..., None])).all()
    rows, columns = shape[:2]
    side = max(rows, columns)
    x = round((columns - side) / 2 + side * 1.5 / 4)
    red, _, blue = shown[rows // 2, x]
    assert red > 90
    assert red > blue
    np.testing.assert_array_equal(shown[rows // 2, -1], 60)


def test_that_a_frame_of_no_plane_and_a_blank_frame_stay_as_they_are() -> None:
    maps = np.random.default_rng(0).random((2, 4, 4), np.float32)
    noise = np.random.default_rng(1).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    unnamed = overlays.overlaid(Frame(noise, 0, 0.0), prediction_of(maps, "none"), PreprocessSpec())
    np.testing.assert_array_equal(unnamed, noise)
    black = np.zeros((30, 40), np.uint8)
    assert scale_map(maps[1], black).max() == 0
    assert overlays.overlaid(Frame(black, 0, 0.0), prediction_of(maps, "FCH"), PreprocessSpec()).max() == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["classify"], "No file to label was given."),
        (["classify", "x.mp4", "--out", "rows.txt"], "rows.txt is neither a .csv nor a .json file."),
        (["classify", "x.mp4", "--out", "missing/rows.csv"], "missing/rows.csv cannot be written"),
        (["classify", "", "--out", "rows.csv"], "There is no file or folder without a name."),
        (["classify", "x.mp4", "--out", "x" * 300 + ".csv"], "cannot be used: File name too long."),
        (["classify", "x.mp4", "--smooth", "7"], "--smooth must be 0 to 5 seconds."),
        (["classify", "x.mp4", "--smooth", "long"], "--smooth"),
        (["classify", "x.mp4", "--device", "tpu"], "tpu"),
        (["classify", "x.mp4", "--colour"], "--colour"),
        (["simulate"], "Neither a folder nor a clip to write was given."),
        (["simulate", "--clip", "scan.avi"], "scan.avi is no .mp4 file."),
        (["simulate", "x", "--per-class", "0"], "at least one image a class"),
        (["simulate", "x", "--per-class", "999999999999"], "at most 1,000,000 images"),
        (["simulate", "x", "--examinations", "999999999999"], "Examinations are 1 to 10,000"),
        (["simulate", "x", "--size", "0"], "An image height of 0 pixels is out of range."),
        (["precision", "--frames", "10"], "10 frames prove nothing."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_that_wrong_usage_is_told_in_two_lines(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run(words) == 2
    error, advice = capsys.readouterr().err.splitlines()
    assert error.startswith("error: ")
    assert said in error
    assert advice.startswith("advice: ")
    assert list(tmp_path.iterdir()) == []


def test_that_a_model_with_a_pickle_is_refused(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_model(tmp_path / "foreign")
    (folder / "weights.pt").write_bytes(b"\x80\x04")
    assert cli.run(["classify", str(clip), "--model", str(folder)]) == 2
    assert "pickle" in capsys.readouterr().err.splitlines()[0]


def test_that_a_model_of_simulated_images_says_so(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_model(tmp_path / "demo", simulated_only=True)
    assert cli.run(["classify", str(clip), "--model", str(folder), "--out", str(tmp_path / "rows.csv")]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("note: ")
    assert "simulated images only" in line


@pytest.mark.logs
def test_that_the_unexpected_goes_to_the_log_and_not_to_the_user(
    label: Run, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("uiac_desktop.paths.log_file", lambda: tmp_path / "program.log")
    monkeypatch.setattr(classify, "_media", lambda paths: 1 // 0)
    assert label(clip) == 1
    error, advice = capsys.readouterr().err.splitlines()
    assert error == "error: Something unexpected happened (ZeroDivisionError)."
    assert "program.log" in advice
    logged = (tmp_path / "program.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError\n  at cli/__init__.py:" in logged
    assert "by zero" not in logged, "a text may name a patient's file"
    assert not logging.getLogger("uiac_desktop.cli").handlers


def test_that_a_reader_of_our_rows_may_leave_early(model: Path, clip: Path) -> None:
    words = [sys.executable, "-m", "uiac_desktop", "classify", *([str(clip)] * 200), "--model", str(model)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.readline()
        program.stdout.close()
        said = program.stderr.read()
        assert program.wait() == 0
    assert said == b""


def test_that_help_is_quick_since_it_loads_no_engine() -> None:
    code = (
        "import sys; from uiac_desktop import cli; s = cli.run(['classify', '--help']);"
        "print([m for m in ('torch', 'openvino', 'cv2', 'av', 'PySide6') if m in sys.modules], s)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[] 0"
    assert "--smooth SECONDS" in run.stdout


def test_that_simulate_writes_a_labelled_data_set(tmp_path: Path) -> None:
    root = tmp_path / "data"
    assert cli.run(["simulate", str(root), "--per-class", "1", "--subjects", "1", "--size", "64", "--seed", "5"]) == 0
    rows = rows_of(root / "labels.csv")
    assert len(rows) == 12 == len(list(root.rglob("*.png")))
    assert {row["label"] for row in rows} >= {"ACS", "BSC", "none"}
    with Image.open(root / rows[0]["file"]) as picture:
        assert picture.height == 64


def test_that_simulate_writes_a_clip_with_its_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from uiac_desktop.phantom import clip as clips

    whole = clips.write_clip
    monkeypatch.setattr(clips, "write_clip", lambda *given, **named: whole(*given, **named, seconds=0.3))
    file = tmp_path / "scan.mp4"
    assert cli.run(["simulate", "--clip", str(file), "--size", "96"]) == 0
    truth = rows_of(tmp_path / "scan.mp4.csv")
    assert [row["frame"] for row in truth] == [str(number) for number in range(9)]
    with open_source(str(file)) as source:
        assert (source.info.width, source.info.height, len(list(source))) == (128, 96, 9)


def test_that_precision_counts_labels_and_says_what_follows(
    model: Path, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not cpu_has_bf16():
        pytest.skip("this CPU has no bf16")
    monkeypatch.setattr(precision, "cache_dir", lambda: tmp_path)
    assert cli.run(["precision", str(clip), "--model", str(model)]) == 0
    counted, verdict = capsys.readouterr().out.splitlines()
    assert f"of {FRAMES} labels agree" in counted
    assert verdict == "The model is computed in float32. At least 1000 frames are needed: give more clips."
    monkeypatch.setattr(precision, "FRAMES_NEEDED", FRAMES)
    found = precision.noted(model)
    assert found is not None
    assert found.frames == FRAMES


def test_that_a_row_needs_a_label() -> None:
    from uiac_desktop.cli.table import row

    with pytest.raises(ValueError, match="labelled"):
        row("x", Result(Frame(np.zeros((2, 2), np.uint8), 0, 0.0), None, 0.0), None)  # type: ignore[arg-type]


def test_that_rows_so_far_are_kept_where_the_run_ends_in_an_expected_error(tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    with pytest.raises(DesktopError, match="disk"), open_table(out, ("source", "frame"), plain=True) as table:
        table.add(["a.mp4", 0])
        raise DesktopError("The disk is full.", "Free some space.")
    assert out.read_text(encoding="utf-8").splitlines() == ["source,frame", "a.mp4,0"]


def test_that_a_disk_that_fails_under_a_clip_is_told_of_the_clip_and_rows_so_far_are_kept(
    label: Run, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read = VideoSource.read

    def failing(source: VideoSource) -> Frame | None:
        frame = read(source)
        if frame is not None and frame.index == 5:
            raise OSError(errno.EIO, "Input/output error")
        return frame

    monkeypatch.setattr(VideoSource, "read", failing)
    out = tmp_path / "rows.csv"
    assert label(clip, "--out", out) == 2
    error, advice = capsys.readouterr().err.splitlines()
    assert error == "error: clip.mkv cannot be read any further (Input/output error)."
    assert "network drive" in advice
    assert [row["frame"] for row in rows_of(out)] == list("01234")


@pytest.mark.parametrize("name", ["rows.csv", "rows.json"])
def test_that_a_full_disk_is_told_of_the_table(name: str, tmp_path: Path) -> None:
    out = tmp_path / name
    (tmp_path / f".{name}.unfinished").symlink_to("/dev/full")
    with pytest.raises(DesktopError, match=f"{name} cannot be written"), open_table(out, ("source",), True) as table:
        for _ in range(2000):
            table.add(["a.mp4"])
    assert list(tmp_path.iterdir()) == []


def test_that_what_fails_beside_the_table_is_not_told_of_the_table(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="unplugged"), open_table(tmp_path / "rows.csv", ("source",), True) as table:
        table.add(["a.mp4"])
        raise OSError("unplugged")
    assert list(tmp_path.iterdir()) == []


def test_that_a_folder_as_table_is_named_as_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "d.csv"
    folder.mkdir()
    assert cli.run(["classify", str(tmp_path), "--out", str(folder)]) == 2
    assert "is a folder, not a file" in capsys.readouterr().err
