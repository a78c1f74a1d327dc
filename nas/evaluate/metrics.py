"""The figures of a classifier over the planes, with the errors about `none` kept apart, all as fractions."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from nas.calibration import expected_calibration_error, softmax

NO_PLANE = -1


class Metrics(BaseModel):
    """What metrics.json holds.

    Attributes
    ----------
    top1, macro_f1, kappa
        Over the frames of planes, the answer being the plane of highest certainty (`none` is no answer here).
        macro_f1 is the mean over the planes that are present; kappa is Cohen's.
    ece, ece_uncalibrated
        Expected calibration error of the calibrated certainty, and of the certainty at temperature 1; 15 bins.
    per_plane
        Recall of each plane that is present.
    n, n_subjects
        Frames of planes, and women where they are known, else 0.
    n_none, planes_called_none, none_called_plane
        Frames of none, and the errors each way at the model's threshold; null where there are no such frames.
    confusion
        Rows are truth, columns answers, in the order of `classes`.
    interval
        95 % bootstrap intervals of top1, macro_f1 and kappa over subjects, where they were asked for and
        there are at least two; frames without a subject count as one each.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")

    top1: float
    macro_f1: float
    kappa: float
    ece: float
    ece_uncalibrated: float
    per_plane: dict[str, float]
    n: int
    n_subjects: int
    n_none: int
    planes_called_none: float | None
    none_called_plane: float | None
    classes: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    interval: dict[str, tuple[float, float]] = {}

    @property
    def headline(self) -> dict[str, float]:
        """The figures that a model's config carries, rounded to 6 places."""
        figures = {"top1": self.top1, "macro_f1": self.macro_f1, "kappa": self.kappa, "ece": self.ece}
        return {name: round(value, 6) for name, value in figures.items()}


def measure(
    logits: NDArray[np.floating],
    targets: NDArray[np.integer],
    classes: tuple[str, ...],
    temperature: float = 1.0,
    none_threshold: float = 0.0,
    subjects: int = 0,
    shown: NDArray[np.floating] | None = None,
) -> Metrics:
    """Return the figures of a set of frames.

    Parameters
    ----------
    logits
        (N, K).
    targets
        (N,) 0..K-1, or NO_PLANE for frames of none.
    classes
        The K planes.
    temperature, none_threshold
        The model's calibration.
    subjects
        How many women the frames come from, 0 where unknown.
    shown
        (N,) chances that the frames show any plane, by the model's rule; None where certainty alone decides. It
        weighs in the errors about none alone: the calibration error is of the choice among planes.
    """
    from sklearn.metrics import confusion_matrix, f1_score

    probabilities = softmax(logits, temperature)
    certainty, answers = probabilities.max(axis=1), np.asarray(logits).argmax(axis=1)
    planes = targets != NO_PLANE
    truth, said, sure = targets[planes], answers[planes], certainty[planes]
    present = np.unique(truth)
    table: NDArray[Any] = confusion_matrix(truth, said, labels=np.arange(len(classes)))
    recall = np.diag(table) / np.maximum(table.sum(axis=1), 1)
    nones = int((~planes).sum())
    named = (certainty if shown is None else certainty * shown) >= none_threshold
    return Metrics(
        top1=float((truth == said).mean()),
        macro_f1=float(f1_score(truth, said, labels=present, average="macro", zero_division=0.0)),
        kappa=_kappa(truth, said),
        ece=expected_calibration_error(sure, truth == said),
        ece_uncalibrated=expected_calibration_error(softmax(logits[planes]).max(axis=1), truth == said),
        per_plane={classes[index]: float(recall[index]) for index in present},
        n=len(truth),
        n_subjects=subjects,
        n_none=nones,
        planes_called_none=float((~named[planes]).mean()) if len(sure) else None,
        none_called_plane=float(named[~planes].mean()) if nones else None,
        classes=classes,
        confusion=tuple(tuple(int(value) for value in row) for row in table),
    )


def _kappa(truth: NDArray[np.integer], said: NDArray[np.integer]) -> float:
    """Return Cohen's kappa; where truth and answers are one single class, agreement by chance is total: 0."""
    from sklearn.metrics import cohen_kappa_score

    if len(np.union1d(truth, said)) < 2:
        return 0.0
    return float(cohen_kappa_score(truth, said))
