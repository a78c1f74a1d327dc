"""The demo model's card as `make demo-model` writes it: figures on unseen subjects, not on held-out frames."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nas.evaluate.metrics import Metrics
from tests.benchmarks.sweeps import Labelled, measured
from uiac_desktop.phantom.extra import EXTRAS
from uiac_desktop.phantom.scan import Truth

SCRIPT = Path(__file__).parents[2] / "packaging" / "demo_card.py"
CARD = """# Demo

## Figures on the held-out frames

| old | 99.9 % |

## Calibrated on other women

text

## Limits

no
"""
METRICS = Metrics(
    top1=0.75,
    macro_f1=0.7,
    kappa=0.6,
    ece=0.02,
    ece_uncalibrated=0.1,
    per_plane={"TV": 1.0, "TVT": 0.5},
    n=4,
    n_subjects=40,
    n_none=3,
    planes_called_none=0.125,
    none_called_plane=None,
    classes=("TV", "TVT"),
    confusion=((2, 0), (1, 1)),
    interval={"top1": (0.7, 0.8), "macro_f1": (0.6, 0.8), "kappa": (0.5, 0.7)},
)


def _seen(plane: str, label: str, extra: str = "") -> Labelled:
    return Labelled(Truth(plane, 0.5, 0.0, "TV", extra), label, label)


@pytest.fixture
def along() -> dict[str, dict[str, Any]]:
    rows = [_seen("TV", "TV")] * 3 + [_seen("TV", "none")] + [_seen("none", "none")] * 4 + [_seen("none", "TV")]
    rows += [_seen("none", "none", kind) for kind in EXTRAS] * 3 + [_seen("none", "TV", "callipers")]
    return {figure.name: figure.as_json() for figure in measured(rows, "12 subjects, 25 frames")}


@pytest.fixture
def with_figures() -> Callable[[str, Metrics, dict[str, dict[str, Any]]], str]:
    made: Callable[[str, Metrics, dict[str, dict[str, Any]]], str] = runpy.run_path(str(SCRIPT))["with_figures"]
    return made


def test_that_the_card_tells_the_figures_on_unseen_subjects_alone(
    with_figures: Callable[..., str], along: dict[str, dict[str, Any]]
) -> None:
    card = with_figures(CARD, METRICS, along)
    assert "## Figures on 40 simulated fetuses that it never saw\n" in card
    assert "held-out" not in card
    assert "99.9" not in card
    assert "| 75.0 % (95 %: 70.0 to 80.0) |" in card
    assert "| 12.5 % | - |" in card
    assert "Most mistaken: TVT for TV 1, TV for TVT 0." in card
    assert card.endswith("## Calibrated on other women\n\ntext\n\n## Limits\n\nno\n")


def test_that_the_card_tells_the_errors_about_none_along_examinations(
    with_figures: Callable[..., str], along: dict[str, dict[str, Any]]
) -> None:
    card = with_figures(CARD, METRICS, along)
    assert "12 subjects, 25 frames" in card
    assert "25.0 % of the frames of planes are called none" in card
    assert "20.0 % of the frames between planes are called a plane" in card
    assert "6.2 % of the frames with something over or beside the plain picture" in card
    assert "callipers 25.0 %" in card


def test_that_a_card_of_another_kind_is_refused(
    with_figures: Callable[..., str], along: dict[str, dict[str, Any]]
) -> None:
    with pytest.raises(SystemExit, match="held-out frames"):
        with_figures("# Demo\n", METRICS, along)
