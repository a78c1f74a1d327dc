"""What must be right around Qt before it starts: torch before it on Windows, and its own search paths after OpenCV."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_QT_PATHS: Final = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


def preload_torch() -> str | None:
    """Load torch's libraries before Qt's on Windows, where the other order fails; return why it could not be done.

    OpenVINO serves without torch, so a failure is told and no more.
    """
    import ctypes
    from importlib.util import find_spec

    spec = find_spec("torch")
    if spec is None or not spec.submodule_search_locations:
        return "PyTorch is not installed."
    libraries = Path(spec.submodule_search_locations[0]) / "lib"
    try:
        for name in ("c10.dll", "torch_cpu.dll"):
            ctypes.CDLL(str(libraries / name))
    except OSError as error:
        return f"PyTorch cannot be loaded on this PC ({error.strerror or 'a library is missing'})."
    return None


def restore_qt_paths(environment: "os._Environ[str]", before: Mapping[str, str | None]) -> None:
    """Undo what OpenCV does to Qt's search paths when it is imported."""
    for name, value in before.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value


def qt_paths(environment: Mapping[str, str]) -> dict[str, str | None]:
    """Return Qt's search paths as they are now; what lies inside OpenCV is nobody's wish and counts as none."""
    found = {name: environment.get(name) for name in _QT_PATHS}
    return {name: None if value and "cv2" in Path(value).parts else value for name, value in found.items()}


PATHS_AT_START: Final = qt_paths(os.environ)
