"""How a command of either program ended, as the shell or the program that called it reads it."""

from typing import Final

DONE: Final = 0
UNEXPECTED: Final = 1
UNUSABLE: Final = 2
"""Wrong usage, or input of no use."""

STOPPED: Final = 3
"""Stopped on request, with what was done kept."""
