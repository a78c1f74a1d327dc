"""Fault cases from public reports, generated once a session by their own scripts."""

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Case = tuple[Path, dict[str, Any]]


@pytest.fixture(scope="session")
def caselib(cases_dir: Path) -> ModuleType:
    """What reads the numbers and colours that the cases carry."""
    spec = importlib.util.spec_from_file_location("caselib", cases_dir / "caselib.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    spec.loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


@pytest.fixture(scope="session")
def case(cases_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Case]:
    """Return the folder and the manifest of a case by its number; each is generated once."""
    made: dict[str, Case] = {}
    place = tmp_path_factory.mktemp("cases")

    def make(number: str) -> Case:
        if number not in made:
            made[number] = _generate(cases_dir, number, place)
        return made[number]

    return make


def _generate(cases_dir: Path, number: str, place: Path) -> Case:
    script = next((cases_dir / "open").glob(f"gen_{number.lower()}_*.py"))
    if "ff" in script.read_text("utf-8") and shutil.which("ffmpeg") is None:
        pytest.skip("the ffmpeg program, which generates this case, is not installed")
    command = [sys.executable, "-B", "-W", "ignore", str(script), str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"case {number} cannot be generated here: {done.stderr.strip().splitlines()[-1]}")
    folder = next(place.glob(f"{number}_*"))
    return folder, json.loads((folder / "manifest.json").read_text("utf-8"))
