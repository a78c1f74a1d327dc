"""What the start of the program says on the terminal."""

import sys

from nas.exit_status import UNEXPECTED, UNUSABLE


def complain(message: str, advice: str) -> int:
    """Write an expected error for people and return its exit status."""
    sys.stderr.write(f"error: {message}\nadvice: {advice}\n")
    return UNUSABLE


def confess(error: Exception) -> int:
    """Write that something of ours went wrong, where its log lies, and return the exit status."""
    from uiac_desktop.paths import log_file

    complain(
        f"Something unexpected happened ({type(error).__name__}).", f"Please report it with the end of {log_file()}."
    )
    return UNEXPECTED
