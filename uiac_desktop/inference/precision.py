"""Whether a model may compute in bf16 on this PC: only after its labels were counted against float32 on enough frames.

bf16 nearly doubles the speed of a CPU that has it and keeps 8 bits of precision, which can turn a doubtful label. So it
is never assumed: `uiac-desktop precision` labels the user's own clips (or the simulated scan) both ways and notes the
count, and a model is computed in bf16 from the next start on if at least 999 of 1000 labels agree. The note holds for
these weights, this OpenVINO and this processor, and for nothing else.
"""

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nas.model import WEIGHTS_FILE
from uiac_desktop.frame import Pixels
from uiac_desktop.paths import cache_dir

if TYPE_CHECKING:
    from uiac_desktop.inference.predictor import Predictor

FRAMES_NEEDED: Final = 1000
AGREEMENT_NEEDED: Final = 0.999


class Agreement(BaseModel):
    """How many labels (plane or none) of a model were the same in bf16 and in float32.

    Parameters
    ----------
    weights
        SHA-256 of the model's weights file.
    openvino, processor
        What computed.
    frames, agreeing
        Frames labelled, and those with the same label both ways.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: str
    openvino: str
    processor: str
    frames: int = Field(ge=0)
    agreeing: int = Field(ge=0)

    @property
    def fraction(self) -> float:
        """Share of equal labels, 0 to 1."""
        return self.agreeing / self.frames if self.frames else 0.0

    @property
    def proves_bf16(self) -> bool:
        """Whether the model may be computed in bf16."""
        return self.frames >= FRAMES_NEEDED and self.fraction >= AGREEMENT_NEEDED


def compare(folder: Path, exact: "Predictor", quick: "Predictor", frames: Iterable[Pixels]) -> Agreement:
    """Label frames both ways and count equal labels.

    Parameters
    ----------
    folder
        The model's folder.
    exact, quick
        The model in float32 and in bf16.
    frames
        uint8 (H, W[, 3]) each.
    """
    total = agreeing = 0
    for pixels in frames:
        total += 1
        agreeing += exact.predict(pixels).plane == quick.predict(pixels).plane
    return Agreement(
        weights=_digest(folder), openvino=_openvino(), processor=_processor(), frames=total, agreeing=agreeing
    )


def note(agreement: Agreement) -> None:
    """Keep a count for the next start, in place of the one before."""
    place = _place(agreement.weights)
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_suffix(".new")
    fresh.write_text(agreement.model_dump_json(indent=2) + "\n", encoding="utf-8")
    fresh.replace(place)


def noted(folder: Path) -> Agreement | None:
    """Return the count for a model on this PC as it is now, or None where there is none that still holds."""
    try:
        digest = _digest(folder)
        agreement = Agreement.model_validate_json(_place(digest).read_text(encoding="utf-8"))
    except (OSError, ValidationError, UnicodeDecodeError):
        return None
    same = (agreement.weights, agreement.openvino, agreement.processor) == (digest, _openvino(), _processor())
    return agreement if same else None


def bf16_is_proven(folder: Path) -> bool:
    """Return whether a model may be computed in bf16 on this PC."""
    agreement = noted(folder)
    return agreement is not None and agreement.proves_bf16


def _digest(folder: Path) -> str:
    with (folder / WEIGHTS_FILE).open("rb") as weights:
        return hashlib.file_digest(weights, "sha256").hexdigest()


def _place(digest: str) -> Path:
    return cache_dir() / "precision" / f"{digest}.json"


def _openvino() -> str:
    return version("openvino")


def _processor() -> str:
    from uiac_desktop.inference.silent_openvino import ov

    return str(ov.Core().get_property("CPU", "FULL_DEVICE_NAME"))
