"""What was done in the Exams room and how each step is taken back, while the room's store is open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_MOST_STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class ExamStep:
    """One step.

    Attributes
    ----------
    exam_id
        The exam that it touched; erasing it takes its steps along.
    said
        What is said once it is taken back.
    back
        Takes it back; may raise StoreError, then the step stays.
    """

    exam_id: int
    said: str
    back: Callable[[], object]


class ExamUndo:
    """Steps in order; used by one thread."""

    def __init__(self) -> None:
        self._steps: list[ExamStep] = []

    def note(self, step: ExamStep) -> None:
        """Add a step; the oldest of very many is let go."""
        self._steps = [*self._steps, step][-_MOST_STEPS:]

    def take_back(self) -> ExamStep | None:
        """Take the last step back and return it; None where there is none.

        Raises
        ------
        StoreError
            The store cannot; the step stays.
        """
        if not self._steps:
            return None
        self._steps[-1].back()
        return self._steps.pop()

    def forget(self, exam_id: int) -> None:
        """Let go of the steps of an exam that is erased."""
        self._steps = [step for step in self._steps if step.exam_id != exam_id]
