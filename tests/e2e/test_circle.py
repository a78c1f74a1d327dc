"""The whole circle: a simulated exam is kept, exported, inspected and trained on, and its own model answers in Scan."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from nas.cli import main
from nas.data.folder import scan
from nas.still import read_still
from uiac_desktop import cli, paths
from uiac_desktop.exam.protocol import SCREENING
from uiac_desktop.exam.store import ExamStore, open_store
from uiac_desktop.frame import Frame, Prediction, Result
from uiac_desktop.phantom.dataset import write_dataset
from uiac_desktop.session.events import ModelReady
from uiac_desktop.session.examination import Examination
from uiac_desktop.settings import Settings, SettingsFile
from uiac_desktop.ui.main_window import MainWindow

PLANES = ("ACS", "FCH", "TV")
WOMEN, A_PLANE = 4, 8
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


@pytest.mark.timeout(300)
def test_that_frames_of_a_simulated_exam_become_a_model_that_answers_in_scan(
    application: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
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
    assert tuple(json.loads((model / "config.json").read_text(encoding="utf-8"))["classes"]) == PLANES

    settings = Settings(model=model, device="openvino")
    window = MainWindow(SettingsFile(tmp_path / "settings.json"), settings)
    try:
        window.resize(1366, 768)
        window.show()
        heard: list[object] = []
        window.control.heard.connect(heard.append)
        window.control.open("simulated:1")
        limit = time.monotonic() + 60
        while window.control.state().map.values is None:
            assert time.monotonic() < limit, "the model never answered"
            application.processEvents()
        shown = window.control.state()
        assert {row.plane for row in shown.rows} >= set(PLANES)
        assert [event.classes for event in heard if isinstance(event, ModelReady)] == [PLANES], "its own model answers"
    finally:
        window.close()
        window.deleteLater()
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
