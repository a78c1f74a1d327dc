"""Who is meant where the settings name nobody: the account that the program runs under."""

import getpass


def account() -> str:
    """Return the name of the account."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
