"""A model folder written as ONNX or as OpenVINO's files, compared with torch before it stands there, or not at all."""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import torch

from nas.errors import ModelFolderError
from nas.export.graph import Exported, example_frames, onnx_graph
from nas.export.record import LOGITS, MAPS, ExportRecord, record_file
from nas.model import load_model
from nas.model_config import ModelConfig
from nas.rundir import disk_errors, write_atomic

NETWORK_FILE: Final = "model.xml"
_FURTHEST: Final = 1e-3  # of the largest number that torch answers with


@dataclass(frozen=True, slots=True)
class Written:
    """An exported model.

    Attributes
    ----------
    files
        The network's file or files, then the record.
    difference
        Largest difference of its answers from torch's on frames of noise, as a part of torch's largest answer.
    """

    files: tuple[Path, ...]
    difference: float


def export_onnx(folder: Path, file: Path) -> Written:
    """Write a model as one ONNX file with its record beside it.

    Parameters
    ----------
    folder
        The model folder.
    file
        Ends in .onnx; its parent is made where needed.

    Raises
    ------
    NasError
        The folder is no model, something of that name is there, the answers are not torch's, or the disk refuses.
    """
    if file.suffix.lower() != ".onnx":
        raise ModelFolderError(f"{file.name} does not end in .onnx", "Name the file so that programs know it.")
    _refuse_existing(file, record_file(file))
    config, network = _network(folder)
    content = onnx_graph(config, network).SerializeToString()
    with disk_errors():
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{file.stem}.", dir=file.parent) as workshop:
            fresh = Path(workshop) / file.name
            fresh.write_bytes(content)
            difference = _checked(fresh, config, network)
        write_atomic(record_file(file), ExportRecord.of(config).as_text().encode())
        write_atomic(file, content)
    return Written((file, record_file(file)), difference)


def export_openvino(folder: Path, place: Path) -> Written:
    """Write a model as a folder of OpenVINO: model.xml, model.bin, float32, and model.json.

    Parameters
    ----------
    folder
        The model folder.
    place
        A new or empty folder; its parent is made where needed.

    Raises
    ------
    NasError
        As `export_onnx`.
    """
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        _refuse_existing(place)
    config, network = _network(folder)
    graph = onnx_graph(config, network).SerializeToString()
    ov = _openvino()
    with disk_errors():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as workshop:
            source, fresh = Path(workshop) / "model.onnx", Path(workshop) / "new"
            source.write_bytes(graph)
            fresh.mkdir()
            ov.save_model(ov.convert_model(source), fresh / NETWORK_FILE, compress_to_fp16=False)
            record_file(fresh / NETWORK_FILE).write_text(ExportRecord.of(config).as_text(), encoding="utf-8")
            difference = _checked(fresh / NETWORK_FILE, config, network)
            if place.exists():
                place.rmdir()
            fresh.rename(place)
    names = (NETWORK_FILE, Path(NETWORK_FILE).with_suffix(".bin").name, record_file(Path(NETWORK_FILE)).name)
    return Written(tuple(place / name for name in names), difference)


def _network(folder: Path) -> tuple[ModelConfig, Exported]:
    config, network = load_model(folder)
    return config, Exported(config, network).eval()


def _refuse_existing(*files: Path) -> None:
    for file in files:
        if file.exists():
            raise ModelFolderError(
                f"{file.name} is there already; nothing was written", "Choose another name, or remove it first."
            )


def _checked(file: Path, config: ModelConfig, network: Exported) -> float:
    """Return how far the file's answers are from torch's; raise `ModelFolderError` where that is no rounding."""
    frames = example_frames(config)
    with torch.inference_mode():
        expected = [answer.numpy() for answer in network(frames)]
    ov = _openvino()
    compiled = ov.Core().compile_model(file, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    answers = compiled([frames.numpy()])
    found = [answers[compiled.output(name)] for name in (LOGITS, MAPS)]
    largest = max(float(np.abs(part).max()) for part in expected)
    apart = max(float(np.abs(one - other).max()) for one, other in zip(found, expected, strict=True))
    difference = apart / max(largest, 1e-12)
    if not difference <= _FURTHEST:
        raise ModelFolderError(
            f"the exported network answers otherwise than the model (by {difference:.2g} of its largest answer)",
            "Nothing was written; please report this with the model's README.md.",
        )
    return difference


def _openvino() -> Any:
    """Return OpenVINO without its telemetry package, which would report each use to a server."""
    cast("dict[str, Any]", sys.modules).setdefault("openvino_telemetry", None)
    import openvino

    return openvino
