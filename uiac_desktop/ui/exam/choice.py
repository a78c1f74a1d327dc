"""Which line and which kept frame are chosen in Scan, and what is done with the chosen one, all without a dialog."""

from collections.abc import Callable
from typing import TypeAlias

from uiac_desktop.ui.exam import messages as exam_messages
from uiac_desktop.ui.exam.port import Examining
from uiac_desktop.ui.exam.presenter import ExamPresenter
from uiac_desktop.ui.messages import MessageBoard

FrameOrder: TypeAlias = Callable[[Examining, int], None]
_KEYS = "Press 1 to 9, 0 and - for ACS to BSC, ' for none; Esc leaves it."


class ExamChoice:
    """Carries out the commands that are about a kept frame.

    Parameters
    ----------
    presenter
        Knows what is chosen.
    with_frame
        Gives an order about the chosen frame, and returns False where there is none.
    changed
        Called when something else is chosen.
    """

    def __init__(
        self,
        presenter: ExamPresenter,
        board: MessageBoard,
        with_frame: Callable[[FrameOrder], bool],
        changed: Callable[[], None],
    ) -> None:
        self._presenter, self._board = presenter, board
        self._with_frame, self._changed = with_frame, changed

    def move_line(self, steps: int) -> None:
        """Choose another line of the list."""
        self._presenter.move_line(steps)
        self._changed()

    def choose_line(self, plane: str) -> None:
        """Choose the line of a plane."""
        self._presenter.choose_line(plane)
        self._changed()

    def move_alternative(self, steps: int) -> None:
        """Choose another alternative."""
        self._presenter.move_alternative(steps)
        self._changed()

    def choose_frame(self, frame_id: int) -> None:
        """Choose an alternative of the strip."""
        self._presenter.choose_frame(frame_id)
        self._changed()

    def leave(self) -> bool:
        """Let the chosen line and an open question go; return whether there was one."""
        had = self._presenter.has_choice or self._board.has("reassign")
        self._board.clear("reassign")
        self._presenter.choose_none()
        self._changed()
        return had

    def use(self) -> None:
        """Let the chosen frame stand for its plane."""
        self._order(lambda examination, frame: examination.use(frame))

    def reject(self) -> None:
        """Reject the chosen frame."""
        self._order(lambda examination, frame: examination.reject(frame))

    def reassign(self) -> None:
        """Ask which plane the chosen frame shows; the keys of the planes answer, with or without the question."""
        frame = self._presenter.subject_of_commands
        if frame is None:
            exam_messages.nothing_chosen(self._board)
        else:
            exam_messages.asks_for_plane(self._board, self._presenter.plane_of(frame), _KEYS)
        self._changed()

    def label(self, plane: str) -> None:
        """Give the chosen frame a label."""
        self._board.clear("reassign")
        self._order(lambda examination, frame: examination.reassign(frame, plane))

    def _order(self, order: FrameOrder) -> None:
        if not self._with_frame(order):
            exam_messages.nothing_chosen(self._board)
            self._changed()
