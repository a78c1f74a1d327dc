"""What a network is, in numbers and words, without building it and without torch."""

from nas.describe.counting import describe
from nas.describe.description import Description, Part

__all__ = ["Description", "Part", "describe"]
