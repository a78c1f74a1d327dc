"""A short job's words come as it wrote them, however the system cuts them."""

from pathlib import Path

import pytest
from PySide6.QtCore import QProcess

from nas.wizard.jobs import Job, Jobs
from tests.patience import PATIENCE_MS

_TALKER = """
import sys
sys.stderr.buffer.write(b"a" + "\u9519".encode() * 60_000 + "\\nerror: \u9519\u3002\\n".encode())
sys.stdout.buffer.write(b"short\\n" + "\u9519".encode() * 400_000 + b"\\n" + "cut".encode())
sys.exit(2)
"""


def test_that_a_job_is_heard_to_the_letter(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "talker.py").write_text(_TALKER, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    lines: list[bytes] = []
    job = Job(("talker",), lines.append)
    with qtbot.waitSignal(job.ended, timeout=PATIENCE_MS) as told:
        pass
    assert told.args[0].message == "\u9519\u3002"
    assert "\ufffd" not in job.said[1:]
    assert [line[:5] for line in lines] == [b"short", "\u9519\u9519".encode()[:5]]
    assert lines[1].decode() == "\u9519" * 400_000


def test_that_a_job_that_cannot_be_started_says_so(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(process: QProcess, *_: object) -> None:
        process.errorOccurred.emit(QProcess.ProcessError.FailedToStart)

    monkeypatch.setattr(QProcess, "start", refuse)
    jobs = Jobs()
    jobs.start("export", tmp_path, ("nas",))
    qtbot.waitUntil(lambda: not jobs.tasks[0].running, timeout=PATIENCE_MS)
    assert jobs.tasks[0].refused.message == "The process cannot be started."


def test_that_a_job_is_ended_at_once_where_a_program_cannot_be_asked_to_end(
    qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[QProcess] = []
    monkeypatch.setattr(QProcess, "terminate", asked.append)
    monkeypatch.setattr("nas.wizard.jobs._CAN_BE_ASKED", False)
    jobs = Jobs()
    jobs.start("export", tmp_path, ("timeit", "-n", "1", "-r", "1", "__import__('time').sleep(600)"))
    job = jobs._jobs["export"]
    jobs.stop("export")
    assert job._process.state() == QProcess.ProcessState.NotRunning
    assert asked == [], "the window would stand still until it gave up waiting"
