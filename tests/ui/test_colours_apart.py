"""The colours of planes and signs stay apart for eyes that see colours otherwise: CIEDE2000 after Machado 2009."""

import json
from collections.abc import Iterable
from itertools import combinations, product
from typing import Final

import numpy as np
import pytest

from uiac_desktop.paths import resource

MACHADO: Final = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
SCREENING: Final = ("ACS", "FCH", "LVOT", "RVOT", "TV", "TVT")
EXTENDED: Final = ("AALA", "ADALA", "VCLA", "ASA", "BSC")
TO_XYZ: Final = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def lab(colour: str, sight: str) -> np.ndarray:
    """Return CIELAB (D65) of a colour such as ``#C99478`` as an eye with that sight has it."""
    digits = colour.lstrip("#")
    share = np.array([int(digits[place : place + 2], 16) for place in (0, 2, 4)]) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(MACHADO[sight] @ linear, 0, 1) / TO_XYZ.sum(axis=1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one: np.ndarray, two: np.ndarray) -> float:
    """Return the colour difference of Sharma, Wu and Dalal 2005."""
    (l1, a1, b1), (l2, a2, b2) = one, two
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    t = (
        1
        - 0.17 * np.cos(np.radians(hm - 30))
        + 0.24 * np.cos(np.radians(2 * hm))
        + 0.32 * np.cos(np.radians(3 * hm + 6))
        - 0.20 * np.cos(np.radians(4 * hm - 63))
    )
    sl = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rt = -2 * np.sqrt(cm**7 / (cm**7 + 25.0**7)) * np.sin(np.radians(60 * np.exp(-(((hm - 275) / 25) ** 2))))
    return float(np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * dc / sc * dh / sh))


@pytest.mark.parametrize(
    ("one", "two", "difference"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_that_differences_are_those_of_the_published_table(
    one: tuple[float, ...], two: tuple[float, ...], difference: float
) -> None:
    assert ciede2000(np.array(one, float), np.array(two, float)) == pytest.approx(difference, abs=1e-4)


@pytest.mark.parametrize("sight", MACHADO)
def test_that_planes_stay_apart_for_every_kind_of_sight(sight: str) -> None:
    tokens = json.loads(resource("theme/tokens.json").read_text(encoding="utf-8"))
    planes = {name: lab(colour, sight) for name, colour in tokens["plane"].items()}

    def apart(pairs: Iterable[tuple[str, str]]) -> float:
        return min(ciede2000(planes[one], planes[two]) for one, two in pairs)

    assert apart(combinations(SCREENING, 2)) > 18
    assert apart(combinations(EXTENDED, 2)) > 19
    assert apart(product((*SCREENING, *EXTENDED), ("none",))) > 17
    assert apart(product(SCREENING, EXTENDED)) > 12, "stripes differ, too"
