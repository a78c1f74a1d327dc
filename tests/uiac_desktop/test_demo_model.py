"""The shipped model is what its card says: figures in their bounds, small, with its planes and its plain warning."""

import re

import pytest

from nas.model import load_weights
from nas.model_config import load_config
from nas.planes import PLANES
from tests.benchmarks.demo_model import measured
from uiac_desktop.paths import demo_model

MOST_BYTES = 25_000_000
FOLDER = demo_model()
CONFIG = load_config(FOLDER)
CARD = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_that_its_weights_load_and_stay_small() -> None:
    assert load_weights(FOLDER)
    assert {path.name for path in FOLDER.iterdir()} == {"config.json", "model.safetensors", "README.md"}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES


def test_that_it_names_the_planes_and_knows_simulated_images_only() -> None:
    assert CONFIG.planes == PLANES
    assert CONFIG.simulated_only
    assert "**This model knows simulated images only." in CARD
    assert re.findall(r"^\| ([A-Z]+) \| .* \| [\d.]+ % \|$", CARD, re.MULTILINE) == list(PLANES)


def test_that_its_macro_f1_is_good_and_not_that_of_a_task_too_easy() -> None:
    assert 0.85 <= CONFIG.figures["macro_f1"] <= 0.995


@pytest.mark.parametrize(("name", "place"), [("top1", 0), ("macro_f1", 1), ("kappa", 2), ("ece", 3)])
def test_that_card_and_configuration_give_the_same_figures(name: str, place: int) -> None:
    row = CARD.split("| top-1 | macro-F1 | kappa | calibration error |")[1].splitlines()[2]
    said = [float(cell) for cell in re.findall(r"\| ([\d.]+) %", row)]
    assert said[place] == pytest.approx(100 * CONFIG.figures[name], abs=0.05)


def test_that_the_benchmark_counts_planes_lost_to_none_apart_from_planes_mixed_up() -> None:
    rows = [("TV", "TV", "TV"), ("TV", "none", "TV"), ("TVT", "TV", "TV"), ("TVT", "TVT", "TVT"), ("none", "TV", "TV")]
    found = {figure.name: figure for figure in measured(rows)}
    assert found["demo_model_macro_f1"].value == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert found["demo_model_planes_called_none"].value == 0.25
    assert found["demo_model_none_called_plane"].value == 1.0
    assert (found["demo_model_frames_mixed_up"].value, found["demo_model_frames_mixed_up"].remark) == (
        1,
        "TVT for TV 1",
    )
