"""Fault cases, generated once a session, and property tests that give the same answer on a busy machine."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")

CaseFiles = Callable[[str], tuple[Path, dict[str, Any]]]


@pytest.fixture(scope="session")
def case_files(cases_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> CaseFiles:
    """Return a function from a generator's name, such as ``g01_genotypes``, to its folder and its manifest."""
    made: dict[str, tuple[Path, dict[str, Any]]] = {}

    def generate(name: str) -> tuple[Path, dict[str, Any]]:
        if name not in made:
            out = tmp_path_factory.mktemp(name)
            script = cases_dir / "open" / f"gen_{name}.py"
            environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
            subprocess.run([sys.executable, str(script), str(out)], check=True, capture_output=True, env=environment)
            (folder,) = (entry for entry in out.iterdir() if entry.is_dir())
            made[name] = folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return made[name]

    return generate
