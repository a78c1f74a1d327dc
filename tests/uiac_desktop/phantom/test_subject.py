"""Anatomy: each fetus is whole and human-shaped, its heart beats, and its measures agree with published ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from uiac_desktop.phantom.body import paint_body
from uiac_desktop.phantom.canvas import LOW_XYZ, VOXEL_MM, Canvas
from uiac_desktop.phantom.heart import PHASES, Heart, contraction, inflow_closed, outflow_closed
from uiac_desktop.phantom.subject import Subject
from uiac_desktop.phantom.tissue import Tissue

CUBE_MM3 = VOXEL_MM**3


@pytest.fixture(scope="module")
def subject() -> Subject:
    return Subject.draw(21, 0)


def _index(place: NDArray[np.float64]) -> tuple[int, int, int]:
    x, y, z = ((place - LOW_XYZ) / VOXEL_MM).astype(int)
    return int(z), int(y), int(x)


def _painted(subject: Subject, phase: float = 0.9) -> NDArray[np.uint8]:
    return Heart(subject.plan).paint(paint_body(subject.plan), phase)


def test_that_equal_names_give_equal_subjects_and_other_names_other_ones() -> None:
    one, same, other = Subject.draw(3, 1), Subject.draw(3, 1), Subject.draw(4, 1)
    assert one.identity == "sim-3-0001"
    assert np.array_equal(_painted(one), _painted(same))
    assert np.array_equal(one.echoes, same.echoes)
    assert not np.array_equal(_painted(one), _painted(other))


def test_that_every_tissue_of_the_fetus_is_there(subject: Subject) -> None:
    mothers = {
        Tissue.PLACENTA,
        Tissue.UTERUS,
        Tissue.FAT,
        Tissue.RECTUS,
        Tissue.FASCIA,
        Tissue.LIMB,
        Tissue.LONG_BONE,
        Tissue.UMBILICAL_CORD,
    }
    assert set(np.unique(subject.volumes)) == set(Tissue) - mothers


def test_that_one_blood_space_joins_heart_duct_arch_and_veins(subject: Subject) -> None:
    space, _ = ndimage.label(np.isin(_painted(subject), [Tissue.BLOOD, Tissue.VALVE]))
    points, heart = subject.plan.points, subject.plan.heart
    places = [
        heart(7.4, 6.0, 1.5),
        heart(-4.6, 3.9, 0.6),
        heart(-4.4, -5.2, 0),
        points["trunk"],
        points["duct"],
        points["arch"],
        points["descending_mid"],
        points["svc"],
        points["ivc"],
    ]
    marks = {int(space[_index(place)]) for place in places}
    assert len(marks) == 1
    assert 0 not in marks


def test_that_the_ventricles_empty_in_systole_and_fill_again(subject: Subject) -> None:
    z, y, x = _index(subject.plan.heart(7.5, 5, 0.3))
    near = subject.volumes[:, z - 14 : z + 14, y - 14 : y + 14, x - 14 : x + 14]
    area = (near == Tissue.BLOOD).sum((1, 2, 3))
    assert np.argmin(area) in (4, 5)
    assert min(area) < 0.8 * area[0]
    assert area[9] == pytest.approx(area[0], rel=0.1)


def test_that_stomach_apex_and_aorta_lie_left_and_the_cava_right(subject: Subject) -> None:
    body = subject.volumes[0]
    _, _, stomach = ndimage.center_of_mass(body == Tissue.STOMACH)
    assert LOW_XYZ[0] + stomach * VOXEL_MM > 8
    apex = subject.plan.heart(14, 4, 0)
    assert apex[0] > 5
    assert apex[1] < -5
    assert subject.plan.points["descending_mid"][0] > 0 > subject.plan.points["ivc"][0]


def test_that_the_heart_fills_about_a_third_of_the_chest() -> None:
    shares = []
    for k in range(4):
        subject = Subject.draw(22, k)
        level = _index(subject.plan.heart(2, 1, 0.2))[0]
        cut = _painted(subject)[level]
        heart = np.isin(cut, [Tissue.MYOCARDIUM, Tissue.BLOOD, Tissue.VALVE])
        shares.append(heart.sum() / (cut != Tissue.FLUID).sum())
    assert 0.22 < np.mean(shares) < 0.36


def test_that_great_arteries_have_published_widths_at_22_weeks() -> None:
    plans = [Subject.draw(23, k).plan for k in range(60)]
    aortic, pulmonary = (2 * 2.0 * np.mean([p.aorta for p in plans]), 2 * 2.25 * np.mean([p.pulmonary for p in plans]))
    assert aortic / 1.15 == pytest.approx(-2.48 + 0.270 * 22, abs=0.49)
    assert pulmonary / 1.15 == pytest.approx(-2.59 + 0.294 * 22, abs=0.57)


def test_that_subjects_differ_in_age_axis_size_and_rate() -> None:
    plans = [Subject.draw(24, k).plan for k in range(60)]
    weeks = [p.weeks for p in plans]
    assert 18 <= min(weeks) < 20 < 26 < max(weeks) <= 28
    axis = [np.rad2deg(np.arctan2(p.axes[0][0], -p.axes[0][1])) for p in plans]
    assert 25 < min(axis) < 40 < 50 < max(axis) < 65
    assert np.std([p.heart_rate for p in plans]) > 5
    assert all(p.scale == pytest.approx((p.weeks - 4.5) / 17.5) for p in plans)


def test_that_the_heart_axes_are_orthonormal_and_right_handed() -> None:
    for k in range(20):
        axes = Subject.draw(25, k).plan.axes
        np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-9)
        assert np.linalg.det(axes) == pytest.approx(1)


@given(phase=st.floats(0, 0.999))
@settings(max_examples=100, deadline=None)
def test_that_contraction_is_smooth_and_valves_never_let_blood_run_back(phase: float) -> None:
    squeeze = contraction(phase)
    assert 0 <= squeeze <= 1
    assert abs(contraction(min(phase + 1e-4, 0.9999)) - squeeze) < 2e-3
    if not outflow_closed(phase):
        assert inflow_closed(phase)


def test_that_contraction_peaks_at_the_end_of_systole() -> None:
    assert contraction(0.4) == pytest.approx(1)
    assert contraction(0.0) == contraction(0.7) == contraction(0.95) == 0
    assert PHASES == 12


def test_that_a_painted_ball_has_the_volume_of_a_ball() -> None:
    labels = np.zeros((136, 124, 136), np.uint8)
    Canvas(labels).ellipsoid((1, 2, -3), [8, 8, 8], Tissue.LIVER)
    assert (labels == Tissue.LIVER).sum() * CUBE_MM3 == pytest.approx(4 / 3 * np.pi * 8**3, rel=0.01)


def test_that_a_painted_capsule_has_the_volume_of_a_capsule() -> None:
    labels = np.zeros((136, 124, 136), np.uint8)
    Canvas(labels).capsule(np.array([0.0, 0, -10]), np.array([0.0, 0, 10]), 4, 4, Tissue.BLOOD)
    volume = np.pi * 4**2 * 20 + 4 / 3 * np.pi * 4**3
    assert (labels == Tissue.BLOOD).sum() * CUBE_MM3 == pytest.approx(volume, rel=0.04)
    assert labels[_index(np.array([0, 0, 13.0]))] == Tissue.BLOOD
    assert labels[_index(np.array([0, 0, 15.0]))] == Tissue.FLUID


def test_that_shapes_beyond_the_volume_paint_only_what_lies_inside() -> None:
    labels = np.zeros((136, 124, 136), np.uint8)
    canvas = Canvas(labels)
    canvas.ellipsoid((34, 31, 28), [3, 3, 3], Tissue.LIVER)
    canvas.capsule(np.array([90.0, 0, 0]), np.array([95.0, 0, 0]), 2, 2, Tissue.BLOOD)
    assert set(np.unique(labels)) == {Tissue.FLUID, Tissue.LIVER}


def test_that_a_shape_may_spare_other_tissues() -> None:
    labels = np.zeros((136, 124, 136), np.uint8)
    canvas = Canvas(labels)
    canvas.ellipsoid((0, 0, 0), [5, 5, 5], Tissue.LUNG)
    canvas.ellipsoid((5, 0, 0), [5, 5, 5], Tissue.THYMUS, only=(Tissue.LUNG,))
    assert labels[_index(np.array([3.0, 0, 0]))] == Tissue.THYMUS
    assert labels[_index(np.array([8.0, 0, 0]))] == Tissue.FLUID
