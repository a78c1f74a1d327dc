"""The source that the user asked for, known before anything of it could be read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chosen:
    """The source that the user asked for.

    Attributes
    ----------
    name
        How messages call it before it is open (a base name, never a path).
    region
        Number of the DICOM region asked for.
    """

    name: str
    region: int = 0
