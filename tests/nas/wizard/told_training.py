"""A real short training, its evaluation and a comparison as they were left, laid out as the wizard finds them."""

import csv
import shutil
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from nas.events import Event, from_line
from nas.genotype import KNOWN
from nas.model_config import ModelConfig
from nas.preprocess import PreprocessSpec
from nas.space.network_config import NetworkConfig
from nas.wizard.runs.story import RunStory, told
from nas.wizard.state import GenotypeChoice, RunView, WizardState

RECORDED = Path(__file__).parent / "recorded"
PLANES = ("ACS", "FCH", "LVOT", "RVOT", "TV", "TVT", "AALA", "ADALA", "VCLA", "ASA", "BSC")


def events_of(name: str) -> tuple[Event, ...]:
    """The events of a recorded log."""
    return tuple(map(from_line, (RECORDED / f"{name}.jsonl").read_text("utf-8").splitlines()))


def trained(epochs: int, *more: Event) -> RunStory:
    """The story after so many epochs of the training, and after further events; 99: all of it."""
    done, kept = 0, []
    for event in events_of("train"):
        if done >= epochs and event.type in ("progress", "epoch_done", "run_finished"):
            break
        kept.append(event)
        done += event.type == "epoch_done"
    return reduce(told, [*kept, *more], RunStory())


def run_folder(root: Path, evaluated: bool = True, model: bool = True) -> Path:
    """Write a finished run's folder, with or without its evaluation and model."""
    folder = root / "train_2026-11-26_1756"
    folder.mkdir(parents=True)
    shutil.copy(RECORDED / "train_config.json", folder / "config.json")
    shutil.copy(RECORDED / "evaluation" / "metrics.json", folder / "metrics.json")
    if evaluated:
        shutil.copytree(RECORDED / "evaluation", folder / "evaluation")
    if model:
        write_model(folder / "model")
    return folder


def write_model(folder: Path) -> None:
    """Write what a model says of itself; no weights are needed to show it."""
    folder.mkdir(parents=True)
    network = NetworkConfig(
        genotype=KNOWN["uiac"], classes=len(PLANES), size=64, channels=8, blocks=6, reduce_at=(2, 4)
    )
    config = ModelConfig(
        name="uiac", network=network, classes=PLANES, preprocess=PreprocessSpec(size=64), none_threshold=0.29,
        trained_on="simulated scan", simulated_only=True, figures={"macro_f1": 0.278},
    )  # fmt: skip
    (folder / "config.json").write_text(config.model_dump_json(indent=2), encoding="utf-8")
    (folder / "README.md").write_text("# uiac\n\nResearch use only; not for diagnosis.\n", encoding="utf-8")


def write_frames(root: Path) -> Path:
    """Write small pictures for every frame that the evaluation names."""
    rng = np.random.default_rng(0)
    with (RECORDED / "evaluation" / "predictions.csv").open(encoding="utf-8-sig", newline="") as table:
        for row in csv.DictReader(table):
            path = root / row["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rng.integers(0, 256, (18, 24), dtype=np.uint8)).save(path)
    return root


def comparison_folder(root: Path) -> Path:
    """Write a finished comparison's folder."""
    folder = root / "compare_2026-11-26_1810"
    folder.mkdir(parents=True)
    shutil.copy(RECORDED / "comparison.json", folder / "comparison.json")
    (folder / "config.json").write_text(
        '{"kind": "compare", "entrants": [{"name": "uiac"}, {"name": "resnet18"}]}', encoding="utf-8"
    )
    return folder


def view_of(folder: Path, story: RunStory, state: Any = "finished", **changes: Any) -> RunView:
    """A training as it is followed."""
    return RunView(**{"folder": folder, "kind": "train", "state": state, "story": story, **changes})


def compared(folder: Path, upto: int, state: Any = "finished", **changes: Any) -> RunView:
    """The comparison as it is followed, after some of its events."""
    story = reduce(told, events_of("compare")[:upto], RunStory())
    return RunView(**{"folder": folder, "kind": "compare", "state": state, "story": story, **changes})


def state_of(step: Any, view: RunView | None, **changes: Any) -> WizardState:
    """The wizard's state while a training is shown."""
    return WizardState(**{"step": step, "train_run": view, "genotype": GenotypeChoice("known", "uiac"), **changes})
