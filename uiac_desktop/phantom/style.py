"""The scanner and its settings: every draw of image formation lives here, so that none can depend on the plane."""

from dataclasses import dataclass
from typing import Final

from uiac_desktop.errors import DesktopError
from uiac_desktop.phantom.dice import Dice

# low..high of each setting; a preset narrows some of them
_RANGES: Final[dict[str, tuple[float, float]]] = {
    "axial_mm": (0.16, 0.25),
    "lateral_mm": (0.38, 0.62),
    "slice_mm": (0.2, 0.5),
    "focus": (0.4, 0.75),
    "texture_db": (2.6, 4.4),
    "specular": (2.0, 4.2),
    "tgc_db_mm": (0.36, 0.46),
    "tgc_ripple_db": (0.5, 2.0),
    "line_gain_db": (0.5, 2.6),
    "clutter_db": (-36, -24),
    "noise_db": (-52, -34),
    "haze_db": (-34, -22),
    "gain_db": (-4, 5),
    "dynamic_range_db": (41, 56),
    "gamma": (1.1, 1.6),
    "grain": (0.7, 1.5),
    "smoothing": (0.0, 0.7),
    "persistence": (0.0, 0.35),
}
PRESETS: Final[dict[str, dict[str, tuple[float, float]]]] = {
    "crisp": {
        "lateral_mm": (0.38, 0.44),
        "axial_mm": (0.16, 0.18),
        "clutter_db": (-36, -33),
        "noise_db": (-52, -46),
        "dynamic_range_db": (44, 48),
        "smoothing": (0.0, 0.1),
        "grain": (0.7, 0.9),
        "gain_db": (-1, 2),
    },
    "soft": {
        "lateral_mm": (0.48, 0.56),
        "dynamic_range_db": (51, 56),
        "grain": (1.2, 1.5),
        "smoothing": (0.4, 0.7),
        "noise_db": (-50, -44),
        "persistence": (0.2, 0.35),
        "gain_db": (-1, 2),
    },
    "penetration": {
        "lateral_mm": (0.55, 0.62),
        "axial_mm": (0.22, 0.25),
        "noise_db": (-42, -36),
        "haze_db": (-26, -22),
        "line_gain_db": (1.6, 2.6),
        "gain_db": (0, 4),
    },
    "old": {
        "lateral_mm": (0.54, 0.62),
        "dynamic_range_db": (41, 45),
        "clutter_db": (-28, -24),
        "noise_db": (-40, -34),
        "persistence": (0.0, 0.1),
        "smoothing": (0.0, 0.1),
        "gain_db": (-3, 2),
    },
}
TINTS: Final[dict[str, tuple[float, float, float]]] = {
    "grey": (1.0, 1.0, 1.0),
    "blue": (0.88, 0.91, 1.1),
    "sepia": (1.04, 1.0, 0.9),
}
LAYOUTS: Final = 4


@dataclass(frozen=True, slots=True)
class Scanner:
    """Settings of one scanner for one exam; lengths in mm, levels in dB."""

    axial_mm: float
    lateral_mm: float
    slice_mm: float
    focus: float
    texture_db: float
    specular: float
    tgc_db_mm: float
    tgc_ripple_db: float
    line_gain_db: float
    clutter_db: float
    noise_db: float
    haze_db: float
    gain_db: float
    dynamic_range_db: float
    gamma: float
    grain: float
    smoothing: float
    persistence: float
    tint: str
    layout: int
    key: int

    @staticmethod
    def draw(dice: Dice, preset: str | None = None) -> "Scanner":
        """Draw a scanner: from the full ranges, or from one preset's narrower ones.

        Raises
        ------
        DesktopError
            If there is no such preset.
        """
        if preset is not None and preset not in PRESETS:
            raise DesktopError(
                f"There is no simulated scanner named {preset!r}.", f"Choose one of: {', '.join(PRESETS)}."
            )
        ranges = _RANGES | (PRESETS[preset] if preset is not None else {})
        settings = {name: dice.between(*limits) for name, limits in ranges.items()}
        return Scanner(
            **settings,
            tint=dice.pick(("grey", "grey", "blue", "sepia")),
            layout=dice.whole(0, LAYOUTS),
            key=dice.whole(0, 2**31),
        )
