"""Crop and masks while they are drawn stay inside the picture, and every step can be taken back."""

from hypothesis import given
from hypothesis import strategies as st

from uiac_desktop.sources.base import Region
from uiac_desktop.ui.mask.draft import HANDLES, DraftHistory, MaskDraft

DRAFT = MaskDraft(640, 480, Region(100, 80, 400, 300), (Region(450, 80, 50, 40),))
PLACES = st.floats(-2000, 2000)


def _inside(draft: MaskDraft) -> bool:
    boxes = (draft.crop, *draft.masks)
    return all(
        box.x >= 0
        and box.y >= 0
        and box.width > 0
        and box.height > 0
        and box.x + box.width <= draft.width
        and box.y + box.height <= draft.height
        for box in boxes
    )


@given(st.sampled_from([*HANDLES, "inside"]), PLACES, PLACES, st.sampled_from([None, 0]))
def test_that_a_rectangle_never_leaves_the_picture_and_never_vanishes(handle, x, y, active) -> None:
    draft = DRAFT.choose(active).dragged(handle, x, y)
    assert _inside(draft)
    assert _inside(draft.grown(round(x), round(y)))
    assert _inside(DRAFT.choose(active).drawn(x, y, y, x))
    assert draft.setting.width == 640


def test_that_handles_pull_their_own_sides_alone() -> None:
    assert DRAFT.dragged("nw", 90, 70).crop == Region(90, 70, 410, 310)
    assert DRAFT.dragged("e", 520, 9).crop == Region(100, 80, 420, 300)
    assert DRAFT.dragged("s", 9, 400).crop == Region(100, 80, 400, 320)
    assert DRAFT.dragged("inside", 10, -10).crop == Region(110, 70, 400, 300)


def test_that_masks_are_added_chosen_and_taken_away() -> None:
    added = DRAFT.with_mask()
    assert added.active == 1
    assert added.masks[1] == Region(420, 80, 80, 30)
    assert added.drawn(10, 10, 60, 40).masks[1] == Region(10, 10, 50, 30)
    assert added.without(0).masks == (added.masks[1],)
    assert added.choose(7).active is None


def test_that_steps_are_taken_back_and_done_again_and_a_drag_is_one_step() -> None:
    history = DraftHistory(DRAFT)
    history.take(DRAFT.choose(0))
    assert not history.touched
    before = history.now
    for x in range(5):
        history.preview(before.dragged("inside", -x, 0))
    history.settle(before)
    history.take(history.now.with_mask())
    history.undo()
    assert history.now.masks[0].x == 446
    history.undo()
    assert history.now.setting == DRAFT.setting
    assert not history.touched
    history.redo()
    assert history.now.masks[0].x == 446
    history.undo()
    history.undo()
    history.take(history.now.moved(1, 0))
    history.redo()
    assert history.now.masks[0].x == 451
