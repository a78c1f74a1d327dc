"""Where things lie: resources, beside the packages in a checkout, inside them in wheels; the user's folders."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import platformdirs

from uiac_desktop.errors import DesktopError

_APPLICATION = "uiac-desktop"
_PACKAGE = Path(__file__).resolve().parent


def resources_dir() -> Path:
    """Return the folder of shipped resources."""
    inside_wheel = _PACKAGE / "resources"
    return inside_wheel if inside_wheel.is_dir() else _PACKAGE.parent / "resources"


def resource(name: str) -> Path:
    """Return a shipped file or folder.

    Parameters
    ----------
    name
        Path below the resources with forward slashes, for example ``icons/play.svg``.

    Raises
    ------
    DesktopError
        It is not there: the installation is incomplete.
    """
    path = resources_dir() / name
    if not path.exists():
        raise DesktopError(f"A part of the program is missing: {name}.", "Install UIAC Desktop again.")
    return path


def demo_model() -> Path:
    """Return the folder of the shipped model, which knows simulated images only."""
    return resource("models/demo")


def cache_dir() -> Path:
    """Return the user's folder for what can be made again (compiled models), made when absent and possible."""
    return _made(platformdirs.user_cache_path)


def config_dir() -> Path:
    """Return the user's folder for settings, made when absent and possible."""
    return _made(platformdirs.user_config_path)


def data_dir() -> Path:
    """Return the user's folder for what is kept (exams), made when absent and possible."""
    return _made(platformdirs.user_data_path)


def models_dir() -> Path:
    """Return the folder of the user's own models, which need not be there yet."""
    return platformdirs.user_data_path(_APPLICATION, appauthor=False) / "models"


def log_file() -> Path:
    """Return the program's log file; its folder is made when absent and possible."""
    return _made(platformdirs.user_log_path) / "uiac-desktop.log"


def crash_file() -> Path:
    """Return the file that a hard crash leaves its traces in, shown at the next start."""
    return log_file().with_name("crash.txt")


def _made(place: Callable[..., Path]) -> Path:
    """Return a folder of the user's, made when absent; where it cannot be, whoever writes there says so."""
    with suppress(OSError):
        return place(_APPLICATION, appauthor=False, ensure_exists=True)
    return place(_APPLICATION, appauthor=False)
