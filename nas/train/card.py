"""The model card: what a model is, what it was trained and judged on, and what it must not be used for."""

from collections.abc import Iterable
from typing import Final

from nas.config.train import TrainConfig
from nas.counts import counted
from nas.evaluate.metrics import Metrics
from nas.model_config import ModelConfig
from nas.planes import PLANES, plane_name
from nas.train.frames import Frames

_SIMULATED: Final = (
    "**This model knows simulated images only. It was never shown a real ultrasound frame;"
    " what it says about a real one means nothing.**\n"
)
_LIMITS: Final = (
    "It gives the most likely plane of those above, and no diagnosis, measurement or finding. Other scanners, settings"
    " and {others} than those in its data can mislead it without a sign.\n"
)


def model_card(
    model: ModelConfig, config: TrainConfig, frames: Frames, metrics: Metrics, epochs: int, began_with: str = ""
) -> str:
    """Return the README.md of a model folder (Markdown); `began_with` names the model whose weights it began with."""
    sections = [
        f"# {model.name}\n",
        *([_SIMULATED] if model.simulated_only else []),
        (
            f"{_task(model)} in a frame of {model.network.size}x{model.network.size} pixels and shows where it looked."
            " Research use only; not for diagnosis.\n"
        ),
        *_network(model, config),
        *_data(model, frames, metrics),
        *_training(config, epochs, began_with),
        *_figures(model, metrics),
        "## Limits\n",
        _LIMITS.format(others="gestational ages and abnormal hearts" if _is_fetal(model) else "subjects"),
    ]
    return "\n".join(sections)


def _is_fetal(model: ModelConfig) -> bool:
    """Tell whether every plane of a model is a standard plane of the fetal heart; a department may have others."""
    return all(code in PLANES for code in model.planes)


def _task(model: ModelConfig) -> str:
    if _is_fetal(model):
        return "Names the standard plane of the fetal heart"
    *most, last = model.planes
    return f"Names the plane, one of {', '.join(most)} and {last},"


def _network(model: ModelConfig, config: TrainConfig) -> list[str]:
    network = model.network
    reductions = ", ".join(map(str, network.reduce_at)) or "none"
    return [
        "## Network\n",
        (
            "UIAC network (Zeng, Zhang, Huang 2021, DOI 10.21203/rs.3.rs-847933/v1) of"
            f" {network.blocks} blocks and {network.channels} channels; reduction blocks, counted from 0: {reductions};"
            f" genotype `{config.genotype}`.\n"
        ),
    ]


def _data(model: ModelConfig, frames: Frames, metrics: Metrics) -> list[str]:
    return [
        "## Data\n",
        (
            f"Trained on {model.trained_on}: {counted(sum(frames.counts), 'frame')} of"
            f" {counted(len(frames.classes), 'plane')}{_women(frames.subjects)}. Judged on"
            f" {counted(metrics.n, 'other frame')}{_women(frames.held_out_subjects)};"
            f" the split is by {frames.split_by}.\n"
        ),
    ]


def _training(config: TrainConfig, epochs: int, began_with: str) -> list[str]:
    choice = "The epoch kept is the one of best macro-F1 on the held-out frames."
    if config.choice == "choice_on_test":
        choice = (
            "The epoch kept is the best on the test frames themselves, as in the paper, which flatters the figures."
        )
    began = f"Began with the weights of the model `{began_with}`. " if began_with else ""
    return [
        "## Training\n",
        (
            f"{began}Algorithm 2 of the paper: SGD, batch {config.batch}, learning rate {config.lr:g}"
            f" with a cosine over {config.cosine_length} epochs, cutout {config.cutout},"
            f" auxiliary loss {config.auxiliary:g},"
            f" seed {config.seed}; {counted(epochs, 'epoch')}.{_beyond(config)} {choice}\n"
        ),
    ]


def _beyond(config: TrainConfig) -> str:
    """Say what of ours was added to the paper's algorithm."""
    parts = {
        f"frames that grow over the first {config.small_epochs} epochs": config.small_epochs,
        f"averaged weights ({config.ema:g})": config.ema,
        f"shifts up to {config.shift:g} pixels": config.shift,
        f"turns up to {config.turn:g} degrees": config.turn,
        f"zoom up to {100 * config.zoom:g} %": config.zoom,
        "mirrored frames": config.flip,
        f"gain up to {100 * config.gain:g} %": config.gain,
        f"drop-path {config.drop_path:g}": config.drop_path,
        f"label smoothing {config.label_smoothing:g}": config.label_smoothing,
        f"frames of none taught equal certainty (weight {config.none_as_background:g})": config.none_as_background,
    }
    added = [text for text, used in parts.items() if used]
    return f" Beyond the paper: {', '.join(added)}." if added else ""


def _figures(model: ModelConfig, metrics: Metrics) -> list[str]:
    values = {
        "top-1": metrics.top1,
        "macro-F1": metrics.macro_f1,
        "kappa": metrics.kappa,
        "calibration error": metrics.ece,
        "planes called none": metrics.planes_called_none,
        "none called a plane": metrics.none_called_plane,
    }
    recalls = [f"| {code} | {plane_name(code)} | {_percent(value)} |" for code, value in metrics.per_plane.items()]
    return [
        "## Figures on the held-out frames\n",
        _row(values),
        _row(["---"] * len(values)),
        _row(map(_percent, values.values())),
        "",
        _row(("code", "plane", "recall")),
        _row(["---"] * 3),
        *recalls,
        "",
        (
            f"Temperature {model.temperature:.3f}{_rule(model)} and `none` threshold {model.none_threshold:.3f} were"
            " fitted, and the epoch was chosen, on these same frames, so other women may give lower figures;"
            " `uiac-nas evaluate` on a set of other women tells.\n"
        ),
    ]


def _rule(model: ModelConfig) -> str:
    return "" if model.novelty is None else ", the rule that weighs whether a frame shows any plane,"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _women(count: int) -> str:
    return f" from {counted(count, 'subject')}" if count else ", subjects not known"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"
