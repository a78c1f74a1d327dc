"""The window's examination keeps where the settings say."""

import threading
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S
from uiac_desktop import paths
from uiac_desktop.exam.protocol import SCREENING
from uiac_desktop.exam.store import open_store
from uiac_desktop.settings import Settings, SettingsFile
from uiac_desktop.ui.exam.port import real_examination


def test_that_the_window_s_examination_keeps_in_the_store_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "config_dir", lambda: tmp_path)
    SettingsFile().save(Settings(store=str(tmp_path / "department")))
    told = threading.Event()
    examination = real_examination(told.set, 10.0)
    examination.start()
    try:
        examination.begin("Ann", SCREENING)
        while not any(type(event).__name__ == "ExamBegan" for event in examination.take_events()):
            assert told.wait(PATIENCE_S)
            told.clear()
    finally:
        assert examination.stop(PATIENCE_S)
    with open_store(tmp_path / "department") as store:
        assert [exam.who for exam in store.exams()] == ["Ann"]
