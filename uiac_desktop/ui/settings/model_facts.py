"""What a model says of itself, in the words of the model page: one line for the list, one page as its card."""

from pathlib import Path
from typing import Final

from nas.errors import NasError
from uiac_desktop.errors import DesktopError
from uiac_desktop.inference.foreign_config import AnyModelConfig, ForeignConfig, read_model_config
from uiac_desktop.inference.model_shelf import card_text
from uiac_desktop.ui.wording import as_sentence

_FIGURES: Final = {"macro_f1": "macro-F1", "top1": "top-1", "kappa": "kappa", "ece": "calibration error"}


def name_of(folder: Path) -> str:
    """Return what a model is called; the folder's name where it cannot be read."""
    try:
        return read_model_config(folder).name
    except (NasError, DesktopError):
        return folder.name


def facts_line(folder: Path) -> str:
    """Return in one line what the model knows and how well, or why it cannot be used."""
    try:
        config = read_model_config(folder)
    except (NasError, DesktopError) as error:
        return f"Cannot be used: {as_sentence(error.message)}"
    parts = [f"{len(config.planes)} planes", f"trained on {config.trained_on}" if config.trained_on else ""]
    if "macro_f1" in config.figures:
        parts.append(f"macro-F1 {config.figures['macro_f1']:.3f}")
    if isinstance(config, ForeignConfig):
        parts.append("of another program" + ("" if config.calibrated else ", not calibrated"))
        parts.append("" if config.maps else "no maps")
    if config.simulated_only:
        parts.append("knows simulated images only: on a real scan its answers mean nothing")
    return ", ".join(part for part in parts if part) + "."


def card_of(folder: Path) -> str:
    """Return the model's card as Markdown: what its config says, then what its makers wrote."""
    try:
        config = read_model_config(folder)
    except (NasError, DesktopError) as error:
        return f"## {folder.name}\n\n**Cannot be used.** {as_sentence(error.message)} {as_sentence(error.advice)}\n"
    lines = [f"## {_plain(config.name)}", "", *_limits(config), "", "| What | Says |", "|---|---|"]
    lines += [f"| {word} | {value} |" for word, value in _facts(config)]
    makers = card_text(folder).strip()
    written = makers or "No card came with this model: what it was trained on, and how well it did, is not known."
    return "\n".join(lines) + f"\n\n{written}\n"


def _limits(config: AnyModelConfig) -> list[str]:
    lines = []
    if config.simulated_only:
        lines.append("**Knows simulated images only: on a real scan its answers mean nothing.**")
    if isinstance(config, ForeignConfig):
        lines.append("**Made by another program (ONNX).** What it computes was tried, not how well it does.")
        if not config.calibrated:
            lines.append("**Not calibrated:** no temperature was given, so its percentages are bare scores.")
        if config.maps is None:
            lines.append("**No maps:** it does not show where it looked.")
    return [f"{line}\n" for line in lines]


def _facts(config: AnyModelConfig) -> list[tuple[str, str]]:
    spec = config.preprocess
    facts = [
        ("Planes", ", ".join(_plain(code) for code in config.planes)),
        ("Trained on", _plain(config.trained_on) or "not said"),
        ("Sees", f"{spec.size}×{spec.size} pixels, {spec.colour}, {spec.fit}"),
        ("Named from", f"{100 * config.none_threshold:.0f} % on; below that, none"),
    ]
    for key, value in config.figures.items():
        facts.append((_plain(_FIGURES.get(key, key)), f"{100 * value:.1f} %"))
    return facts


def _plain(text: str) -> str:
    """Return text without what Markdown or a table's cell would take for its own."""
    return "".join(letter if letter not in "|<>*_`[]\n\r" else " " for letter in text).strip()
