"""What a search may be told: one record that is the flags, the TOML file and config.json at once."""

from typing import Any, Literal

from pydantic import model_validator

from nas.config.fields import chosen, counted, refuse_odd_reductions
from nas.config.frames import FrameConfig

SearchPreset = Literal["quick", "lean", "paper"]


def thirds(blocks: int) -> tuple[int, ...]:
    """Return the blocks at one and two thirds of a search network: (2, 5) of 8, the paper's."""
    return tuple(sorted({blocks // 3, 2 * blocks // 3} - {0}))


class SearchConfig(FrameConfig):
    """One search (the paper's Algorithm 1 and its neighbours).

    Defaults follow the paper where the paper speaks; a help line that ends in "ours" marks what the paper leaves open.
    """

    epochs: int = counted(50, "Length of the search and of the cosine", "epochs", 1, 100000)
    batch: int = counted(64, "Most frames in one step of either half; ours, as in DARTS", "frames", 2, 4096)
    ghost_batches: int = counted(
        1, "Parts of a batch that are normalised apart, as several devices would; ours", "parts", 1, 64
    )
    channels: int = counted(16, "Channels of the first blocks; doubled at every reduction; ours", "channels", 1, 256)
    blocks: int = counted(8, "Depth of the search network", "blocks", 1, 64)
    reduce_at: tuple[int, ...] | None = chosen(
        None,
        "Blocks, counted from 0, that halve the map (block numbers); at the thirds, 2 and 5 of 8, if not given.",
    )

    lr_w: float = counted(0.0125, "Highest learning rate of the weights' SGD", "per step", 1e-7, 1e7)
    lr_min: float = counted(0.001, "Learning rate at the end of the cosine; ours, as in DARTS", "per step", 0, 1)
    momentum: float = counted(0.9, "Momentum of SGD; ours, as in DARTS", "fraction", 0, 0.999)
    weight_decay: float = counted(3e-4, "Weight decay of the weights; ours, as in DARTS", "per step", 0, 1)
    grad_clip: float = counted(5.0, "Largest norm of the weights' gradient, 0 for no limit; ours", "norm", 0, 1e6)
    lr_lambda: float = counted(1e-3, "Learning rate of lambda's Adam (0.5, 0.999)", "per step", 0, 10)
    lambda_decay: float = counted(1e-3, "Weight decay of lambda; ours, as in DARTS", "per step", 0, 1)
    order: Literal[1, 2] = chosen(
        2,
        "2: lambda's gradient at the weights after one more step, which is not clipped, as in the paper; 1: at the"
        " weights as they are.",
    )
    step_order: Literal["paper", "darts"] = chosen(
        "paper", "paper: the weights first, then lambda at the new weights; darts: lambda first."
    )

    memory: Literal["exact", "lean"] = chosen(
        "exact", "exact: fastest; lean: the same numbers, computed twice, in a fraction of the memory; ours."
    )
    partial: Literal[1, 2, 4, 8] = chosen(
        1, "One channel in this many goes through the operations, and edges are weighed too (PC-DARTS); 1: all; ours."
    )
    halves: Literal["subject", "random"] = chosen(
        "subject", "Keep a woman in one of the two halves, planes even in both; random is the paper's; ours."
    )
    left_out: float = counted(
        0.2,
        "Share of the data that the search does not touch: what `uiac-nas train` holds out with this share, seed and"
        " kind of split",
        "fraction",
        0,
        0.5,
    )
    class_weights: Literal["equal", "balanced"] = chosen(
        "equal", "equal: every frame counts the same; balanced: every plane counts the same; ours."
    )

    warmup_epochs: int = counted(0, "First epochs, in which the weights alone learn; ours", "epochs", 0, 100000)
    beta_decay: float = counted(
        0.0,
        "Weight of beta-decay of lambda at the end, rising linearly: no operation gets further than 1/weight above the"
        " mean strength of its edge; ours",
        "weight",
        0,
        1000,
    )
    stop_skips: int = counted(
        0, "Stop where the standard block found has this many skips; 2 in DARTS+; 0 never; ours", "edges", 0, 8
    )
    stop_stable: int = counted(
        0, "Stop where both blocks have stayed the same for this many epochs; 0 never; ours", "epochs", 0, 100000
    )
    keep_skips: int = counted(8, "Most skips that a standard block may have; 8: any number; ours", "edges", 0, 8)
    keep_pools: int = counted(8, "Most pools that a standard block may have; 8: any number; ours", "edges", 0, 8)

    minutes: float = counted(0.0, "Limit of wall time, after which the last epoch ends the run; 0 none", "min", 0, 1e6)
    seed: int = counted(0, "Seed of weights, halves, order and augmentation", "number", 0, 2**31 - 1)
    device: Literal["auto", "cpu", "cuda"] = chosen("auto", "Where to compute; auto takes CUDA where there is one.")
    precision: Literal["auto", "fp32", "bf16"] = chosen(
        "auto", "Arithmetic of the weights' step, lambda's is fp32; auto: fp32 on a CPU, the GPU's fastest on a GPU."
    )
    threads: int = counted(0, "CPU threads, 0 for all cores", "threads", 0, 1024)
    checkpoint_seconds: float = counted(300.0, "Longest time between checkpoints within an epoch", "s", 0, 86400)
    checkpoint_steps: int = counted(0, "Steps between checkpoints, 0 for time and epochs alone", "steps", 0, 1e9)
    name: str = chosen("search", "Name of the search, for its report.")

    @property
    def reductions(self) -> tuple[int, ...]:
        """Blocks that halve the map, counted from 0."""
        return thirds(self.blocks) if self.reduce_at is None else self.reduce_at

    @model_validator(mode="after")
    def _holds_together(self) -> "SearchConfig":
        refuse_odd_reductions(self.reductions, self.blocks)
        if 2 ** len(self.reductions) > self.size:
            raise ValueError("reduce_at: so many reductions leave nothing of the frame")
        if self.lr_min > self.lr_w:
            raise ValueError("lr_min: must not be above lr_w")
        if self.channels % self.partial:
            raise ValueError(f"channels: must be a multiple of partial, {self.partial}")
        if self.channels < 2 * self.partial:
            raise ValueError(f"channels: must be at least {2 * self.partial}, two for each operation")
        if self.warmup_epochs >= self.epochs:
            raise ValueError("warmup_epochs: must leave epochs in which lambda learns")
        return self


_GUARDED: dict[str, Any] = {
    "order": 1,
    "beta_decay": 5.0,
    "stop_skips": 6,
    "keep_skips": 2,
    "keep_pools": 2,
    "class_weights": "balanced",
}
_PRESETS: dict[str, dict[str, Any]] = {
    "paper": {"halves": "random"},
    "quick": {
        **_GUARDED,
        "epochs": 6,
        "warmup_epochs": 1,
        "batch": 32,
        "channels": 16,
        "blocks": 4,
        "reduce_at": (0, 2),  # as in the training preset: the first block halves at once
        "size": 32,
        "partial": 4,
        "lr_w": 0.05,
        "lr_lambda": 0.006,
        "flip": True,
        "shift": 2.0,
    },
    "lean": {
        **_GUARDED,
        "warmup_epochs": 10,
        "memory": "lean",
        "partial": 1,
    },
}


def search_preset(name: SearchPreset) -> SearchConfig:
    """Return a preset.

    `paper` is Algorithm 1 to the letter. `quick` is ours, minutes on two cores: a small network, partial channels,
    first order, all guards. `lean` is ours, the paper's network in the least memory: edges computed twice instead of
    kept, first order, all guards; with ``--partial 4`` it is quicker, but another algorithm.
    """
    return SearchConfig(**_PRESETS[name])
