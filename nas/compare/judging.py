"""One run judged: its best weights answer the test frames, which neither training nor the choice of the epoch saw."""

import numpy as np
import torch
from torch import nn

from nas.checkpoint import CheckpointFolder
from nas.compare.parts import HeldBack
from nas.compare.record import RunResult
from nas.data.augment import Scale
from nas.errors import RunError
from nas.evaluate.metrics import measure
from nas.events import RunFinished
from nas.learning.device import Placement, placed
from nas.learning.prediction import predict
from nas.learning.reading import preprocess_spec
from nas.rundir import RunFolder
from nas.train.network import built, network_plan
from nas.train.record import read_record

_AUXILIARY = "auxiliary."


def best_network(run: RunFolder, placement: Placement) -> nn.Module:
    """Return a run's network with its best weights, in evaluation mode on a placement's device.

    Raises
    ------
    RunError
        The weights are missing or damaged.
    """
    record = read_record(run)
    best = CheckpointFolder(run.checkpoints).best()
    if best is None:
        raise RunError("The best weights of the run are damaged or missing.", "Delete the run's folder and resume.")
    network = built(network_plan(record, record.config), record.config, record.baseline)
    network.load_state_dict(best.tensors)
    return placed(network, placement).eval()


def judged(
    model: str, seed: int, run: RunFolder, finished: RunFinished, held_back: HeldBack, placement: Placement
) -> RunResult:
    """Return the result of a finished run.

    Parameters
    ----------
    model, seed
        Whose run it is.
    run, finished
        Its folder, and the event that it ended with.
    held_back
        The test frames.
    placement
        Where, and in which arithmetic, to compute.

    Raises
    ------
    RunError
        The weights are missing or damaged.
    """
    record = read_record(run)
    network = best_network(run, placement)
    scale = Scale.of(preprocess_spec(record.config), placement.device)
    batches = predict(network, held_back.frames, scale, record.config.batch, placement.fabric.autocast)
    logits = torch.cat([batch.cpu() for batch in batches]).numpy()
    metrics = measure(logits, held_back.truth, record.classes)
    return RunResult(
        model=model,
        seed=seed,
        parameters=inference_parameters(network),
        epochs=finished.epochs_done,
        best_epoch=finished.best_epoch,
        reason=finished.reason,
        seconds=finished.seconds,
        top1=metrics.top1,
        macro_f1=metrics.macro_f1,
        kappa=metrics.kappa,
        per_plane=metrics.per_plane,
        answers=tuple(np.argmax(logits, axis=1).tolist()),
    )


def inference_parameters(network: nn.Module) -> int:
    """Return how many numbers a network has that it needs to answer: all but the auxiliary head's."""
    return sum(tensor.numel() for name, tensor in network.named_parameters() if not name.startswith(_AUXILIARY))
