"""Curves span the whole plan and start at 0, whatever has been told of it so far."""

import pytest

from nas.wizard.runs.curves import Curve, CurvePanel, Mark
from tests.nas.wizard.plain_look import plain_look


@pytest.fixture
def panel(qtbot) -> CurvePanel:
    made = CurvePanel(plain_look(), "Loss", "loss", "cross-entropy")
    qtbot.addWidget(made)
    made.resize(420, 260)
    made.show()
    return made


def ranges(panel: CurvePanel) -> list[list[float]]:
    return panel.plot.getPlotItem().getViewBox().viewRange()


def test_that_the_axes_span_the_plan_and_start_at_nought(panel: CurvePanel) -> None:
    panel.show_curves((Curve("D_train", "train", ((1, 2.0),)),), 50)
    assert ranges(panel)[0] == [0, 50]
    assert ranges(panel)[1][0] == 0
    panel.show_curves((Curve("D_train", "train", ((1, 2.0), (2, 1.0))),), 50)
    assert ranges(panel)[0] == [0, 50]
    assert ranges(panel)[1] == pytest.approx([0, 2.12])


def test_that_the_lines_hold_the_points_and_the_mark_stands_at_its_epoch(panel: CurvePanel) -> None:
    curves = (Curve("a", "train", ((1, 2.0), (2, 1.0))), Curve("b", "val", ((1, 3.0), (2, 2.0)), dashed=True))
    panel.show_curves(curves, 10, Mark("best, epoch 2", 2))
    drawn = [list(zip(*line.getData(), strict=True)) for line in panel.plot.getPlotItem().listDataItems()]
    assert drawn == [[(1, 2.0), (2, 1.0)], [(1, 3.0), (2, 2.0)]]
    (mark,) = [item for item in panel.plot.getPlotItem().items if hasattr(item, "value")]
    assert mark.isVisible()
    assert mark.value() == 2
    assert panel.plot.accessibleName() == "Loss: a 1, b 2"
    panel.show_curves(curves[:1], 10)
    assert not mark.isVisible()
    assert panel.plot.getPlotItem().listDataItems()[1].getData()[0] is None


def test_that_one_epoch_alone_can_be_seen(panel: CurvePanel) -> None:
    before = panel.plot.grab().toImage()
    panel.show_curves((Curve("a", "train", ((5, 1.0),)),), 10)
    after = panel.plot.grab().toImage()
    ink = plain_look().colour("train").lower()
    assert count(before, ink) == 0
    assert count(after, ink) > 0


def test_that_a_fixed_top_stays(qtbot) -> None:
    panel = CurvePanel(plain_look(name="light"), "Accuracy", "accuracy", "%", top=100)
    qtbot.addWidget(panel)
    panel.show_curves((Curve("a", "train", ((1, 20.0),)),), 10)
    assert ranges(panel)[1] == [0, 100]
    panel.wear(plain_look())
    assert ranges(panel)[1] == [0, 100]


def count(image, ink: str) -> int:
    return sum(image.pixelColor(x, y).name() == ink for x in range(image.width()) for y in range(image.height()))
