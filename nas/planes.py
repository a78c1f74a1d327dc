"""The eleven standard planes of the fetal heart in the paper's order, since every list and file keeps that order."""

from typing import Final

PLANE_NAMES: Final[dict[str, str]] = {
    "ACS": "Abdominal cross section",
    "FCH": "Four chamber heart",
    "LVOT": "Left ventricular outflow tract",
    "RVOT": "Right ventricular outflow tract",
    "TV": "Three vessels",
    "TVT": "Three vessel trachea",
    "AALA": "Aortic arch long axis",
    "ADALA": "Arterial duct arch long axis",
    "VCLA": "Vena cava long axis",
    "ASA": "Aorta short axis",
    "BSC": "Biventricular short axis",
}
PLANES: Final[tuple[str, ...]] = tuple(PLANE_NAMES)
NONE: Final = "none"
SCREENING: Final[tuple[str, ...]] = PLANES[:6]


def plane_name(code: str) -> str:
    """Return the full name of a plane, or the code itself for a department's own class."""
    return PLANE_NAMES.get(code, code)
