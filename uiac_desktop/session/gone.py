"""The error of a source whose disk or network fails it while it is read, since that is no bug of ours."""

from uiac_desktop.errors import SourceError


def gone(name: str, error: OSError) -> SourceError:
    """Return why a source ends early, with the system's reason as its cause.

    Parameters
    ----------
    name
        Of the source, as the source line shows it.
    error
        What the system said.
    """
    fault = SourceError(
        f"{name} cannot be read any further ({error.strerror or 'unknown reason'}).",
        "Check the disk or the network drive that it lies on.",
    )
    fault.__cause__ = error
    return fault
