"""The shipped model on simulated subjects that nobody trained on: macro-F1, planes lost to none, largest confusions."""

import csv
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from nas.planes import NONE
from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import demo_model
from uiac_desktop.inference.predictor import Predictor, load_predictor
from uiac_desktop.phantom.dataset import write_dataset

PER_CLASS, SUBJECTS, SEED = 40, 20, 1099
WORST = 3


def figures() -> list[Figure]:
    predictor = load_predictor(demo_model(), "cpu")
    try:
        with tempfile.TemporaryDirectory() as folder:
            write_dataset(Path(folder), PER_CLASS, SUBJECTS, seed=SEED)
            rows = _answers(predictor, Path(folder))
    finally:
        predictor.close()
    return measured(rows)


def _answers(predictor: Predictor, root: Path) -> list[tuple[str, str, str]]:
    """Return truth, label and nearest plane of every image."""
    planes = [code for code in predictor.config.classes if code != NONE]
    columns = [predictor.config.classes.index(code) for code in planes]
    rows = []
    with (root / "labels.csv").open(encoding="utf-8-sig", newline="") as listing:
        for entry in csv.DictReader(listing):
            with Image.open(root / entry["file"]) as picture:
                prediction = predictor.predict(np.asarray(picture))
            nearest = planes[int(prediction.probabilities[columns].argmax())]
            rows.append((entry["label"], prediction.plane, nearest))
    return rows


def measured(rows: list[tuple[str, str, str]]) -> list[Figure]:
    """Return the figures of (truth, label, nearest plane); macro-F1 is over the planes, errors of none stand apart."""
    from sklearn.metrics import f1_score

    shown = [row for row in rows if row[0] != NONE]
    between = [row for row in rows if row[0] == NONE]
    macro_f1 = f1_score([row[0] for row in shown], [row[2] for row in shown], average="macro")
    mixed = Counter((truth, nearest) for truth, _, nearest in shown if truth != nearest).most_common(WORST)
    worst = ", ".join(f"{truth} for {nearest} {count}" for (truth, nearest), count in mixed)
    remark = f"{len(rows)} frames of {SUBJECTS} subjects"
    lost = sum(label == NONE for _, label, _ in shown) / len(shown)
    invented = sum(label != NONE for _, label, _ in between) / len(between)
    return [
        Figure("demo_model_macro_f1", float(macro_f1), "", at_least=0.85, remark=remark),
        Figure("demo_model_macro_f1_of_a_task_not_too_easy", float(macro_f1), "", at_most=0.995, remark=remark),
        Figure("demo_model_planes_called_none", lost, "", remark=remark),
        Figure("demo_model_none_called_plane", invented, "", remark=remark),
        Figure("demo_model_frames_mixed_up", sum(row[0] != row[2] for row in shown), "frames", remark=worst),
    ]
