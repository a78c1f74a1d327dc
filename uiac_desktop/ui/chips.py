"""The chips of the header: which source, what covers names, which model; an icon and words each, never colour alone."""

from dataclasses import dataclass

from uiac_desktop.sources.base import SourceInfo
from uiac_desktop.ui.scan.figures import ModelState
from uiac_desktop.ui.scan.state import Chip

_SOURCE_ICONS = {
    "video": "video",
    "images": "image",
    "dicom": "file",
    "simulated": "simulated",
    "device": "video",
    "screen": "screen",
    "stream": "stream",
    "igtl": "link",
}


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the chip says of the model at work.

    Attributes
    ----------
    name
        As its folder says.
    simulated_only
        Whether it knows simulated images alone.
    calibrated
        Whether its certainties are calibrated; a foreign model's may be bare scores.
    """

    name: str
    simulated_only: bool
    calibrated: bool = True


def chips_of(
    info: SourceInfo | None, opening: str, lost: bool, region: int, model: ModelCard | None, model_state: ModelState
) -> tuple[Chip, ...]:
    """Return the chips from left to right.

    Parameters
    ----------
    opening
        Name of the source that is being opened, while ``info`` is None.
    region
        Number of the DICOM region in use, from 0.
    """
    chips = [_source(info, opening, lost)]
    if info is not None:
        chips.append(_mask(info))
        if len(info.regions) > 1:
            chips.append(_region(info, region))
        if len(info.choices) > 1:
            chips.append(_device(info))
    chips.append(_model(model, model_state))
    return tuple(chips)


def _source(info: SourceInfo | None, opening: str, lost: bool) -> Chip:
    tooltip = "Click to choose another source."
    if info is None and not opening:
        return Chip("source", "lost", "No source", "quiet")
    name = _shortened(info.name if info is not None else opening)
    if lost:
        return Chip("source", "lost", name, "error", "other_source", tooltip)
    icon = _SOURCE_ICONS.get(info.kind, "file") if info is not None else "file"
    return Chip("source", icon, name, "plain", "other_source", tooltip)


def _mask(info: SourceInfo) -> Chip:
    if info.kind == "simulated":
        return Chip("mask", "mask", "No mask needed", "quiet", tooltip="A simulated picture carries no names.")
    if info.regions:
        return Chip("mask", "mask", "Cropped to region", "ok", tooltip="Only the file's ultrasound region enters.")
    tooltip = "The whole picture is shown, with names that are burned into it. Nothing of it is stored."
    return Chip("mask", "mask-missing", "Mask not set", "warn", tooltip=tooltip)


def _region(info: SourceInfo, number: int) -> Chip:
    number = min(number, len(info.regions) - 1)
    named = f": {info.regions[0].name}" if info.regions[0].name else ""
    text = f"Region {number + 1} of {len(info.regions)}{named}"
    return Chip("region", "region", text, "plain", "region", "Click for the next region of this file.")


def _device(info: SourceInfo) -> Chip:
    number = info.choices.index(info.name) + 1 if info.name in info.choices else 1
    text = f"Device {number} of {len(info.choices)}: {_shortened(info.name, 16)}"
    tooltip = f"The sender has {', '.join(info.choices)}. Click for the next."
    return Chip("region", "region", text, "plain", "region", tooltip)


def _model(model: ModelCard | None, state: ModelState) -> Chip:
    tooltip = "Click to change the model or what it runs on."
    if model is None or state == "failed":
        text = {"idle": "Model", "loading": "Model loading", "failed": "No model", "ready": "Model"}[state]
        return Chip("model", "model", text, "error" if state == "failed" else "quiet", "models", tooltip)
    if model.simulated_only:
        return Chip("model", "warn", f"{_shortened(model.name)}: simulated only", "warn", "models", tooltip)
    if not model.calibrated:
        return Chip("model", "warn", f"{_shortened(model.name)}: not calibrated", "warn", "models", tooltip)
    return Chip("model", "model", _shortened(model.name), "plain", "models", tooltip)


def _shortened(name: str, most: int = 32) -> str:
    """Return a name that fits the header: its middle gives way, since file names differ at both ends."""
    if len(name) <= most:
        return name
    return f"{name[: most // 2]}…{name[-(most // 2 - 1) :]}"
