"""What the start of the program says on the terminal."""

import sys

from nas.errors import error_lines, of_the_disk
from nas.exit_status import UNEXPECTED, UNUSABLE


def complain(message: str, advice: str) -> int:
    """Write an expected error for people and return its exit status."""
    sys.stderr.write(error_lines(message, advice))
    return UNUSABLE


def confess(error: Exception) -> int:
    """Write what a disk refused, or that we went wrong and where the log lies; return the exit status."""
    from nas.traces import how_to_report
    from uiac_desktop.paths import log_file

    if refused := of_the_disk(error):
        return complain(refused.message, refused.advice)
    complain(f"Something unexpected happened ({type(error).__name__}).", how_to_report(log_file()))
    return UNEXPECTED
