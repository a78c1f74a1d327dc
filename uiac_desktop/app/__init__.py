"""Starts the window: reads and checks the command line, then puts the parts together."""

import logging
import os
import sys

from nas.errors import of_the_disk
from uiac_desktop.app.checks import check_display, check_options
from uiac_desktop.app.lines import complain, confess
from uiac_desktop.app.log import start_log
from uiac_desktop.app.options import Options, read_options
from uiac_desktop.app.surroundings import PATHS_AT_START, preload_torch, restore_qt_paths
from uiac_desktop.errors import DesktopError

_LOG = logging.getLogger(__name__)


def run(argv: list[str]) -> int:
    """Open the window and return the exit status: 0 done, 1 unexpected, 2 unusable input, 3 stopped by a signal."""
    try:
        options = read_options(argv)
        start_log()
        check_display(os.environ, sys.platform)
        check_options(options)
        return _open(options)
    except DesktopError as error:
        return complain(error.message, error.advice)
    except Exception as error:  # noqa: BLE001 - the border of the process
        if of_the_disk(error) is None:
            _LOG.exception("The window could not be opened.")
        return confess(error)


def _open(options: Options) -> int:
    torch_fault = preload_torch() if sys.platform == "win32" else None
    from uiac_desktop.app.window import open_window

    restore_qt_paths(os.environ, PATHS_AT_START)
    return open_window(options, torch_fault)
