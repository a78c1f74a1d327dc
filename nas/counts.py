"""A number with its noun, as every message, list and report writes it."""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as ``1 frame`` and ``2,000 frames``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
