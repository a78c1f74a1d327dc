"""Once a model is at work, a garbage collection looks at nothing that was there before, so that no picture waits."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Signal

from tests.ui.conftest import READY, SIMULATED
from uiac_desktop.app.collections import ShortCollections
from uiac_desktop.session.events import ModelFailed, SessionEvent, SourceOpened


class _Told(QObject):
    heard = Signal(object)


@pytest.fixture
def told(application) -> Iterator[_Told]:
    told = _Told()
    yield told
    gc.unfreeze()


@pytest.mark.parametrize("event", [READY, ModelFailed("x", "y")])
def test_that_what_is_loaded_leaves_the_collections_when_the_first_model_is_there(
    told: _Told, event: SessionEvent
) -> None:
    ShortCollections(told.heard, told)
    before = len(gc.get_objects())
    told.heard.emit(SourceOpened(SIMULATED))
    assert gc.get_freeze_count() == 0
    told.heard.emit(event)
    assert gc.get_freeze_count() >= before / 2
    assert len(gc.get_objects()) < before / 2


def test_that_another_model_later_does_not_hold_the_former_for_ever(told: _Told) -> None:
    ShortCollections(told.heard, told)
    told.heard.emit(READY)
    frozen = gc.get_freeze_count()
    told.heard.emit(READY)
    assert gc.get_freeze_count() <= frozen
