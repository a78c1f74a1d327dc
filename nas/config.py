"""What a training run may be told: one record that is the flags, the TOML file and config.json at once."""

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from nas.errors import RunError

Preset = Literal["quick", "paper"]


def _number(default: Any, what: str, unit: str, low: float, high: float) -> Any:
    """Return a field whose help line carries its unit and its range."""
    return Field(default, ge=low, le=high, description=f"{what} ({unit}; {low:g} to {high:g}).")


def _choice(default: Any, what: str) -> Any:
    return Field(default, description=what)


class TrainConfig(BaseModel):
    """One training run (the paper's Algorithm 2 and its neighbours).

    Defaults follow the paper where the paper speaks; a help line that ends in "ours" marks what the paper leaves open
    (PAPER.md, "Not stated in the paper").
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    genotype: str = _choice(
        "uiac", "The two blocks: uiac, darts_v1, darts_v2, or a genotype file (JSON or DARTS' own text)."
    )
    channels: int = _number(32, "Channels of the first blocks; doubled at every reduction", "channels", 1, 256)
    blocks: int = _number(20, "Depth of the network", "blocks", 1, 64)
    reduce_at: tuple[int, ...] = _choice((5, 10, 15), "Blocks, counted from 0, that halve the map (block numbers).")
    size: int = _number(64, "Side of the square frame that the network sees", "pixels", 16, 512)
    colour: Literal["grey", "rgb"] = _choice("grey", "Grey frames (one channel) or RGB (three); ours.")
    fit: Literal["stretch", "letterbox"] = _choice("stretch", "How a frame is made square; ours.")

    batch: int = _number(96, "Frames in one step", "frames", 2, 4096)
    lr: float = _number(0.02, "Highest learning rate of SGD", "per step", 1e-7, 1e7)
    lr_min: float = _number(0.0, "Learning rate at the end of the cosine and after it; ours", "per step", 0, 1)
    warmup: float = _number(0.0, "Linear rise of the learning rate at the start; ours", "epochs", 0, 100)
    momentum: float = _number(0.9, "Momentum of SGD", "fraction", 0, 0.999)
    nesterov: bool = _choice(False, "Nesterov's form of the momentum; ours.")
    weight_decay: float = _number(3e-4, "Weight decay", "per step", 0, 1)
    decay_norms: bool = _choice(
        True, "Weight decay also on batch-norm scales and biases, as the paper's SGD does by default."
    )
    grad_clip: float = _number(5.0, "Largest gradient norm, 0 for no limit; ours, as in DARTS", "norm", 0, 1e6)
    cosine_length: int = _number(600, "Length of the cosine; later epochs stay at lr_min; ours", "epochs", 1, 100000)
    small_epochs: int = _number(
        0,
        "First epochs, in which frames grow from half their side by 8 pixels at a time; faster; ours",
        "epochs",
        0,
        100000,
    )
    epochs: int = _number(1000, "Limit of epochs, where the early stop does not come first; ours", "epochs", 1, 100000)
    minutes: float = _number(0.0, "Limit of wall time, after which the last epoch ends the run; 0 none", "min", 0, 1e6)

    cutout: int = _number(6, "Side of the square that cutout blanks, 0 for none", "pixels", 0, 256)
    shift: float = _number(0.0, "Largest random shift each way; ours", "pixels", 0, 64)
    turn: float = _number(0.0, "Largest random rotation each way; ours", "degrees", 0, 180)
    zoom: float = _number(0.0, "Largest random change of size each way; ours", "fraction", 0, 0.5)
    flip: bool = _choice(False, "Mirror half of the frames left to right; ours.")
    gain: float = _number(0.0, "Largest random change of contrast and of brightness; ours", "fraction", 0, 0.9)
    drop_path: float = _number(0.0, "Drop-path at the last epoch, rising linearly; ours", "probability", 0, 0.9)

    auxiliary: float = _number(0.25, "Weight of the auxiliary loss", "weight", 0, 10)
    label_smoothing: float = _number(
        0.0, "Share of the target that is spread over all planes; ours", "fraction", 0, 0.9
    )
    class_weights: Literal["equal", "balanced"] = _choice(
        "equal", "equal: every frame counts the same; balanced: every plane counts the same; ours."
    )
    none_as_background: float = _number(
        0.0,
        "Weight of frames of none, taught to give all planes the same certainty; 0 leaves them out; ours",
        "weight",
        0,
        10,
    )
    ema: float = _number(0.0, "Decay of the running average of the weights, 0 for none; ours", "per step", 0, 0.99999)

    validation: float = _number(0.2, "Share of the data held out", "fraction", 0.02, 0.5)
    split: Literal["subject", "clip", "random"] = _choice(
        "subject", "Keep a woman, or only a clip, on one side of the split; random is the paper's, and leaks; ours."
    )
    choice: Literal["macro_f1", "choice_on_test"] = _choice(
        "macro_f1",
        "Epoch kept: the best macro-F1 of the held-out subjects, or, as in the paper, the best top-1 of the test "
        "frames themselves, which flatters the figures.",
    )
    stop_after: int = _number(500, "First epoch at which the early stop may come", "epochs", 0, 100000)
    patience: int = _number(50, "Epochs in a row without a lower training loss that stop the run", "epochs", 1, 100000)

    seed: int = _number(0, "Seed of weights, order, augmentation and split", "number", 0, 2**31 - 1)
    device: Literal["auto", "cpu", "cuda"] = _choice("auto", "Where to compute; auto takes CUDA where there is one.")
    precision: Literal["auto", "fp32", "bf16"] = _choice("auto", "Arithmetic; auto takes the fastest of the device.")
    compile: Literal["auto", "yes", "no"] = _choice(
        "auto", "Compile the network first; auto: no, since on CPUs the gain (6 %) was below its cost."
    )
    threads: int = _number(0, "CPU threads, 0 for all cores", "threads", 0, 1024)
    checkpoint_seconds: float = _number(300.0, "Longest time between checkpoints within an epoch", "s", 0, 86400)
    trained_on: Literal["clinical", "simulated"] = _choice(
        "clinical", "simulated: the model card says that the model knows simulated images only."
    )
    name: str = _choice("uiac", "Name of the model, shown wherever it is used.")

    @model_validator(mode="after")
    def _holds_together(self) -> "TrainConfig":
        if any(block < 0 or block >= self.blocks for block in self.reduce_at):
            raise ValueError(f"reduce_at: block numbers lie between 0 and {self.blocks - 1}")
        if list(self.reduce_at) != sorted(set(self.reduce_at)):
            raise ValueError("reduce_at: block numbers rise, each at most once")
        if self.lr_min > self.lr:
            raise ValueError("lr_min: must not be above lr")
        if self.cutout > self.size:
            raise ValueError("cutout: must not be larger than size")
        return self


_PRESETS: dict[str, dict[str, Any]] = {
    "paper": {"split": "random", "choice": "choice_on_test"},
    "quick": {
        "batch": 48,
        "lr": 0.05,
        "lr_min": 1e-4,
        "warmup": 1.0,
        "nesterov": True,
        "decay_norms": False,
        "cosine_length": 30,
        "epochs": 30,
        "shift": 4.0,
        "turn": 8.0,
        "zoom": 0.08,
        "flip": True,
        "gain": 0.2,
        "label_smoothing": 0.05,
        "none_as_background": 0.3,
        "ema": 0.995,
        "stop_after": 30,
    },
}


def preset(name: Preset) -> TrainConfig:
    """Return a preset: `paper` is Algorithm 2 to the letter, `quick` is ours, for an evening on a plain computer."""
    return TrainConfig(**_PRESETS[name])


def combined(base: TrainConfig, changes: dict[str, Any]) -> TrainConfig:
    """Return `base` with `changes`, checked.

    Raises
    ------
    RunError
        A field is unknown or outside its range; the message names each one.
    """
    try:
        return TrainConfig(**{**base.model_dump(), **changes})
    except ValidationError as error:
        raise RunError(said(error), "Run `uiac-nas train --help` for every field, its unit and its range.") from error


def load_toml(path: Path) -> dict[str, Any]:
    """Return the fields that a TOML file sets.

    Raises
    ------
    RunError
        The file is absent or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise RunError(f"There is no file {path.name}.", "Check the path given to --config.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RunError(f"{path.name} is not a TOML file: {error}", "Write one `field = value` a line.") from error
    except OSError as error:
        raise RunError(f"{path.name} cannot be read: {error.strerror}.", "Check the path given to --config.") from error


def said(error: ValidationError) -> str:
    """Return a validation error as one line, each field with what is wrong with it."""
    parts = []
    for item in error.errors(include_url=False, include_context=False):
        place = ".".join(str(step) for step in item["loc"])
        text = str(item["msg"]).removeprefix("Value error, ")
        parts.append(f"{place}: {text}" if place else text)
    return "; ".join(parts)
