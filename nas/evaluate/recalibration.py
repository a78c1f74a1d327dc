"""A model's certainty fitted anew on the frames of women that it never saw, without touching its weights."""

import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final

from nas.calibration import fit_certainty
from nas.evaluate.answers import Answers, Device, answer
from nas.evaluate.metrics import Metrics
from nas.evaluate.report import as_text
from nas.events import Event
from nas.model import load_model, save_model
from nas.model_config import ModelConfig
from nas.novelty import Evidence
from nas.planes import NONE

_HEADING: Final = "## Calibrated on other women\n"
_LIMITS: Final = "## Limits\n"
_CARD: Final = "README.md"
_HOW_NONE: Final = {
    False: "A frame is `none` where the certainty of the likeliest plane is below the threshold.",
    True: "A rule over logits, class maps and colour gives the chance that a frame shows any plane; certainty is the "
    "probability among the planes times this chance, and a frame is `none` where it is below the threshold.",
}


def recalibrate(
    folder: Path, root: Path, device: Device = "auto", batch: int = 96, threads: int = 0
) -> Generator[Event, None, Metrics]:
    """Fit temperature and `none` threshold of a model anew; yields progress, returns the figures on those frames.

    The model folder is replaced whole: config.json has the new values and figures, the card a section about them.

    Parameters
    ----------
    folder
        The model.
    root
        A data set of women that the model was not trained on, best with frames of `none`.
    device, batch, threads
        As in `evaluate`.

    Raises
    ------
    NasError
        The folder is no model, the data set does not fit it, or the disk refuses.

    References
    ----------
    Guo et al., "On calibration of modern neural networks", ICML 2017, section 4.2.
    """
    config, network = load_model(folder)
    with tempfile.TemporaryDirectory() as work:
        answers = yield from answer(config, network, root, Path(work), device, batch, threads)
    fitted = refitted(config, answers)
    metrics = answers.measured(fitted)
    fitted = fitted.model_copy(update={"figures": metrics.headline})
    card = (folder / _CARD).read_text(encoding="utf-8") if (folder / _CARD).is_file() else _LIMITS
    save_model(folder, fitted, network, with_section(card, fitted, metrics))
    return metrics


def refitted(config: ModelConfig, answers: Answers) -> ModelConfig:
    """Return a config with temperature, rule and threshold fitted on answers; weights and all else stay."""
    evidence = Evidence.of_logits(answers.logits) if NONE in config.classes else answers.evidence
    temperature, threshold, rule = fit_certainty(evidence, answers.targets)
    fitted = {"temperature": temperature, "none_threshold": threshold, "novelty": rule}
    return config.model_copy(update=fitted)


def with_section(card: str, config: ModelConfig, metrics: Metrics) -> str:
    """Return a card with the section about the latest calibration before its limits, in place of an older one."""
    before, _, limits = card.partition(_LIMITS)
    before = before.partition(_HEADING)[0]
    figures = "\n".join(f"    {line}" for line in as_text(metrics).splitlines())
    return (
        f"{before}{_HEADING}\n"
        f"Temperature {config.temperature:.3f} and `none` threshold {config.none_threshold:.3f} were fitted on a data "
        f"set of its own; they are the ones in force. {_HOW_NONE[config.novelty is not None]} Figures on it:\n\n"
        f"{figures}\n\n{_LIMITS}{limits}"
    )
