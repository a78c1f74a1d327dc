"""Planes: each ideal pose names itself, tolerances mean what they say, and neighbours lie as in a fetus."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nas.planes import NONE, PLANES
from uiac_desktop.phantom.body import paint_body
from uiac_desktop.phantom.canvas import LOW_XYZ, VOXEL_MM, Point
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.heart import Heart
from uiac_desktop.phantom.planes import NONE_ABOVE, TOLERANCE, Pose
from uiac_desktop.phantom.sampling import draw_pose
from uiac_desktop.phantom.subject import Subject
from uiac_desktop.phantom.sweep import STOPS, Sweep, between
from uiac_desktop.phantom.tissue import Tissue

ATLAS = Subject.draw(11, 0).planes


def tilt_between(a: Point, b: Point) -> float:
    """The angle in degrees (0..90) between two planes given by unit normals."""
    return float(np.rad2deg(np.arccos(min(1.0, abs(float(a @ b))))))


@pytest.mark.parametrize("code", PLANES)
def test_that_an_ideal_pose_reads_as_its_own_plane_from_both_sides(code: str) -> None:
    pose = ATLAS.pose(code)
    for seen in (pose, Pose(pose.point, -pose.normal)):
        reading = ATLAS.read(seen)
        assert (reading.label, reading.nearest) == (code, code)
        assert reading.distance == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("code", PLANES)
def test_that_one_tolerance_of_tilt_or_of_shift_is_a_distance_of_one(code: str) -> None:
    tilt, shift = TOLERANCE[code]
    index = PLANES.index(code)
    pose = ATLAS.pose(code)
    assert ATLAS.distances(pose.moved(0, 0, shift))[index] == pytest.approx(1, abs=1e-6)
    turned = Pose(pose.point, pose.moved(tilt, 1.2, 0).normal)
    assert ATLAS.distances(turned)[index] == pytest.approx(1, abs=1e-6)


@given(
    code=st.sampled_from(PLANES),
    tilt=st.floats(0, 40),
    heading=st.floats(0, 6.28),
    shift=st.floats(-8, 8),
    slide=st.floats(-5, 5),
)
@settings(max_examples=60, deadline=None)
def test_that_a_slide_within_the_plane_changes_no_distance(
    code: str, tilt: float, heading: float, shift: float, slide: float
) -> None:
    pose = ATLAS.pose(code).moved(tilt, heading, shift)
    u, v = pose.basis()
    slid = Pose(pose.point + slide * u - slide * v, pose.normal)
    np.testing.assert_allclose(ATLAS.distances(slid), ATLAS.distances(pose), atol=1e-6)


@given(code=st.sampled_from(PLANES), tilt=st.floats(-80, 80), heading=st.floats(0, 6.28))
@settings(max_examples=60, deadline=None)
def test_that_the_picture_axes_are_an_orthonormal_frame(code: str, tilt: float, heading: float) -> None:
    pose = ATLAS.pose(code).moved(tilt, heading, 0)
    u, v = pose.basis()
    frame = np.stack([u, v, pose.normal])
    np.testing.assert_allclose(frame @ frame.T, np.eye(3), atol=1e-9)
    assert abs((pose.middle() - pose.point) @ pose.normal) < 1e-9
    assert v[1] <= 1e-9


def test_that_a_transverse_picture_has_fetal_left_on_the_right_and_front_on_top() -> None:
    u, v = ATLAS.pose("ACS").basis()
    np.testing.assert_allclose(u, [1, 0, 0], atol=1e-9)
    np.testing.assert_allclose(v, [0, -1, 0], atol=1e-9)


def test_that_neighbouring_planes_are_tilted_as_in_the_specification() -> None:
    atlases = [Subject.draw(12, k).planes for k in range(40)]
    for (a, b), (low, high) in {
        ("FCH", "LVOT"): (23, 31),
        ("RVOT", "TV"): (14, 21),
        ("TV", "TVT"): (14, 23),
        ("RVOT", "TVT"): (22, 30),
        ("LVOT", "TVT"): (9, 18),
        ("ADALA", "ASA"): (15, 27),
    }.items():
        tilts = [tilt_between(atlas.pose(a).normal, atlas.pose(b).normal) for atlas in atlases]
        assert low < np.mean(tilts) < high, (a, b)


def test_that_outflow_three_vessels_and_trachea_planes_lie_on_one_short_sweep() -> None:
    for k in range(10):
        atlas = Subject.draw(13, k).planes
        places = np.stack([atlas.pose(code).point for code in ("RVOT", "TV", "TVT")])
        assert np.linalg.norm(places.max(0) - places.min(0)) < 7


def test_that_pulmonary_artery_aorta_and_cava_lie_in_a_line_of_falling_size_in_the_three_vessel_plane() -> None:
    for k in range(3):
        plan = Subject.draw(14, k).plan
        points, level = plan.points, Subject.draw(14, k).planes.pose("TV").point[2]
        cut = Heart(plan).paint(paint_body(plan), 0.9)[int((level - LOW_XYZ[2]) / VOXEL_MM)]

        def area(name: str, cut: NDArray[np.uint8] = cut, points: dict[str, Point] = points) -> int:
            x, y = ((points[name][:2] - LOW_XYZ[:2]) / VOXEL_MM).astype(int)
            return int((cut[y - 6 : y + 7, x - 6 : x + 7] == Tissue.BLOOD).sum())

        assert area("trunk") > area("ascending_top") > 0
        assert area("trunk") > area("svc") > 0
        assert points["trunk"][0] > points["ascending_top"][0] > points["svc"][0]
        assert points["trunk"][1] < points["ascending_top"][1] < points["svc"][1] + 3


@pytest.mark.parametrize("label", [*PLANES, NONE])
def test_that_a_drawn_pose_carries_its_label_and_none_keeps_clear_of_the_grey_zone(label: str) -> None:
    dice = Dice(1, 2, 3)
    for _ in range(12):
        reading = ATLAS.read(draw_pose(ATLAS, label, dice))
        assert reading.label == label
        assert reading.distance > NONE_ABOVE if label == NONE else reading.distance < 1


@given(share=st.floats(0, 1), a=st.sampled_from(PLANES), b=st.sampled_from(PLANES))
@settings(max_examples=60, deadline=None)
def test_that_the_way_between_two_planes_turns_at_an_even_rate(share: float, a: str, b: str) -> None:
    start, end = ATLAS.pose(a), ATLAS.pose(b)
    pose = between(start, end, share)
    assert np.linalg.norm(pose.normal) == pytest.approx(1)
    turned, whole = (np.arccos(np.clip(p.normal @ start.normal, -1, 1)) for p in (pose, end))
    assert turned == pytest.approx(share * whole, abs=1e-6)


def test_that_the_sweep_visits_every_plane_in_the_paper_order_and_closes() -> None:
    sweep = Sweep(ATLAS, Dice(0))
    seen = []
    for time_s in np.arange(0, sweep.seconds, 0.02):
        label = ATLAS.read(sweep.steady_pose(time_s)).label
        if label != NONE and (not seen or seen[-1] != label):
            seen.append(label)
    assert tuple(dict.fromkeys(seen)) == STOPS == ("ACS", "FCH", "LVOT", "RVOT", "TV", "TVT", *STOPS[6:])
    np.testing.assert_allclose(sweep.pose(sweep.seconds + 1.0).normal, sweep.pose(1.0).normal, atol=1e-9)


def test_that_the_hand_trembles_a_little_and_never_jumps() -> None:
    sweep = Sweep(ATLAS, Dice(5))
    times = np.arange(0, sweep.seconds + 1, 1 / 60)
    poses = [sweep.pose(t) for t in times]
    steps = [tilt_between(a.normal, b.normal) for a, b in pairwise(poses)]
    assert max(steps) < 3
    tremor = [tilt_between(p.normal, sweep.steady_pose(t).normal) for p, t in zip(poses, times, strict=True)]
    assert 0.5 < np.mean(tremor) < 2.5
