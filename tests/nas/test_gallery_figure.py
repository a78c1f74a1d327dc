"""Pictures of maps and of frames as points: right places, words and colours, the same as in the program."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nas.figures.cam_picture import MAP_COLOURS, beside, enlarged
from nas.figures.embedding import Embedding, apart, densest, draw_embedding
from nas.figures.gallery import Example, draw_gallery
from nas.figures.plane_ink import PLANE_COLOURS, plane_inks
from nas.planes import NONE, PLANES
from uiac_desktop.maps import heat
from uiac_desktop.paths import resource


def test_that_colours_are_those_of_the_program() -> None:
    tokens = json.loads(resource("theme/tokens.json").read_text(encoding="utf-8"))
    assert tokens["plane"] == PLANE_COLOURS
    levels = np.linspace(0, 1, 256, dtype=np.float32)
    on_screen = heat.opaque(levels[None], "inferno")[0]
    assert np.abs(MAP_COLOURS(levels)[:, :3] * 255 - on_screen).max() < 5


def test_that_maps_are_enlarged_as_on_screen() -> None:
    values = np.random.default_rng(0).random((8, 8)).astype(np.float32)
    np.testing.assert_allclose(enlarged(values, 112), heat.smooth(values, 112, 112), atol=1e-5)


def test_that_the_picture_beside_is_bright_where_the_evidence_is_and_dim_elsewhere() -> None:
    frame = np.full((64, 64), 128, np.uint8)
    values = np.zeros((8, 8), np.float32)
    values[1, 6] = 1
    picture = beside(frame, enlarged(values, 64))
    brightest = np.unravel_index(picture.sum(axis=2).argmax(), (64, 64))
    assert np.abs(np.array(brightest) - (12, 52)).max() <= 2
    assert picture[60, 4] == pytest.approx(0.38 * 128 / 255 + 0.62 * np.array(MAP_COLOURS(0.0)[:3]))
    np.testing.assert_allclose(beside(np.stack([frame] * 3, axis=2), enlarged(values, 64)), picture, atol=0.01)


def example(plane: str, answer: str, certainty: float, frame: int = 128) -> Example:
    values = np.zeros((4, 4), np.float32)
    values[0, 0] = 1
    picture = np.full((16, 16), frame, np.uint8)
    picture[:8] += 20
    return Example(f"{plane}/a.png", plane, answer, certainty, picture, values)


def said(figure: Path) -> list[str]:
    """Return the texts of an SVG, which stand in it as comments."""
    lines = figure.read_text(encoding="utf-8").splitlines()
    return [line.strip()[5:-4] for line in lines if line.strip().startswith("<!-- ")]


def test_that_the_gallery_says_what_was_answered_and_where_there_is_no_example(tmp_path: Path) -> None:
    examples = {
        "ACS": [example("ACS", "ACS", 0.991), example("ACS", "ACS", 0.95)],
        "TV": [example("TV", "TV", 0.7), example("TV", "TVT", 0.83)],
        "BSC": [example("BSC", "ASA", 0.6)],
    }
    draw_gallery(examples, 2, tmp_path / "gallery.svg")
    texts = said(tmp_path / "gallery.svg")
    assert [text for text in texts if text in examples] == ["ACS", "TV", "BSC"]
    assert {"99.1 %", "95.0 %", "70.0 %", "answered TVT, 83.0 %", "answered ASA, 60.0 %"} <= set(texts)
    assert (texts.count("no wrong answer"), texts.count("no other right answer")) == (1, 1)
    assert texts.count("no right answer") == 2


def test_that_a_frame_stands_left_of_its_map(tmp_path: Path) -> None:
    draw_gallery({"ACS": [example("ACS", "ACS", 0.9, frame=200)]}, 1, tmp_path / "gallery.png")
    with Image.open(tmp_path / "gallery.png") as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    left, top, tile, gap = 0.66, 0.36, 0.86, 0.03

    def at(x: float, y: float) -> list[int]:
        return [int(value) for value in pixels[round(200 * (top + y * tile)), round(200 * (left + x * tile + gap))]]

    assert at(0.1, 0.1) == pytest.approx([220] * 3, abs=2)
    assert at(0.9, 0.9) == pytest.approx([200] * 3, abs=2)
    red, green, blue = at(1.08, 0.08)
    assert min(red, green) > blue + 60, "the warm end of the colours, where the evidence is"
    assert max(at(1.9, 0.9)) < 130


@given(st.integers(1, 12), st.integers(0, 2**32 - 1), st.booleans())
def test_that_labels_of_points_never_overlap_nor_leave_the_picture(count: int, seed: int, alike: bool) -> None:
    anchors = np.random.default_rng(seed).random((count, 2))
    places = apart(np.repeat(anchors[:1], count, axis=0) if alike else anchors)
    assert ((places >= 0.027) & (places <= 0.973)).all()
    between = np.abs(places[:, None] - places[None]) / (0.15, 0.055)
    np.fill_diagonal(between[..., 0], 1)
    assert (between.max(axis=2) > 1 - 1e-9).all()


def test_that_a_label_stands_where_a_class_is_densest() -> None:
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.uniform(0, 1, (20, 2)), (0.8, 0.2) + 0.01 * rng.normal(size=(10, 2))])
    assert np.abs(densest(points) - (0.8, 0.2)).max() < 0.05
    assert np.array_equal(densest(points[:1]), points[0])


def test_that_every_class_has_its_own_ink() -> None:
    own = tuple(f"X{number}" for number in range(20))
    inks = plane_inks((*PLANES, NONE, *own))
    assert len(set(inks.values())) == 32
    assert [inks[plane].mark for plane in ("ACS", "BSC", NONE)] == ["o", "D", "x"]


def test_that_points_are_drawn_in_the_colours_of_their_planes_untrained_and_trained(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    labels = ("FCH",) * 30 + ("RVOT",) * 30
    points = rng.normal(size=(60, 2)) + np.repeat([[0, 0], [9, 9]], 30, axis=0)
    embedding = Embedding(tuple(f"{number}.png" for number in range(60)), labels, rng.normal(size=(60, 2)), points, 19)
    for ending in ("svg", "png"):
        draw_embedding(embedding, (*PLANES, NONE), tmp_path / f"tsne.{ending}")
    texts = said(tmp_path / "tsne.svg")
    assert {"untrained", "trained", "t-SNE of pooled features, 60 frames, perplexity 19"} <= set(texts)
    assert (texts.count("FCH"), texts.count("RVOT"), texts.count("ACS")) == (1, 1, 0), "the legend"
    with Image.open(tmp_path / "tsne.png") as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    trained = pixels[: int(0.85 * len(pixels)), pixels.shape[1] // 2 :]
    centre = {}
    for plane in ("FCH", "RVOT"):
        colour = [int(PLANE_COLOURS[plane][at : at + 2], 16) for at in (1, 3, 5)]
        rows, columns = np.nonzero((np.abs(trained - colour) < 6).all(axis=2))
        centre[plane] = rows.mean(), columns.mean()
    assert centre["FCH"][0] > centre["RVOT"][0] + 200
    assert centre["FCH"][1] < centre["RVOT"][1] - 200
