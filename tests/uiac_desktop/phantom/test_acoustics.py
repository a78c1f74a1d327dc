"""Image formation: bone shadows, fluid enhances, speckle moves with tissue, and only the fan depends on the pose."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from nas.planes import PLANES
from uiac_desktop.errors import DesktopError
from uiac_desktop.phantom.acoustics import BMode
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.examination import Examination
from uiac_desktop.phantom.furniture import LAYOUT_TABLE, Screen
from uiac_desktop.phantom.mother import paint_mother
from uiac_desktop.phantom.sampler import Cut
from uiac_desktop.phantom.scatterers import receiver_noise, scatterers, texture
from uiac_desktop.phantom.style import LAYOUTS, PRESETS, TINTS, Scanner
from uiac_desktop.phantom.subject import Subject
from uiac_desktop.phantom.tissue import Tissue
from uiac_desktop.phantom.view import LINES, SAMPLES, View


@pytest.fixture(scope="module")
def subject() -> Subject:
    return Subject.draw(31, 0)


@pytest.fixture(scope="module")
def exam(subject: Subject) -> Examination:
    return Examination(subject, 0, 256)


def _cut(exam: Examination, code: str = "FCH", phase: float = 0.9, slide: tuple[float, float] = (0, 0)) -> Cut:
    return Cut(exam.subject.planes.pose(code), exam.turn, exam.mirrored, phase, slide)


class _Slab(Subject):
    """A fetus that is away, so that the picture is of the surroundings given alone."""

    @property
    def volumes(self) -> NDArray[np.uint8]:  # type: ignore[override]
        return np.zeros((12, 136, 124, 136), np.uint8)


def _surroundings(labels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the mean picture (SAMPLES, LINES) of surroundings under one scanner over some slides of the tissue."""
    away = _Slab(0, 0)
    dice = Dice(7)
    view = View(50, 0.4, 0, 80, 45, 0, 25, 15, 4, 0, 2)
    scanner = Scanner.draw(dice, "crisp")
    bmode = BMode(away, view, scanner, labels, dice)
    pose = away.planes.pose("FCH")
    return np.mean([bmode.polar(Cut(pose, 0, False, 0.9, (7.3 * k, 3.1 * k)), k) for k in range(12)], 0)


def test_that_bone_casts_a_shadow_and_fluid_enhances_what_lies_behind() -> None:
    plain = np.full((SAMPLES, LINES), Tissue.LIVER, np.uint8)
    bone, fluid = plain.copy(), plain.copy()
    bone[80:100, 100:156] = Tissue.RIB
    fluid[80:140, 100:156] = Tissue.STOMACH
    base, shadowed, enhanced = (_surroundings(x)[160:230, 115:141].mean() for x in (plain, bone, fluid))
    assert shadowed < base - 40
    assert enhanced > base + 15


def test_that_fluid_is_black_beside_tissue() -> None:
    labels = np.full((SAMPLES, LINES), Tissue.LIVER, np.uint8)
    labels[100:180, 90:166] = Tissue.FLUID
    picture = _surroundings(labels)
    assert picture[120:160, 110:146].mean() < 0.4 * picture[60:90, 110:146].mean()


def test_that_an_interface_across_the_beam_shines_and_one_along_it_does_not() -> None:
    across = np.full((SAMPLES, LINES), Tissue.LIVER, np.uint8)
    along = across.copy()
    across[128:] = Tissue.SKIN
    along[:, 128:] = Tissue.SKIN
    facing = _surroundings(across)[124:132, 60:200].max(0).mean() - _surroundings(across)[60:100, 60:200].mean()
    edge = _surroundings(along)[60:200, 125:131].mean() - _surroundings(along)[60:200, 60:100].mean()
    assert facing > edge + 25


def test_that_grain_is_wider_than_deep() -> None:
    labels = np.full((SAMPLES, LINES), Tissue.LIVER, np.uint8)
    away = _Slab(0, 0)
    view = View(50, 0.35, 20, 80, 50, 0, 25, 15, 4, 0, 2)
    picture = BMode(away, view, Scanner.draw(Dice(8), "soft"), labels, Dice(8)).polar(
        Cut(away.planes.pose("FCH"), 0, False, 0.9), 0
    )
    part = picture[100:200, 60:200].astype(float)
    part -= part.mean()

    def kept(rows: int, lines: int) -> float:
        return float((part[: 100 - rows, : 140 - lines] * part[rows:, lines:]).mean() / part.var())

    side = 3 * view.sample_mm / view.line_mm
    assert kept(0, round(side)) > kept(3, 0) + 0.1


def test_that_speckle_moves_with_the_tissue(exam: Examination) -> None:
    view = exam.view
    lines = 6
    slide = lines * view.line_mm
    still = exam.polar(_cut(exam), 1).astype(float)
    moved = exam.polar(_cut(exam, slide=(slide, 0.0)), 2).astype(float)
    row = int((view.chest_depth - view.near) / view.sample_mm)
    middle = slice(row - 25, row + 25)

    def alike(shift: int) -> float:
        return float(np.corrcoef(still[middle, 90 + shift : 170 + shift].ravel(), moved[middle, 90:170].ravel())[0, 1])

    assert alike(lines) > 0.75
    assert alike(lines) > alike(0) + 0.2


def test_that_equal_cuts_differ_by_receiver_noise_alone(exam: Examination) -> None:
    one, same, other = (exam.polar(_cut(exam), key) for key in (5, 5, 6))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert np.abs(one.astype(int) - other).mean() < 12


def test_that_the_heart_moves_smoothly_from_frame_to_frame(exam: Examination) -> None:
    frames = [exam.polar(_cut(exam, phase=p), 0).astype(int) for p in np.arange(0.1, 0.3, 0.02)]
    steps = [np.abs(a - b).mean() for a, b in pairwise(frames)]
    assert min(steps) > 0.2
    assert max(steps) < 2.5 * min(steps)


def test_that_more_gain_is_brighter(exam: Examination) -> None:
    dark, plain, bright = (exam.polar(_cut(exam), 0, gain).mean() for gain in (-6, 0, 6))
    assert dark < plain < bright


@pytest.mark.parametrize("number", range(3))
def test_that_outside_the_fan_every_plane_looks_the_same(subject: Subject, number: int) -> None:
    exam = Examination(subject, number, 256)
    outside = ~exam.screen.sector_mask()
    assert 0.2 < outside.mean() < 0.8
    pictures = [exam.picture(_cut(exam, code), 3)[outside] for code in PLANES]
    assert all(np.array_equal(pictures[0], other) for other in pictures[1:])
    assert pictures[0].max() > 100


def test_that_breech_is_the_mirror_of_cephalic(exam: Examination) -> None:
    pose = exam.subject.planes.pose("FCH")
    right, up = Cut(pose, 0.3, False, 0).axes()
    mirrored_right, mirrored_up = Cut(pose, -0.3, True, 0).axes()
    np.testing.assert_allclose(mirrored_right, -right, atol=1e-12)
    np.testing.assert_allclose(mirrored_up, up, atol=1e-12)


@pytest.mark.parametrize("size", [64, 100, 256, 301, 720])
def test_that_a_screen_is_four_to_three_and_three_channels(subject: Subject, size: int) -> None:
    picture = Examination(subject, 1, size).picture(_cut(Examination(subject, 1, 64)), 0)
    assert picture.shape == (size, round(size * 4 / 3), 3)
    assert picture.dtype == np.uint8


def test_that_the_fan_fills_most_of_the_screen_and_the_chest_enough_of_it(subject: Subject) -> None:
    for k in range(40):
        view = View.draw(Dice(k), subject.plan.scale)
        screen = Screen(view, Scanner.draw(Dice(k)), 128)
        rows = np.flatnonzero(screen.sector_mask().any(1))
        assert rows[-1] - rows[0] > 0.85 * screen.height
        shown_mm = screen._mm * screen.width
        assert 0.25 < 2 * view.chest_radius / shown_mm < 0.85


def test_that_depth_ticks_are_ten_millimetres_apart() -> None:
    view = View(50, 0.4, 0, 80, 45, 0, 25, 15, 4, 0, 2)
    scanner = next(s for s in (Scanner.draw(Dice(k)) for k in range(50)) if s.layout == 0)
    screen = Screen(view, scanner, 720)
    black = screen.show(np.zeros((SAMPLES, LINES), np.uint8))
    x = round(LAYOUT_TABLE[0].ticks_x * screen.width)
    rows = np.flatnonzero((black[80:, x] > 60).any(1))
    tops = rows[np.insert(np.diff(rows) > 1, 0, True)]
    assert len(tops) == 8
    np.testing.assert_allclose(np.diff(tops) * screen._mm, 10, atol=0.3)


def test_that_presets_stay_within_what_a_data_set_shows() -> None:
    free = [Scanner.draw(Dice(k)) for k in range(400)]
    for preset in PRESETS:
        for k in range(20):
            scanner = Scanner.draw(Dice(1, k), preset)
            for name in ("axial_mm", "lateral_mm", "noise_db", "clutter_db", "dynamic_range_db", "gain_db"):
                values = [getattr(s, name) for s in free]
                slack = 0.02 * (max(values) - min(values))
                assert min(values) - slack <= getattr(scanner, name) <= max(values) + slack


def test_that_a_data_set_shows_every_tint_and_layout() -> None:
    scanners = [Scanner.draw(Dice(k)) for k in range(100)]
    assert {s.tint for s in scanners} == set(TINTS)
    assert {s.layout for s in scanners} == set(range(LAYOUTS)) == set(range(len(LAYOUT_TABLE)))


def test_that_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    with pytest.raises(DesktopError, match="lime") as refused:
        Scanner.draw(Dice(0), "lime")
    assert all(name in refused.value.advice for name in PRESETS)


def test_that_the_surroundings_hold_wall_and_womb_and_often_placenta() -> None:
    seen = set()
    for k in range(20):
        dice = Dice(k)
        seen |= set(np.unique(paint_mother(View.draw(dice, 1.0), dice)))
    assert {Tissue.FLUID, Tissue.FAT, Tissue.UTERUS, Tissue.PLACENTA, Tissue.LONG_BONE, Tissue.UMBILICAL_CORD} <= seen


def test_that_scatterers_are_complex_gaussian_and_texture_has_unit_spread() -> None:
    pairs = scatterers().view(np.int8).reshape(-1, 2)[::97].astype(float) / 32
    assert np.abs(pairs.mean(0)).max() < 0.02
    np.testing.assert_allclose(np.cov(pairs.T), np.eye(2), atol=0.02)
    assert (texture().astype(float).std() / 24) == pytest.approx(1, abs=0.01)
    assert receiver_noise().mean() == pytest.approx(1, abs=0.01)
