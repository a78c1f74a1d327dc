"""A foreign ONNX network on the CPU, through OpenVINO: checked against its config once, before it labels anything.

Nothing that such a network says of itself is believed: names, shapes and numbers are tried on frames of known content
first, and each mismatch is one line in the user's words.
"""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nas.errors import ModelFolderError
from nas.preprocess import normalise
from uiac_desktop.frame import Pixels
from uiac_desktop.inference.backend import Backend, BackendError, Scores
from uiac_desktop.inference.foreign_config import ForeignConfig
from uiac_desktop.inference.silent_openvino import ov

_DEVICE: Final = "CPU"
_LEAST: Final = 1e-9
_SUM_TOLERANCE: Final = 1e-2
_CHANGE: Final = "Change config.json, or export the network again."
_NOT_OURS: Final = "Ask whoever made the network to export it with standard ONNX operations."


class ForeignBackend(Backend):
    """Computes a foreign network, one frame after another.

    Parameters
    ----------
    config
        Of the model folder.
    folder
        Where its network lies.
    threads
        For one frame; None leaves it to OpenVINO.

    Raises
    ------
    ModelFolderError
        The network cannot be read or computed, or is not what its config says.
    """

    def __init__(self, config: ForeignConfig, folder: Path, threads: int | None = None) -> None:
        self._config: Final = config
        self.text = "OpenVINO CPU fp32"
        network = _read(folder / config.onnx)
        self._takes_bytes = _fit_input(network, config)
        outputs = [config.logits, *([config.maps] if config.maps else [])]
        for name in outputs:
            if name not in {own for output in network.outputs for own in output.get_names()}:
                raise ModelFolderError(f"the network has no output {name}, only {_listed(network.outputs)}", _CHANGE)
        settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 1}
        if threads is not None:
            settings["INFERENCE_NUM_THREADS"] = threads
        try:
            self._request: ov.InferRequest | None = (
                ov.Core().compile_model(network, _DEVICE, settings).create_infer_request()
            )
        except RuntimeError as error:
            raise ModelFolderError("the network cannot be computed on this PC", _NOT_OURS) from error
        self._try_out()

    def run(self, images: Pixels) -> Scores:
        """Return the scores of fitted frames, uint8 (N, S, S, C); maps are (N, K, 0, 0) where the network has none."""
        if self._request is None:
            raise BackendError("The model was put away already.", "Load the model again.")
        scores = [self._one(self._request, image) for image in images]
        return Scores(np.stack([one[0] for one in scores]), np.stack([one[1] for one in scores]))

    def close(self) -> None:
        """Let go of the compiled network."""
        self._request = None

    def _one(self, request: "ov.InferRequest", image: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        config = self._config
        try:
            request.infer([self._prepared(image)])
            logits = np.array(request.get_tensor(config.logits).data, np.float32)
            maps = np.array(request.get_tensor(config.maps).data, np.float32) if config.maps else None
        except RuntimeError as error:
            raise BackendError(
                f"The model {config.name} could not compute a frame.", "Choose another model."
            ) from error
        logits = logits.reshape(-1)
        no_maps = np.zeros((len(logits), 0, 0), np.float32)
        found = no_maps if maps is None else maps.reshape(maps.shape[-3:])
        if config.gives == "probabilities":
            logits = np.log(np.maximum(logits, _LEAST))
        return logits, found

    def _prepared(self, image: Pixels) -> NDArray[np.generic]:
        spec = self._config.preprocess
        planes: NDArray[np.generic]
        if self._takes_bytes:
            planes = np.moveaxis(image, -1, 0)
        else:
            planes = normalise(image[..., 0] if spec.colour == "grey" else image, spec)
        return np.ascontiguousarray((planes if self._config.layout == "NCHW" else np.moveaxis(planes, 0, -1))[None])

    def _try_out(self) -> None:
        """Compute frames of known content and compare what comes with what the config promises."""
        config, size = self._config, self._config.preprocess.size
        shape = (size, size, config.preprocess.channels)
        ramp = np.broadcast_to(np.linspace(0, 255, size)[None, :, None], shape).astype(np.uint8)
        noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
        for frame in (np.zeros(shape, np.uint8), ramp, noise):
            try:
                logits, maps = self._one(self._request, frame) if self._request else (None, None)
            except BackendError as error:
                raise ModelFolderError(_as_clause(error.message), "Export the network again.") from error
            except ValueError as error:
                raise ModelFolderError(f"the output {config.maps} holds no maps", _CHANGE) from error
            self._compare(logits, maps)

    def _compare(self, logits: NDArray[np.float32] | None, maps: NDArray[np.float32] | None) -> None:
        config = self._config
        if logits is None or maps is None:
            return
        if not Scores(logits, maps).are_numbers:
            raise ModelFolderError(
                f"the model {config.name} gave values that are not numbers (NaN or infinite)",
                "Export the network again.",
            )
        if len(logits) != len(config.classes):
            raise ModelFolderError(f"it has {len(logits)} classes, its config names {len(config.classes)}", _CHANGE)
        if config.maps and (maps.ndim != 3 or maps.shape[0] != len(config.classes) or maps.size == 0):
            shape = "x".join(str(side) for side in maps.shape)
            raise ModelFolderError(
                f"its maps are {shape}, and one map for each of {len(config.classes)} classes is expected", _CHANGE
            )
        if config.gives == "probabilities" and abs(float(np.exp(logits).sum()) - 1) > _SUM_TOLERANCE:
            raise ModelFolderError(
                f"the output {config.logits} does not sum to 1, so it gives no probabilities",
                'Write "gives": "logits" in config.json.',
            )


def _read(path: Path) -> "ov.Model":
    files_of(path)
    try:
        return ov.Core().read_model(path)
    except RuntimeError as error:
        raise ModelFolderError(f"{path.name} uses operations that are not known here", _NOT_OURS) from error


def files_of(path: Path) -> tuple[str, ...]:
    """Return the names of a network's files: its own, and those of weights that are kept apart.

    Raises
    ------
    ModelFolderError
        It is no ONNX, or weights lie outside its folder, which a file could name to have others read.
    """
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    damaged = ModelFolderError(f"{path.name} is damaged or no ONNX network", "Copy it again from where it came.")
    try:
        graph = onnx.load(path, load_external_data=False).graph
    except (DecodeError, OSError, ValueError) as error:
        raise damaged from error
    if not graph.node:
        raise damaged
    apart = {entry.value for tensor in graph.initializer for entry in tensor.external_data if entry.key == "location"}
    if any(Path(name).name != name or not (path.parent / name).is_file() for name in apart):
        raise ModelFolderError("weights of the network are not in its folder", "Copy all of its files into the folder.")
    return (path.name, *sorted(apart))


def _fit_input(network: "ov.Model", config: ForeignConfig) -> bool:
    """Give the network's input the size of the config's frames; return whether it takes bytes."""
    if config.input is None and len(network.inputs) != 1:
        raise ModelFolderError(
            f"the network has {len(network.inputs)} inputs ({_listed(network.inputs)}) and the config names none",
            _CHANGE,
        )
    chosen = [own for own in network.inputs if config.input is None or config.input in own.get_names()]
    if not chosen or len(network.inputs) != 1:
        raise ModelFolderError(
            f"the network takes {_listed(network.inputs)}, and one input {config.input} is expected", _CHANGE
        )
    spec = config.preprocess
    sides = (spec.channels, spec.size, spec.size) if config.layout == "NCHW" else (spec.size, spec.size, spec.channels)
    wanted = ov.PartialShape([1, *sides])
    own = chosen[0].get_partial_shape()
    if not own.compatible(wanted):
        raise ModelFolderError(
            f"the network takes {own}, its config prepares {'x'.join(str(side) for side in (1, *sides))}", _CHANGE
        )
    try:
        network.reshape(wanted)
    except RuntimeError as error:
        raise ModelFolderError(f"the network cannot take frames of {spec.size} pixels", _CHANGE) from error
    return bool(chosen[0].get_element_type() == ov.Type.u8)


def _listed(ends: "list[ov.Output]") -> str:
    return ", ".join(sorted(end.get_any_name() if end.get_names() else "one without a name" for end in ends)[:6])


def _as_clause(message: str) -> str:
    return message[:1].lower() + message[1:].removesuffix(".")
