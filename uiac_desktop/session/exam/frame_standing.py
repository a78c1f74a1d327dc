"""How kept frames stand: one gets another label, the next best takes a free place, all go back to how they were.

Every function raises StoreError where the store cannot, and each change is a line of the history.
"""

from collections.abc import Mapping

from nas.planes import NONE
from uiac_desktop.exam.records import KeptFrame
from uiac_desktop.exam.store import ExamStore


def reassign(store: ExamStore, frame: KeptFrame, plane: str, who: str) -> None:
    """Give a frame a person's label; it stands for that plane where nothing else does, the next best for its former."""
    store.relabel(frame.id, plane, who)
    if plane != NONE and frame.state == "kept" and _best(store, frame.exam_id, plane) is None:
        store.set_best(frame.id, who)
    fill_place(store, frame)


def fill_place(store: ExamStore, former: KeptFrame) -> None:
    """Let the next best stand for the plane that a frame stood for, where it does so no more."""
    if not former.best or former.plane == NONE or _best(store, former.exam_id, former.plane) is not None:
        return
    frames = store.frames(former.exam_id)
    left = [frame for frame in frames if frame.plane == former.plane and frame.state == "kept"]
    if left:
        store.set_best(max(left, key=lambda frame: frame.score).id, "")


def bring_to(store: ExamStore, wanted: Mapping[int, KeptFrame], who: str) -> None:
    """Bring frames, by their numbers, to a label, state and standing that they had."""
    for number, then in wanted.items():
        now = store.frame(number)
        if now.corrected != then.corrected:
            store.relabel(number, then.corrected, who)
        if now.state != then.state:
            store.set_state(number, then.state, who)
    for number, then in wanted.items():
        if then.best and then.state == "kept" and not store.frame(number).best:
            store.set_best(number, who)


def _best(store: ExamStore, exam_id: int, plane: str) -> KeptFrame | None:
    return next((frame for frame in store.frames(exam_id) if frame.best and frame.plane == plane), None)
