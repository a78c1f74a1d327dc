"""ModelConfig: the config.json of a model folder, read without torch so that any room can show what a model is."""

import json
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from nas.errors import ModelFolderError
from nas.novelty import FEATURES_A_CLASS, NoveltyRule
from nas.planes import NONE
from nas.preprocess import PreprocessSpec
from nas.space.network_config import NetworkConfig

CONFIG_FILE: Final = "config.json"
_LARGEST_CONFIG: Final = 2**20
_PICKLES: Final = frozenset({".pt", ".pth", ".bin", ".pkl", ".pickle", ".ckpt", ".joblib", ".dill"})

ClassCode = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]


class ModelConfig(BaseModel):
    """Everything about a model but its weights.

    Parameters
    ----------
    format
        Version of the folder's format; 1.
    name
        What people call it.
    network
        Its plan.
    classes
        Codes of its outputs in order, K of them.
    preprocess
        How frames reach it.
    temperature
        Divides the logits before softmax, above 0; 1 leaves them (Guo et al., "On calibration of modern neural
        networks", ICML 2017).
    none_threshold
        Calibrated certainty, 0 to 1, under which a frame counts as none of the planes.
    novelty
        The rule that weighs whether a frame shows any of the planes; None where certainty alone decides. With it, the
        certainty of a plane is its probability among the planes times the rule's chance.
    trained_on
        What the training frames were, in words, such as ``simulated scan``.
    simulated_only
        Whether it has never seen a real frame; said wherever the model is used.
    figures
        Results by name, fractions, such as ``macro_f1``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    name: str = Field("model", min_length=1, max_length=200)
    network: NetworkConfig
    classes: tuple[ClassCode, ...]
    preprocess: PreprocessSpec = PreprocessSpec()
    temperature: float = Field(1.0, gt=0, le=1000, allow_inf_nan=False)
    none_threshold: float = Field(0.5, ge=0, le=1, allow_inf_nan=False)
    novelty: NoveltyRule | None = None
    trained_on: str = Field("", max_length=2000)
    simulated_only: bool = False
    figures: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _parts_agree(self) -> "ModelConfig":
        outputs, spec = self.network.classes, self.preprocess
        if len(self.classes) != outputs:
            raise ValueError(f"{len(self.classes)} classes are named and the network has {outputs} outputs")
        if len(set(self.classes)) != len(self.classes):
            raise ValueError("a class is named twice")
        if not self.planes:
            raise ValueError("no plane is among the classes")
        if spec.size != self.network.size:
            raise ValueError(f"frames are prepared at {spec.size} pixels and the network takes {self.network.size}")
        if spec.channels != self.network.input_channels:
            raise ValueError(
                f"frames are prepared with {spec.channels} channels and the network takes {self.network.input_channels}"
            )
        if self.novelty is not None and NONE in self.classes:
            raise ValueError("a class named none and a rule for none exclude each other")
        if self.novelty is not None and len(self.novelty.weights) != FEATURES_A_CLASS * len(self.planes):
            raise ValueError("the rule for none has another number of weights than the planes need")
        return self

    @property
    def planes(self) -> tuple[str, ...]:
        """The classes without ``none``."""
        return tuple(code for code in self.classes if code != NONE)


def load_config(folder: str | Path) -> ModelConfig:
    """Return what a model folder says of itself.

    Raises
    ------
    ModelFolderError
        The folder is missing, is no model folder, holds a pickle, or its config.json is not whole.
    """
    place = Path(folder)
    refuse_foreign_places(place)
    path = place / CONFIG_FILE
    try:
        if path.stat().st_size > _LARGEST_CONFIG:
            raise ModelFolderError(f"{CONFIG_FILE} of the model is too large to be ours", _OTHER_MODEL)
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ModelFolderError(f"the folder {place.name} is no model: it has no {CONFIG_FILE}", _OTHER_MODEL) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ModelFolderError(f"{CONFIG_FILE} of the model cannot be read", _COPY_AGAIN) from error
    return _parsed(text)


def refuse_foreign_places(place: Path) -> None:
    """Raise `ModelFolderError` for a path that is no folder, and for pickled weights, which could run code, by name."""
    if place.suffix.lower() in _PICKLES:
        raise ModelFolderError(f"{place.name} is a pickle file, which could run code; it was not opened", _SAFE_MODEL)
    try:
        entries = sorted(place.iterdir())
    except (FileNotFoundError, ValueError) as error:
        raise ModelFolderError(f"there is no model folder {place}", "Check the path of the model.") from error
    except NotADirectoryError as error:
        raise ModelFolderError(
            f"{place.name} is a file; a model is a folder with {CONFIG_FILE}", _OTHER_MODEL
        ) from error
    except OSError as error:
        raise ModelFolderError(
            f"the model folder {place.name} cannot be looked into", "Ask for the right to read it, or copy it."
        ) from error
    pickles = [entry.name for entry in entries if entry.suffix.lower() in _PICKLES]
    if pickles:
        raise ModelFolderError(
            f"the model folder holds the pickle file {pickles[0]}, which could run code; nothing was loaded",
            _SAFE_MODEL,
        )


def _parsed(text: str) -> ModelConfig:
    try:
        fields = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ModelFolderError(f"{CONFIG_FILE} of the model is damaged: it is not whole JSON", _COPY_AGAIN) from error
    if not isinstance(fields, dict) or "network" not in fields:
        raise ModelFolderError(
            f"{CONFIG_FILE} belongs to another program: it describes no network of ours", _OTHER_MODEL
        )
    if isinstance(fields.get("format"), int) and fields["format"] > 1:
        raise ModelFolderError(
            f"the model has format {fields['format']}; this version reads format 1",
            "Update the program, then try again.",
        )
    try:
        return ModelConfig.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        spot = ".".join(str(part) for part in first["loc"])
        reason = str(first["msg"]).removeprefix("Value error, ")
        where = f" at {spot}" if spot else ""
        raise ModelFolderError(f"{CONFIG_FILE} of the model is not usable{where}: {reason}", _COPY_AGAIN) from error


_OTHER_MODEL: Final = "Choose a folder that uiac-nas train has written."
_SAFE_MODEL: Final = "Use weights in model.safetensors; ask whoever made the model to save them so."
_COPY_AGAIN: Final = "Copy the model folder again from where it came, or train it anew."
