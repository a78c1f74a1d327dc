"""The start of the program: wrong input ends with a line and advice, Qt's paths stay ours, torch waits."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from uiac_desktop import app
from uiac_desktop.app import checks, options, surroundings
from uiac_desktop.errors import DesktopError

ROOT = Path(__file__).resolve().parents[2]


def _environment(folder: Path, **more: str) -> dict[str, str]:
    folders = {name: str(folder / name) for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")}
    return os.environ | folders | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)} | more


def _python(code: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=_environment(folder, **more),
        timeout=100,
        check=False,
    )


@pytest.fixture(autouse=True)
def _the_log_ends_with_the_test() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


@pytest.mark.parametrize(
    "argv",
    [
        ["--no-such-option"],
        ["--source"],
        ["--source", "/no/such/clip.mp4"],
        ["--model", "/no/such/model"],
        ["--model", "x" * 300],
        ["--source", "x" * 300],
        ["--quit-after", "soon"],
        ["--quit-after", "-1"],
        ["--demo", "--stats", "/no/such/folder/stats.json"],
        ["--demo", "--screenshot", "/no/such/folder/x.png"],
        ["stray"],
    ],
)
def test_that_wrong_usage_ends_with_a_line_and_advice(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(argv) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert said[0].startswith("error: ")
    assert said[1].startswith("advice: ")


@pytest.mark.parametrize(
    "content", [{}, {"config.json": "{"}, {"model.pt": "x"}, {"config.json": '{"model_type": "vit"}'}]
)
def test_that_a_folder_that_is_no_model_is_refused_before_a_window_opens(
    tmp_path: Path, content: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    assert app.run(["--model", str(tmp_path)]) == 2
    assert "Traceback" not in (said := capsys.readouterr().err)
    assert said.startswith("error: ")
    assert "\nadvice: " in said


def test_that_help_names_options_and_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        options.read_options(["--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    for word in (
        "--source",
        "--model",
        "--demo",
        "--quit-after",
        "--screenshot",
        "--stats",
        "classify",
        "Research use",
    ):
        assert word in said


def test_that_without_a_display_one_line_says_so() -> None:
    with pytest.raises(DesktopError, match="no display"):
        checks.check_display({}, "linux")
    checks.check_display({"QT_QPA_PLATFORM": "offscreen"}, "linux")
    checks.check_display({}, "win32")
    checks.check_display({}, "darwin")


def test_that_missing_system_libraries_are_named_as_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "missing_packages", lambda: ["libxcb-icccm4", "libxcb-keysyms1"])
    with pytest.raises(DesktopError) as caught:
        checks.check_display({"DISPLAY": ":7777"}, "linux")
    assert caught.value.advice.endswith("sudo apt-get install libxcb-icccm4 libxcb-keysyms1")
    checks.check_display({"WAYLAND_DISPLAY": "wayland-0"}, "linux")


def test_that_a_display_that_does_not_answer_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "missing_packages", list)
    with pytest.raises(DesktopError, match=":7777 does not answer"):
        checks.check_display({"DISPLAY": ":7777"}, "linux")


def test_that_every_library_that_is_looked_for_is_in_the_list_of_packages() -> None:
    listed = (ROOT / "packaging" / "debian-packages.txt").read_text(encoding="utf-8").splitlines()
    assert set(checks._XCB_PACKAGES.values()) <= set(listed)


def test_that_what_opencv_does_to_qt_s_paths_is_undone() -> None:
    environment = dict(os.environ)
    environment["QT_QPA_FONTDIR"] = "/own/fonts"
    environment.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
    before = surroundings.qt_paths(environment)
    environment |= {"QT_QPA_PLATFORM_PLUGIN_PATH": "/cv2/qt/plugins", "QT_QPA_FONTDIR": "/cv2/qt/fonts"}
    surroundings.restore_qt_paths(environment, before)  # type: ignore[arg-type]
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in environment
    assert environment["QT_QPA_FONTDIR"] == "/own/fonts"


def test_that_the_window_opens_although_opencv_was_imported_first(tmp_path: Path) -> None:
    code = (
        "from uiac_desktop import app\nimport cv2, os, sys\n"
        "os.environ['QT_QPA_PLATFORM_PLUGIN_PATH'] = '/cv2/qt/plugins'\n"
        "status = app.run(['--quit-after', '0.3'])\n"
        "print(os.environ.get('QT_QPA_PLATFORM_PLUGIN_PATH'), status)"
    )
    done = _python(code, tmp_path)
    assert done.stdout.strip() == "None 0", done.stderr


def test_that_neither_the_window_nor_the_export_page_waits_for_what_is_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom uiac_desktop import app\nfrom uiac_desktop.ui.main_window import MainWindow\n"
        "real = MainWindow.showEvent\n"
        "def shown(self, event):\n"
        "    real(self, event)\n"
        "    self.actions_of.give('export')\n"
        "    print(sorted(name for name in ('torch', 'openvino', 'av', 'matplotlib') if name in sys.modules))\n"
        "MainWindow.showEvent = shown\n"
        "sys.exit(app.run(['--quit-after', '0.2']))"
    )
    done = _python(code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_that_a_torch_that_cannot_be_loaded_gives_a_line_and_the_window_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    import ctypes

    def broken(name: str) -> None:
        raise OSError(126, "The specified module could not be found")

    monkeypatch.setattr(ctypes, "CDLL", broken)
    said = surroundings.preload_torch()
    assert said is not None
    assert said.startswith("PyTorch cannot be loaded")


def test_that_on_windows_torch_s_libraries_come_before_qt(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom uiac_desktop import app\n"
        "def look():\n"
        "    print(any(name.startswith('PySide6') for name in sys.modules))\n"
        "    sys.platform = 'linux'\n"
        "    return 'PyTorch cannot be loaded on this PC (test).'\n"
        "app.preload_torch = look\napp.check_display = lambda *_: None\nsys.platform = 'win32'\n"
        "sys.exit(app.run(['--quit-after', '0.2']))"
    )
    done = _python(code, tmp_path)
    assert done.stdout.strip() == "False"
    assert done.returncode == 0, done.stderr


def test_that_an_unattended_run_writes_picture_and_figures(tmp_path: Path) -> None:
    picture, figures = tmp_path / "x.png", tmp_path / "s.json"
    words = ["--quit-after", "0.5", "--screenshot", str(picture), "--stats", str(figures)]
    code = f"import sys\nfrom uiac_desktop import app\nsys.exit(app.run({words!r}))"
    done = _python(code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert json.loads(figures.read_text()) == {}


def test_that_a_window_closed_by_hand_leaves_picture_and_figures(tmp_path: Path, tiny_model: Path) -> None:
    picture, figures = tmp_path / "x.png", tmp_path / "s.json"
    words = ["--source", "simulated:", "--model", str(tiny_model), "--quit-after", "60"]
    words += ["--screenshot", str(picture), "--stats", str(figures)]
    code = (
        "import sys\nfrom uiac_desktop import app\nfrom uiac_desktop.ui.scan.control import ScanControl\n"
        "real = ScanControl.painted\n"
        "def painted(self):\n"
        "    real(self)\n"
        "    self.parent().close()\n"
        "ScanControl.painted = painted\n"
        f"sys.exit(app.run({words!r}))"
    )
    done = _python(code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert json.loads(figures.read_text())["frames_shown"] >= 1


def test_that_an_unattended_run_on_a_useless_file_ends_with_a_line_and_exit_2(tmp_path: Path, tiny_model: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("this is no clip\n" * 50)
    words = ["--source", str(text), "--model", str(tiny_model), "--quit-after", "30"]
    code = f"import sys\nfrom uiac_desktop import app\nsys.exit(app.run({words!r}))"
    done = _python(code, tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: text.mp4 ")
    assert "Traceback" not in done.stderr


def test_that_a_request_to_end_is_obeyed_with_its_own_status(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\nfrom PySide6.QtCore import QTimer\nfrom uiac_desktop import app\n"
        "from uiac_desktop.ui.main_window import MainWindow\n"
        "real = MainWindow.showEvent\n"
        "def shown(self, event):\n"
        "    real(self, event)\n"
        "    QTimer.singleShot(300, lambda: os.kill(os.getpid(), signal.SIGTERM))\n"
        "MainWindow.showEvent = shown\n"
        "sys.exit(app.run([]))"
    )
    done = _python(code, tmp_path)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr


def test_that_a_source_that_hangs_does_not_keep_the_program(tmp_path: Path, tiny_model: Path) -> None:
    words = ["--source", "simulated:", "--model", str(tiny_model), "--quit-after", "0.5"]
    code = (
        "import atexit, sys, threading\nfrom uiac_desktop import app\n"
        "from uiac_desktop.ui.scan import control as scan_control\n"
        "atexit.register(lambda: print('taken down'))\n"
        "scan_control.opener = lambda uri, region, door: threading.Event().wait\n"
        f"sys.exit(app.run({words!r}))"
    )
    done = _python(code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "taken down" not in done.stdout


def test_that_a_broken_installation_is_one_clear_line(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom uiac_desktop import app, paths\n"
        f"paths.resources_dir = lambda: Path(r'{tmp_path}')\n"
        "sys.exit(app.run(['--quit-after', '1']))"
    )
    done = _python(code, tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: A part of the program is missing")
