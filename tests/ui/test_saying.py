"""What block, list, figures and chips say, as records, without a window."""

from dataclasses import replace

import numpy as np
import pytest

from nas.planes import PLANES
from tests.ui.conftest import CLIP, DICOM, SIMULATED, STATS, prediction
from uiac_desktop.clock import clock_text
from uiac_desktop.frame import Prediction
from uiac_desktop.settings import Settings
from uiac_desktop.ui.chips import ModelCard, chips_of
from uiac_desktop.ui.look.certainty import CertaintyRule, percent
from uiac_desktop.ui.scan.block import block_of
from uiac_desktop.ui.scan.figures import Running, figures_of, is_slow
from uiac_desktop.ui.scan.rows import listed_planes, rows_of

RULE = CertaintyRule(Settings().sure, Settings().likely)


@pytest.mark.parametrize(
    ("certainty", "word", "figure"),
    [
        (0.97, "Sure", "97 %"),
        (0.9, "Sure", "90 %"),
        (0.896, "Sure", "90 %"),
        (0.894, "Likely", "89 %"),
        (0.7, "Likely", "70 %"),
        (0.52, "Unsure", "52 %"),
    ],
)
def test_that_certainty_has_the_word_of_the_design(certainty: float, word: str, figure: str) -> None:
    block = block_of(prediction("RVOT", certainty), RULE, frozen=False)
    assert (block.headline, block.name, block.word, block.figure) == (
        "RVOT",
        "Right ventricular outflow tract",
        word,
        figure,
    )


def test_that_nothing_is_ever_called_certain() -> None:
    assert percent(1.0) == "99 %"
    assert percent(0.996) == "99 %"
    assert percent(0.0) == "0 %"


def test_that_under_the_threshold_the_block_says_searching_and_names_the_best_guess() -> None:
    block = block_of(prediction("none", 0.34), RULE, frozen=False)
    assert (block.headline, block.plane, block.word, block.figure) == ("Searching", None, "No plane", "FCH 34 %")


def test_that_a_screen_reader_hears_the_plane_as_the_design_words_it() -> None:
    block = block_of(prediction("FCH", 0.97), RULE, frozen=False)
    assert block.spoken == "Plane: four chamber heart, FCH, sure, 97 percent"


def test_that_the_list_keeps_protocol_order_whatever_the_model_order() -> None:
    shuffled = ("BSC", "none", "TV", "ACS", "FCH", "OWN", "TVT", "AALA", "LVOT", "RVOT", "ADALA", "VCLA", "ASA")
    codes = [code for code, _ in listed_planes(shuffled)]
    assert codes == [*PLANES, "OWN", "none"]
    groups = dict(listed_planes(shuffled))
    assert (groups["TVT"], groups["AALA"], groups["OWN"], groups["none"]) == ("protocol", "also", "also", "none")


def test_that_a_model_without_planes_of_the_protocol_is_one_group() -> None:
    assert dict(listed_planes(("X", "Y"))) == {"X": "protocol", "Y": "protocol", "none": "none"}


def test_that_rows_show_each_share_and_mark_the_current_plane() -> None:
    rows = {row.plane: row for row in rows_of(PLANES, prediction("TV", 0.9))}
    assert (rows["TV"].percent, rows["TV"].current) == ("90 %", True)
    assert (rows["ACS"].percent, rows["ACS"].current) == ("1 %", False)
    assert (rows["none"].share, rows["none"].percent, rows["none"].current) == (None, "–", False)


def test_that_a_class_named_none_has_its_own_bar() -> None:
    classes = ("ACS", "FCH", "none")
    said = Prediction(classes, np.array([0.1, 0.1, 0.8], np.float32), np.zeros((3, 8, 8), np.float32), "none", 0.1)
    rows = {row.plane: row for row in rows_of(classes, said)}
    assert (rows["none"].percent, rows["none"].current) == ("80 %", True)


def test_that_without_an_answer_every_bar_is_empty() -> None:
    assert {row.percent for row in rows_of(PLANES, None)} == {"–"}


_RUNNING = Running(info=CLIP, size=(960, 720), model="ready", device_text="OpenVINO CPU bf16")


def _said(stats, running) -> dict[str, tuple[str, str]]:
    return {figure.label: (figure.value, figure.tone) for figure in figures_of(stats, running)}


def test_that_the_source_line_has_the_real_figures() -> None:
    assert _said(STATS, _RUNNING) == {
        "Delivered": ("960×720 at 29.9 fps", "plain"),
        "asked": ("960×720 at 30", "plain"),
        "Model": ("30 fps, OpenVINO CPU bf16", "plain"),
        "Age": ("38 ms", "plain"),
        "dropped": ("0", "plain"),
    }


def test_that_an_old_frame_a_slow_model_and_dropped_frames_are_warnings() -> None:
    slow = replace(STATS, age_ms=140.0, model_fps=12.0, frames_dropped=7)
    said = _said(slow, replace(_RUNNING, dropping=True))
    assert said["Age"] == ("140 ms", "warn")
    assert said["Model"] == ("12 fps, OpenVINO CPU bf16", "warn")
    assert said["dropped"] == ("7", "warn")
    assert is_slow(slow, _RUNNING)
    assert not is_slow(slow, replace(_RUNNING, held="paused"))


def test_that_a_lost_source_a_pause_and_a_still_picture_are_said() -> None:
    assert _said(STATS, replace(_RUNNING, lost_s=41.0))["Delivered"] == ("nothing for 41 s", "error")
    assert _said(STATS, replace(_RUNNING, held="paused"))["Delivered"] == ("960×720, paused", "plain")
    assert _said(STATS, replace(_RUNNING, still_s=6.2))["Delivered"] == ("29.9 fps, all identical for 6 s", "plain")
    assert _said(None, replace(_RUNNING, model="failed"))["Model"] == ("none", "error")


_DEMO = ModelCard("UIAC demo", simulated_only=True)


def _chips(info, model=_DEMO, **more):
    told = {"opening": "", "lost": False, "region": 0, "model_state": "ready"} | more
    return {
        chip.name: chip
        for chip in chips_of(info, told["opening"], told["lost"], told["region"], model, told["model_state"])
    }


def test_that_the_demo_model_is_said_to_know_simulated_pictures_only() -> None:
    chip = _chips(CLIP)["model"]
    assert (chip.text, chip.tone, chip.icon) == ("UIAC demo: simulated only", "warn", "warn")


def test_that_the_mask_chip_says_what_covers_names() -> None:
    assert _chips(SIMULATED)["mask"].text == "No mask needed"
    assert (_chips(CLIP)["mask"].text, _chips(CLIP)["mask"].tone) == ("Mask not set", "warn")
    assert _chips(DICOM)["mask"].text == "Cropped to region"


def test_that_several_regions_can_be_gone_through() -> None:
    assert _chips(DICOM, region=1)["region"].text.startswith("Region 2 of 2")
    assert _chips(DICOM)["region"].command == "region"
    assert "region" not in _chips(CLIP)


def test_that_a_lost_source_has_another_shape_and_colour() -> None:
    chip = _chips(CLIP, lost=True)["source"]
    assert (chip.icon, chip.tone) == ("lost", "error")


def test_that_long_file_names_give_way_in_the_middle() -> None:
    text = _chips(replace(CLIP, name="a" * 40 + "_2024-11-25_17.mkv"))["source"].text
    assert len(text) <= 32
    assert text.startswith("aaa")
    assert text.endswith("25_17.mkv")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00.00"), (13.4, "0:13.40"), (59.999, "1:00.00"), (3725.5, "1:02:05.50"), (-1, "0:00.00")],
)
def test_that_times_are_written_as_in_the_design(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text
