"""What stdout cannot write: a Chinese name on a Western terminal must not end a command as a mistake of ours."""

import io
import sys


def let_no_name_fail() -> None:
    """Have stdout write what its encoding has no letters for as an escape."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
