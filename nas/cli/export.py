"""uiac-nas export: a model folder becomes an ONNX file or OpenVINO's files for other programs."""

from dataclasses import dataclass
from pathlib import Path

import tyro

from nas.cli.parsing import parsed
from nas.errors import NasError
from nas.exit_status import DONE


@dataclass
class _Export:
    """Write a model for other programs, with preprocessing, classes, calibration and threshold beside it as JSON.

    Its input is `frames`, uint8 (N, S, S, C); its outputs are `logits`, float32 (N, K), and `maps`, float32
    (N, K, h, w). Every export is computed once and compared with the model before it is kept. What is there already is
    never replaced.
    """

    model: tyro.conf.Positional[Path]
    """Model folder."""
    onnx: Path | None = None
    """Write this .onnx file, and beside it a .json file of the same name."""
    openvino: Path | None = None
    """Write this folder: model.xml, model.bin, model.json."""


def run(words: list[str]) -> int:
    """Export as the words say; return the exit code."""
    command = parsed(_Export, words, "export")
    if (command.onnx is None) == (command.openvino is None):
        raise NasError("Exactly one of --onnx and --openvino is needed.", "Run `uiac-nas export --help`.")
    from nas.export.writing import export_onnx, export_openvino

    if command.onnx is not None:
        written = export_onnx(command.model, command.onnx)
    else:
        written = export_openvino(command.model, command.openvino)  # type: ignore[arg-type]
    for file in written.files:
        print(file)
    print(f"computed once and compared with the model: answers equal within {written.difference:.1g} of the largest")
    return DONE
