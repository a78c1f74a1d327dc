"""What is checked before a window opens: display, named files, model; wrong input ends with advice."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from uiac_desktop.app.options import Options
from uiac_desktop.errors import DesktopError

_XCB_PACKAGES: Final = {
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}


def check_display(environment: Mapping[str, str], platform: str) -> None:
    """Raise `DesktopError` where no window can be opened, since Qt would end the process without a word of advice."""
    if not platform.startswith("linux"):
        return
    wanted = environment.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if wanted and wanted not in ("xcb", "wayland"):
        return
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        raise DesktopError(
            "There is no display to open a window on.",
            "Start it on a desktop; without one use uiac-desktop classify, or for a test xvfb-run uiac-desktop --demo.",
        )
    if environment.get("DISPLAY"):
        missing = missing_packages()
        if missing:
            raise DesktopError(
                "System libraries that the window needs are missing.",
                f"Install them once: sudo apt-get install {' '.join(missing)}",
            )
        if not environment.get("WAYLAND_DISPLAY") and not display_answers(environment["DISPLAY"]):
            raise DesktopError(
                f"The display {environment['DISPLAY']} does not answer.",
                "Start it on a desktop; over ssh use ssh -X; for a test xvfb-run uiac-desktop --demo.",
            )


def display_answers(name: str) -> bool:
    """Return whether an X server can be reached; Qt would abort the process where it cannot."""
    import ctypes

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(name.encode(), None))
    answers: bool = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return answers


def missing_packages() -> list[str]:
    """Return the Debian packages whose libraries Qt's window needs and cannot load."""
    import ctypes

    missing = []
    for library, package in _XCB_PACKAGES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def check_options(options: Options) -> None:
    """Raise `DesktopError` for a path or a model that is of no use, before any window opens."""
    if options.source is not None and "://" not in options.source and not options.source.startswith("simulated"):
        scheme = options.source.split(":")[0]
        is_address = scheme in ("device", "screen")
        if not is_address and not Path(options.source).exists():
            raise DesktopError(f"There is no file or folder {options.source}.", "Check the path after --source.")
    for option, file in (("--screenshot", options.screenshot), ("--stats", options.stats)):
        if file is not None and not file.absolute().parent.is_dir():
            raise DesktopError(f"The folder of {file} does not exist.", f"Make it first, or choose another {option}.")
    if options.model is not None:
        _check_model(options.model)


def _check_model(folder: Path) -> None:
    from nas.errors import NasError
    from nas.model import load_weights
    from uiac_desktop.inference.foreign_config import is_foreign, read_model_config
    from uiac_desktop.ui.wording import as_sentence

    try:
        if is_foreign(folder):
            read_model_config(folder)
        else:
            load_weights(folder)
    except NasError as error:
        raise DesktopError(as_sentence(error.message), error.advice) from error
