"""The tissues and how each answers sound: one table, so anatomy paints labels and acoustics alone reads numbers."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.dice import ANATOMY_SPREAD


class Tissue(IntEnum):
    """Label of a voxel; FLUID is amniotic fluid and everything not painted."""

    FLUID = 0
    SKIN = 1
    BODY_WALL = 2
    RIB = 3
    RIB_CARTILAGE = 4
    LUNG = 5
    LIVER = 6
    LINE = 7
    BOWEL = 8
    MEDIASTINUM = 9
    THYMUS = 10
    SPINE_CARTILAGE = 11
    SPINE_BONE = 12
    CORD = 13
    STOMACH = 14
    PERICARDIUM = 15
    MYOCARDIUM = 16
    VESSEL_WALL = 17
    BLOOD = 18
    VALVE = 19
    TRACHEA = 20
    TRACHEA_WALL = 21
    OESOPHAGUS = 22
    KIDNEY = 23
    PLACENTA = 24
    UTERUS = 25
    FAT = 26
    RECTUS = 27
    FASCIA = 28
    LIMB = 29
    LONG_BONE = 30
    UMBILICAL_CORD = 31


# echo in dB relative to liver-like 0; attenuation in dB/mm two-way; impedance relative (only its steps matter)
_PROPERTIES: dict[Tissue, tuple[float, float, float]] = {
    Tissue.FLUID: (-60, 0.0, 0.0),
    Tissue.SKIN: (-4, 0.6, 1.2),
    Tissue.BODY_WALL: (-9, 0.5, 0.9),
    Tissue.RIB: (7, 5.2, 2.7),
    Tissue.RIB_CARTILAGE: (-8, 0.6, 0.9),
    Tissue.LUNG: (2.0, 0.45, 1.0),
    Tissue.LIVER: (-2, 0.45, 0.95),
    Tissue.LINE: (4, 0.6, 1.35),
    Tissue.BOWEL: (-1, 0.5, 1.0),
    Tissue.MEDIASTINUM: (-1, 0.5, 1.0),
    Tissue.THYMUS: (-6, 0.45, 0.9),
    Tissue.SPINE_CARTILAGE: (-8, 0.6, 0.9),
    Tissue.SPINE_BONE: (10, 4.5, 3.2),
    Tissue.CORD: (-13, 0.4, 0.8),
    Tissue.STOMACH: (-55, 0.0, 0.5),
    Tissue.PERICARDIUM: (-1, 0.5, 1.0),
    Tissue.MYOCARDIUM: (-10, 0.45, 0.9),
    Tissue.VESSEL_WALL: (-1, 0.5, 1.08),
    Tissue.BLOOD: (-46, 0.02, 0.72),
    Tissue.VALVE: (-4, 0.5, 1.05),
    Tissue.TRACHEA: (-30, 0.1, 0.5),
    Tissue.TRACHEA_WALL: (3, 0.5, 1.3),
    Tissue.OESOPHAGUS: (-8, 0.5, 0.95),
    Tissue.KIDNEY: (-6, 0.45, 0.92),
    Tissue.PLACENTA: (-2, 0.45, 0.95),
    Tissue.UTERUS: (-6, 0.5, 0.85),
    Tissue.FAT: (-8, 0.5, 0.85),
    Tissue.RECTUS: (-9, 0.5, 0.95),
    Tissue.FASCIA: (1, 0.5, 1.1),
    Tissue.LIMB: (-5, 0.5, 0.95),
    Tissue.LONG_BONE: (9, 4.2, 2.9),
    Tissue.UMBILICAL_CORD: (-5, 0.4, 0.95),
}

_LABELS = range(len(Tissue))
ATTENUATION: NDArray[np.float32] = np.array([_PROPERTIES[Tissue(i)][1] for i in _LABELS], np.float32)
IMPEDANCE: NDArray[np.float32] = np.array([_PROPERTIES[Tissue(i)][2] for i in _LABELS], np.float32)
_ECHO: NDArray[np.float32] = np.array([_PROPERTIES[Tissue(i)][0] for i in _LABELS], np.float32)


def draw_echoes(rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw one subject's echo level of each label, in dB: the table's plus N(0, 1.3), lung another N(0, 1.5)."""
    echoes = _ECHO + ANATOMY_SPREAD * rng.normal(0, 1.3, len(Tissue)).astype(np.float32)
    echoes[Tissue.LUNG] += ANATOMY_SPREAD * np.float32(rng.normal(0, 1.5))
    return echoes.astype(np.float32)
