"""A classifier of another program: an ONNX network and a small config.json that says how to use it; read without it."""

import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from nas.errors import ModelFolderError
from nas.model_config import CONFIG_FILE, ClassCode, ModelConfig, load_config, refuse_foreign_places
from nas.planes import NONE
from nas.preprocess import PreprocessSpec

_LARGEST: Final = 2**20
_MARK: Final = "onnx"
_SEE_HELP: Final = "Compare its config.json with the example under Help, Models of other programs."
_PLAIN_NAME: Final = r"^[^/\\:]+\.onnx$"

TensorName = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ForeignConfig(BaseModel):
    """What the config.json of a foreign model says.

    Parameters
    ----------
    onnx
        Name of the network's file in the same folder.
    name
        What people call the model.
    classes
        Codes of its outputs in order, K of them.
    preprocess
        How frames reach it; `nas.preprocess.PreprocessSpec`.
    input
        Name of the network's input; None where it has only one.
    layout
        Order of the input's axes: frames, channels, rows, columns (``NCHW``) or channels last (``NHWC``). An input of
        bytes gets the fitted frame as it is, any other the normalised one.
    logits
        Name of the output with a number for each class, (1, K).
    gives
        Whether these are ``logits`` or already ``probabilities``.
    maps
        Name of the output with the class maps, (1, K, h, w); None where it has none.
    temperature
        Divides the logits; None where nobody has calibrated the model.
    none_threshold
        Certainty, 0 to 1, under which a frame counts as none of the planes.
    trained_on, simulated_only, figures
        As in `nas.model_config.ModelConfig`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    onnx: str = Field(pattern=_PLAIN_NAME, max_length=200)
    name: str = Field("foreign model", min_length=1, max_length=200)
    classes: tuple[ClassCode, ...] = Field(min_length=1)
    preprocess: PreprocessSpec
    input: TensorName | None = None
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    logits: TensorName
    gives: Literal["logits", "probabilities"] = "logits"
    maps: TensorName | None = None
    given_temperature: float | None = Field(None, alias="temperature", gt=0, le=1000, allow_inf_nan=False)
    none_threshold: float = Field(0.5, ge=0, le=1, allow_inf_nan=False)
    trained_on: str = Field("", max_length=2000)
    simulated_only: bool = False
    figures: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _classes_make_sense(self) -> "ForeignConfig":
        if len(set(self.classes)) != len(self.classes):
            raise ValueError("a class is named twice")
        if not self.planes:
            raise ValueError("no plane is among the classes")
        return self

    @property
    def planes(self) -> tuple[str, ...]:
        """The classes without ``none``."""
        return tuple(code for code in self.classes if code != NONE)

    @property
    def temperature(self) -> float:
        """What the logits are divided by, 1 where nobody has calibrated the model."""
        return self.given_temperature or 1.0

    @property
    def calibrated(self) -> bool:
        """Whether somebody has found the temperature, so that a certainty is more than a score."""
        return self.given_temperature is not None


AnyModelConfig: TypeAlias = ModelConfig | ForeignConfig


def is_foreign(folder: Path) -> bool:
    """Return whether a folder's config.json speaks of an ONNX network."""
    try:
        fields = _fields(folder)
    except ModelFolderError:
        return False
    return _MARK in fields


def read_model_config(folder: Path) -> AnyModelConfig:
    """Return what a model folder says of itself, be it ours or foreign.

    Raises
    ------
    ModelFolderError
        It is no model folder, or its config.json is not usable.
    """
    return _foreign(folder) if is_foreign(folder) else load_config(folder)


def is_calibrated(config: AnyModelConfig) -> bool:
    """Return whether a model's certainties are calibrated; ours are when they are trained."""
    return config.calibrated if isinstance(config, ForeignConfig) else True


def _foreign(folder: Path) -> ForeignConfig:
    refuse_foreign_places(folder)
    fields = _fields(folder)
    try:
        config = ForeignConfig.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        spot = ".".join(str(part) for part in first["loc"])
        reason = str(first["msg"]).removeprefix("Value error, ")
        where = f" at {spot}" if spot else ""
        raise ModelFolderError(f"{CONFIG_FILE} of the model is not usable{where}: {reason}", _SEE_HELP) from error
    if not (folder / config.onnx).is_file():
        raise ModelFolderError(f"the model folder has no {config.onnx}", "Copy the network into the folder.")
    return config


def _fields(folder: Path) -> dict[str, Any]:
    path = folder / CONFIG_FILE
    try:
        if path.stat().st_size > _LARGEST:
            raise ModelFolderError(f"{CONFIG_FILE} of the model is too large", _SEE_HELP)
        fields = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelFolderError(f"{CONFIG_FILE} of the model cannot be read", _SEE_HELP) from error
    if not isinstance(fields, dict):
        raise ModelFolderError(f"{CONFIG_FILE} of the model is no record", _SEE_HELP)
    return fields
