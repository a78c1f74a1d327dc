"""The whole circle: a simulated exam is kept, exported, inspected and trained on, and its own model answers in Scan."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from nas.cli import main
from nas.data.folder import scan
from nas.still import read_still
from tests.e2e.real_program import Keyboard, start, x_server
from uiac_desktop import cli, paths
from uiac_desktop.exam.protocol import SCREENING
from uiac_desktop.exam.store import ExamStore, open_store
from uiac_desktop.frame import Frame, Prediction, Result
from uiac_desktop.phantom.dataset import write_dataset
from uiac_desktop.session.exam.examination import Examination

PLANES = ("ACS", "FCH", "TV")
WOMEN, A_PLANE = 4, 8
STORE = "XDG_DATA_HOME/uiac-desktop/exams"
TRAINING = {
    "channels": "4",
    "blocks": "3",
    "size": "32",
    "batch": "8",
    "lr": "0.05",
    "cutout": "4",
    "threads": "1",
    "precision": "fp32",
    "validation": "0.25",
    "device": "cpu",
    "epochs": "2",
}


def _opened(folder: Path) -> ExamStore:
    return open_store(folder / "store", key_file=folder / "config" / "site.key")


def _keep_simulated_exams(folder: Path) -> None:
    """Keep frames of the simulated scan, as Scan does, in one exam a woman."""
    write_dataset(folder / "simulated", A_PLANE, WOMEN, size=64, seed=11, processes=1, none_factor=0)
    frames = [image for image in scan(folder / "simulated").images if image.label in PLANES]
    examination = Examination(lambda: _opened(folder), lambda: None)
    examination.start()
    examination.allow(True)
    for number, woman in enumerate(sorted({image.subject for image in frames})):
        examination.begin("Ann", SCREENING, f"4711-{number}")
        for index, image in enumerate(image for image in frames if image.subject == woman):
            frame = Frame(read_still(folder / "simulated" / image.path), index, index / 10, time.monotonic())
            examination.see_frame(frame, "simulated")
            chances = np.full(len(PLANES), 0.1, np.float32)
            chances[PLANES.index(image.label)] = 0.8
            said = Prediction(PLANES, chances, np.zeros((len(PLANES), 2, 2), np.float32), image.label, 0.8)
            examination.keep(Result(frame, said, time.monotonic()))
        examination.end()
    assert examination.stop(30)


def _answers(store: Path) -> list[tuple[str, str]]:
    """Ask the store of the running program for the models of its kept frames and the planes that they know."""
    try:
        with closing(sqlite3.connect(f"file:{store}/exams.sqlite?mode=ro", uri=True)) as database:
            return database.execute("SELECT model, probabilities FROM frames WHERE model != ''").fetchall()
    except sqlite3.OperationalError:
        return []


@pytest.mark.real_window
@pytest.mark.timeout(600)
def test_that_frames_of_a_simulated_exam_become_a_model_that_answers_in_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _keep_simulated_exams(tmp_path)
    data, run = tmp_path / "部门 data", tmp_path / "run"
    monkeypatch.setattr(paths, "config_dir", lambda: tmp_path / "config")
    assert cli.run(["export", "all", str(data), "--store", str(tmp_path / "store")]) == cli.DONE
    assert capsys.readouterr().out.startswith(f"{len(PLANES) * A_PLANE} frames added")

    assert main(["inspect", str(data), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["classes"] == dict.fromkeys(PLANES, A_PLANE)
    assert (found["subjects"], found["split_by"], found["usable"], found["broken"]) == (WOMEN, "subject", True, 0)

    words = [word for name, value in TRAINING.items() for word in (f"--{name}", value)]
    words += ["--reduce-at", "1", "2", "--preset", "quick"]
    assert main(["train", str(data), "--out", str(run), "--genotype", "uiac", *words]) == 0
    model = run / "model"
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    assert tuple(config["classes"]) == PLANES
    assert config["simulated_only"], "though its women are hashes"
    assert "This model knows simulated images only." in (model / "README.md").read_text(encoding="utf-8")

    kept: list[tuple[str, str]] = []
    with x_server(1366, 768) as display:
        program = start(display, tmp_path, "--source", "simulated:1", "--model", str(model))
        try:
            keyboard, limit = Keyboard(display), time.monotonic() + 200
            while not kept:
                assert time.monotonic() < limit, "no frame was kept with what the model said"
                assert program.poll() is None
                keyboard.press("k")
                kept = _answers(tmp_path / STORE)
        finally:
            program.terminate()
            program.communicate(timeout=60)
    assert {tuple(json.loads(chances)) for _, chances in kept} == {PLANES}, "its own model answers in the window"
