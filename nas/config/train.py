"""What a training run may be told: one record that is the flags, the TOML file and config.json at once."""

from typing import Any, Literal

from pydantic import model_validator

from nas.config.fields import chosen, counted, refuse_odd_reductions
from nas.config.frames import FrameConfig

Preset = Literal["quick", "paper"]


class TrainConfig(FrameConfig):
    """One training run (the paper's Algorithm 2 and its neighbours).

    Defaults follow the paper where the paper speaks; a help line that ends in "ours" marks what the paper leaves open.
    """

    genotype: str = chosen(
        "uiac", "The two blocks: uiac, darts_v1, darts_v2, or a genotype file (JSON or DARTS' own text)."
    )
    channels: int = counted(32, "Channels of the first blocks; doubled at every reduction", "channels", 2, 256)
    blocks: int = counted(20, "Depth of the network", "blocks", 1, 64)
    reduce_at: tuple[int, ...] = chosen((5, 10, 15), "Blocks, counted from 0, that halve the map (block numbers).")

    batch: int = counted(96, "Frames in one step", "frames", 2, 4096)
    ghost_batches: int = counted(
        1, "Parts of a batch that are normalised apart, as several devices would; ours", "parts", 1, 64
    )
    lr: float = counted(0.02, "Highest learning rate of SGD", "per step", 1e-7, 1e7)
    lr_min: float = counted(0.0, "Learning rate at the end of the cosine and after it; ours", "per step", 0, 1)
    warmup: float = counted(0.0, "Linear rise of the learning rate at the start; ours", "epochs", 0, 100)
    momentum: float = counted(0.9, "Momentum of SGD", "fraction", 0, 0.999)
    nesterov: bool = chosen(False, "Nesterov's form of the momentum; ours.")
    weight_decay: float = counted(3e-4, "Weight decay", "per step", 0, 1)
    decay_norms: bool = chosen(
        True, "Weight decay also on batch-norm scales and biases, as the paper's SGD does by default."
    )
    grad_clip: float = counted(5.0, "Largest gradient norm, 0 for no limit; ours, as in DARTS", "norm", 0, 1e6)
    cosine_length: int = counted(600, "Length of the cosine; later epochs stay at lr_min; ours", "epochs", 1, 100000)
    small_epochs: int = counted(
        0,
        "First epochs, in which frames grow from half their side by 8 pixels at a time; faster; ours",
        "epochs",
        0,
        100000,
    )
    epochs: int = counted(1000, "Limit of epochs, where the early stop does not come first; ours", "epochs", 1, 100000)
    minutes: float = counted(0.0, "Limit of wall time, after which the last epoch ends the run; 0 none", "min", 0, 1e6)

    cutout: int = counted(6, "Side of the square that cutout blanks, 0 for none", "pixels", 0, 256)
    drop_path: float = counted(0.0, "Drop-path at the end of the cosine, rising linearly; ours", "probability", 0, 0.9)

    auxiliary: float = counted(0.25, "Weight of the auxiliary loss", "weight", 0, 10)
    label_smoothing: float = counted(
        0.0, "Share of the target that is spread over all planes; ours", "fraction", 0, 0.9
    )
    class_weights: Literal["equal", "balanced"] = chosen(
        "equal", "equal: every frame counts the same; balanced: every plane counts the same; ours."
    )
    none_as_background: float = counted(
        0.0,
        "Weight of frames of none, taught to give all planes the same certainty; 0 leaves them out; ours",
        "weight",
        0,
        10,
    )
    ema: float = counted(0.0, "Decay of the running average of the weights, 0 for none; ours", "per step", 0, 0.99999)

    validation: float = counted(0.2, "Share of the data held out", "fraction", 0.02, 0.5)
    split: Literal["subject", "clip", "random"] = chosen(
        "subject", "Keep a woman, or only a clip, on one side of the split; random is the paper's, and leaks; ours."
    )
    choice: Literal["macro_f1", "choice_on_test"] = chosen(
        "macro_f1",
        "Epoch kept: the best macro-F1 of the held-out subjects, or, as in the paper, the best top-1 of the test "
        "frames themselves, which flatters the figures.",
    )
    stop_after: int = counted(500, "First epoch at which the early stop may come", "epochs", 0, 100000)
    patience: int = counted(50, "Epochs in a row without a lower training loss that stop the run", "epochs", 1, 100000)

    seed: int = counted(0, "Seed of weights, order, augmentation and split", "number", 0, 2**31 - 1)
    device: Literal["auto", "cpu", "cuda"] = chosen("auto", "Where to compute; auto takes CUDA where there is one.")
    precision: Literal["auto", "fp32", "bf16"] = chosen("auto", "Arithmetic; auto takes the fastest of the device.")
    compile: Literal["auto", "yes", "no"] = chosen(
        "auto", "Compile the network first; auto: no, since on CPUs the gain (6 %) was below its cost."
    )
    threads: int = counted(0, "CPU threads, 0 for all cores", "threads", 0, 1024)
    checkpoint_seconds: float = counted(300.0, "Longest time between checkpoints within an epoch", "s", 0, 86400)
    checkpoint_steps: int = counted(0, "Steps between checkpoints, 0 for time and epochs alone", "steps", 0, 1e9)
    trained_on: Literal["clinical", "simulated"] = chosen(
        "clinical",
        "simulated: the model card says that it knows simulated images only; set by itself where all frames are such.",
    )
    name: str = chosen("uiac", "Name of the model, shown wherever it is used.")

    @model_validator(mode="after")
    def _holds_together(self) -> "TrainConfig":
        refuse_odd_reductions(self.reduce_at, self.blocks)
        if self.lr_min > self.lr:
            raise ValueError("lr_min: must not be above lr")
        return self


_PRESETS: dict[str, dict[str, Any]] = {
    "paper": {"split": "random", "choice": "choice_on_test"},
    "quick": {
        "channels": 8,
        "blocks": 6,
        "reduce_at": (0, 2, 4),  # the first block halves at once, where a step's passes over memory are dearest
        "batch": 32,
        "lr": 0.05,
        "lr_min": 1e-4,
        "warmup": 1.0,
        "nesterov": True,
        "decay_norms": False,
        "cosine_length": 20,
        "epochs": 20,
        "small_epochs": 13,
        "shift": 4.0,
        "turn": 8.0,
        "zoom": 0.08,
        "flip": True,
        "gain": 0.2,
        "label_smoothing": 0.05,
        "none_as_background": 0.3,
        "ema": 0.995,
        "stop_after": 20,
    },
}


def preset(name: Preset) -> TrainConfig:
    """Return a preset.

    `paper` is Algorithm 2 to the letter. `quick` is ours, minutes on two cores for some 3,000 frames: a small network
    whose first block halves the frame, frames that grow, averaged weights.
    """
    return TrainConfig(**_PRESETS[name])
