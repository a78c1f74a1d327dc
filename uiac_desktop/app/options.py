"""The command line of the window as one record."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from uiac_desktop.errors import DesktopError


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of the window.

    Attributes
    ----------
    source
        Path or address to open at the start, or None.
    model
        Model folder for this run, or None for the one in the settings.
    demo
        Simulated scan with the demo model.
    quit_after
        Seconds after which the program leaves by itself, or None.
    screenshot, stats
        Files to write when it leaves.
    """

    source: str | None = None
    model: Path | None = None
    demo: bool = False
    quit_after: float | None = None
    screenshot: Path | None = None
    stats: Path | None = None

    @property
    def unattended(self) -> bool:
        """Whether nobody sits in front of the window."""
        return self.quit_after is not None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise DesktopError(f"{message}.", "See uiac-desktop --help.")


def read_options(argv: list[str]) -> Options:
    """Return the options of a command line.

    Raises
    ------
    DesktopError
        An option is unknown or its value is of no use.
    SystemExit
        ``--help`` was asked for.
    """
    parser = _Parser(
        prog="uiac-desktop",
        description="Names the standard plane of the fetal heart on screen as you scan, on this PC alone.",
        epilog="Commands without a window: uiac-desktop classify | simulate | devices | precision | exams | export, "
        "each with --help. Research use only. Not for diagnosis.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--source",
        metavar="URI",
        help="a path, device:NAME, screen:[X,Y,W,H], igtl://HOST:PORT, simulated:[SEED] or a stream; default: ask",
    )
    parser.add_argument("--model", metavar="DIR", type=Path, help="model folder; default: the one in the settings")
    parser.add_argument("--demo", action="store_true", help="simulated scan with the demo model")
    parser.add_argument("--quit-after", metavar="SECONDS", type=float, help="leave by itself after so many seconds")
    parser.add_argument("--screenshot", metavar="FILE", type=Path, help="picture of the window when it leaves (PNG)")
    parser.add_argument("--stats", metavar="FILE", type=Path, help="figures of the session when it leaves (JSON)")
    told = parser.parse_args(argv)
    if told.quit_after is not None and not 0 < told.quit_after < 1e6:
        raise DesktopError("--quit-after must be above 0 seconds.", "Give for example --quit-after 8.")
    return Options(told.source, told.model, told.demo, told.quit_after, told.screenshot, told.stats)
