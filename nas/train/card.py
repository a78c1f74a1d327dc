"""The model card: what a model is, what it was trained and judged on, and what it must not be used for."""

from nas.config import TrainConfig
from nas.evaluate.metrics import Metrics
from nas.model_config import ModelConfig
from nas.planes import plane_name
from nas.train.frames import Frames

_SIMULATED = (
    "**This model knows simulated images only. It was never shown a real ultrasound frame; "
    "what it says about a real one means nothing.**\n\n"
)


def model_card(model: ModelConfig, config: TrainConfig, frames: Frames, metrics: Metrics, epochs: int) -> str:
    """Return the README.md of a model folder (Markdown)."""
    network = model.network
    return f"""# {model.name}

{_SIMULATED if model.simulated_only else ""}Names the standard plane of the fetal heart in a {network.size}x{network.size} frame and shows where it looked.
Research use only; not for diagnosis.

## Network
UIAC network (Zeng, Zhang, Huang 2021, DOI 10.21203/rs.3.rs-847933/v1), {network.blocks} blocks, {network.channels} channels,
reductions at blocks {", ".join(map(str, network.reduce_at))} (counted from 0). Genotype: `{config.genotype}`.

## Data
Trained on {model.trained_on}: {sum(frames.counts)} frames of {len(frames.classes)} planes{_women(frames.subjects)}.
Judged on {metrics.n} other frames{_women(frames.held_out_subjects)}; the split is by {frames.split_by}.

## Training
Algorithm 2 of the paper: SGD, batch {config.batch}, learning rate {config.lr:g} with a cosine over {config.cosine_length} epochs, cutout {config.cutout},
auxiliary loss {config.auxiliary:g}, seed {config.seed}; {epochs} epochs. {_choice(config)}

## Figures on the held-out frames
| top-1 | macro-F1 | kappa | calibration error | planes called none | none called a plane |
| --- | --- | --- | --- | --- | --- |
| {_percent(metrics.top1)} | {_percent(metrics.macro_f1)} | {_percent(metrics.kappa)} | {_percent(metrics.ece)} | {_percent(metrics.planes_called_none)} | {_percent(metrics.none_called_plane)} |

| plane | recall |
| --- | --- |
{_recalls(metrics)}

The epoch was chosen, and temperature ({model.temperature:.3f}) and `none` threshold ({model.none_threshold:.3f}) were fitted, on these same frames,
so on other women the figures are somewhat lower; `uiac-nas evaluate` on a set of its own tells.

## Limits
It gives the most likely plane of those above, and no diagnosis, measurement or finding. Other scanners, settings, ages of
gestation and abnormal hearts than those in its data can mislead it without a sign.
"""


def _choice(config: TrainConfig) -> str:
    if config.choice == "choice_on_test":
        return "The epoch kept is the best on the test frames themselves, as in the paper, which flatters the figures."
    return "The epoch kept is the one of best macro-F1 on the held-out frames."


def _women(count: int) -> str:
    return f" from {count} subjects" if count else ", subjects not known"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def _recalls(metrics: Metrics) -> str:
    return "\n".join(f"| {code} {plane_name(code)} | {_percent(recall)} |" for code, recall in metrics.per_plane.items())
