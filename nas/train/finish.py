"""The end of a run: calibration on the held-out frames, the model folder with its card, metrics.json and figures."""

from pathlib import Path
from typing import Literal, cast

import torch
from torch import nn

from nas.calibration import fit_certainty, softmax
from nas.config.train import TrainConfig
from nas.errors import NasError, RunError
from nas.evaluate.metrics import Metrics, measure
from nas.events import RunFinished
from nas.learning.reading import preprocess_spec
from nas.model import load_model, save_model
from nas.model_config import ModelConfig
from nas.novelty import Evidence
from nas.rundir import RunFolder
from nas.space.network import UiacNetwork
from nas.space.network_config import NetworkConfig
from nas.train.card import model_card
from nas.train.frames import Frames
from nas.train.pictures import answered, draw_run
from nas.train.progress import Standing
from nas.train.record import TrainRecord


def finish(
    run: RunFolder,
    record: TrainRecord,
    config: TrainConfig,
    plan: NetworkConfig,
    frames: Frames,
    network: nn.Module,
    evidence: Evidence | None,
    now: Standing,
    stands: bool = False,
) -> RunFinished:
    """Write what a run leaves behind; return its last event. A baseline leaves no model folder, only its checkpoints.

    Parameters
    ----------
    record, config
        What the run was started with, and its config with what resume changed.
    evidence
        Of the best weights, which `network` holds, on the held-out frames; a baseline's holds logits alone. None where
        those weights are damaged.
    stands
        Whether the run had ended before. A model folder with these weights then stays as people, or a calibration,
        left it.

    Raises
    ------
    NasError
        The best weights are damaged, or the disk refuses.
    """
    if evidence is None:
        raise RunError("The best weights of the run are damaged or missing.", "Train anew in another folder.")
    model, metrics = calibrated(config, plan, frames, evidence)
    if run.leads and isinstance(network, UiacNetwork) and not (stands and _is_kept(run.model, network)):
        save_model(run.model, model, network, model_card(model, config, frames, metrics, now.epoch, record.began_with))
    run.write_json(run.path / "metrics.json", metrics.model_dump(mode="json"))
    if run.leads:
        draw_run(run, metrics, *answered(evidence.logits, frames.held_out_labels, model.temperature))
    return RunFinished(
        reason=cast("Literal['epochs', 'early_stop', 'time']", now.reason),
        best_epoch=now.best_epoch,
        epochs_done=now.epoch,
        seconds=now.seconds,
        top1=metrics.top1,
        macro_f1=metrics.macro_f1,
        kappa=metrics.kappa,
        ece=metrics.ece,
        temperature=model.temperature,
        none_threshold=model.none_threshold,
    )


def _is_kept(folder: Path, network: UiacNetwork) -> bool:
    """Tell whether a model folder is whole and holds a network's weights."""
    try:
        _, kept = load_model(folder)
    except NasError:
        return False
    own = network.state_dict()
    return all(name in own and torch.equal(values, own[name].cpu()) for name, values in kept.state_dict().items())


def calibrated(
    config: TrainConfig, plan: NetworkConfig, frames: Frames, evidence: Evidence
) -> tuple[ModelConfig, Metrics]:
    """Return the model's config with its certainty fitted on the held-out frames, and its figures there."""
    labels = frames.held_out_labels
    temperature, threshold, rule = fit_certainty(evidence, labels)
    shown = None if rule is None else rule.chances(evidence, softmax(evidence.logits, temperature))
    limits = temperature, threshold
    metrics = measure(evidence.logits, labels, frames.classes, *limits, frames.held_out_subjects, shown)
    simulated = config.trained_on == "simulated"
    model = ModelConfig(
        name=config.name,
        network=plan,
        classes=frames.classes,
        preprocess=preprocess_spec(config),
        temperature=temperature,
        none_threshold=threshold,
        novelty=rule,
        trained_on="simulated scan" if simulated else "clinical frames",
        simulated_only=simulated,
        figures=metrics.headline,
    )
    return model, metrics
