"""What another program must know to use an exported network, written beside it as JSON and read back."""

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from nas.errors import ModelFolderError
from nas.model_config import ClassCode, ModelConfig
from nas.novelty import NoveltyRule
from nas.preprocess import PreprocessSpec

FRAMES: Final = "frames"
LOGITS: Final = "logits"
MAPS: Final = "maps"
_USE: Final = "Research use only; not for diagnosis."


class ExportRecord(BaseModel):
    """The JSON beside an exported network.

    Attributes
    ----------
    format
        Version of this record; 1.
    name, trained_on, simulated_only
        As in the model folder.
    use
        What the model may be used for.
    input
        Name of the input: uint8 (N, S, S, C), fitted frames; the network itself turns grey levels into its numbers.
    logits, maps
        Names of the outputs: float32 (N, K), and float32 (N, K, h, w), whose mean over (h, w) plus a bias of the class
        is the logit.
    preprocess
        How a frame becomes such a square: crop, colour and fit, by `nas.preprocess.fit_frame`.
    classes
        The K classes in the order of the outputs.
    temperature
        The probabilities among the classes are the softmax of logits / temperature.
    novelty
        Where there is one, certainty is the probability times the chance of this rule (`nas.novelty.NoveltyRule`).
    none_threshold
        Certainty of the best plane under which a frame shows none of the planes (fraction).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    name: str
    use: str = _USE
    trained_on: str
    simulated_only: bool
    input: str = FRAMES
    logits: str = LOGITS
    maps: str = MAPS
    preprocess: PreprocessSpec
    classes: tuple[ClassCode, ...]
    temperature: float
    novelty: NoveltyRule | None = None
    none_threshold: float

    @classmethod
    def of(cls, config: ModelConfig) -> "ExportRecord":
        """Return the record of a model."""
        shared = ("name", "trained_on", "simulated_only", "preprocess", "classes", "temperature", "novelty")
        return cls(none_threshold=config.none_threshold, **{field: getattr(config, field) for field in shared})

    def as_text(self) -> str:
        """Return the record as JSON."""
        return self.model_dump_json(indent=2) + "\n"


def record_file(network: Path) -> Path:
    """Return where the record of an exported network lies: beside it, under its name with .json."""
    return network.with_suffix(".json")


def load_record(network: Path) -> ExportRecord:
    """Return the record of an exported network.

    Parameters
    ----------
    network
        The .onnx or .xml file.

    Raises
    ------
    ModelFolderError
        The record is missing, or is none.
    """
    try:
        return ExportRecord.model_validate_json(record_file(network).read_bytes())
    except (OSError, ValidationError) as error:
        raise ModelFolderError(
            f"{record_file(network).name} is missing or damaged, so nobody knows what {network.name} answers",
            "Export the model again.",
        ) from error
