"""From a model folder to predictions: chooses the device, falls back to the CPU with one line, labels each frame."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np

from nas.graphics_card import nvidia_cards
from nas.model import Weights, load_weights
from nas.model_config import load_config
from nas.preprocess import fit_frame
from uiac_desktop.frame import Pixels, Prediction
from uiac_desktop.inference.backend import Backend, BackendError, Scores
from uiac_desktop.inference.foreign_config import AnyModelConfig, ForeignConfig, read_model_config
from uiac_desktop.inference.labels import Labeller
from uiac_desktop.inference.precision import bf16_is_proven

Device: TypeAlias = Literal["auto", "cpu", "cuda", "openvino", "torch"]
Precision: TypeAlias = Literal["auto", "fp32", "bf16"]


class Predictor:
    """A model at work on one device; used by one thread at a time, which may be another than the one that made it.

    Parameters
    ----------
    config
        Of the model.
    backend
        Computes it; is closed with the predictor.
    fall_back
        Makes the backend that takes over when the device gives up in the middle of a scan; None where there is none.
    notices
        What was already told while the device was chosen, one line each.
    """

    def __init__(
        self,
        config: AnyModelConfig,
        backend: Backend,
        fall_back: Callable[[], Backend] | None = None,
        notices: tuple[str, ...] = (),
    ) -> None:
        self.config: Final = config
        self._backend = backend
        self._fall_back = fall_back
        self._notices = notices
        self._labeller: Final = Labeller(config)

    @property
    def device_text(self) -> str:
        """What computes, such as ``OpenVINO CPU fp32``, ``CUDA NVIDIA H100 half`` or ``torch CPU fp32``."""
        return self._backend.text

    @property
    def simulated_only(self) -> bool:
        """Whether the model has learned from simulated images alone."""
        return self.config.simulated_only

    @property
    def notices(self) -> tuple[str, ...]:
        """What changed by itself so far, one line each, oldest first, for the message bar."""
        return self._notices

    @property
    def batch(self) -> int:
        """How many frames `predict_batch` likes to get at once."""
        return self._backend.batch

    def predict(self, pixels: Pixels) -> Prediction:
        """Return the label and the maps of one frame, in one forward pass.

        Parameters
        ----------
        pixels
            uint8 (H, W) grey or (H, W, 3) RGB, cropped and masked.

        Raises
        ------
        BackendError
            The device gave up and there is none to take over.
        """
        return self.predict_fitted(self.fit(pixels)[None])[0]

    def predict_batch(self, frames: Sequence[Pixels]) -> list[Prediction]:
        """Return the labels and maps of several frames, in their order; frames may differ in size."""
        return self.predict_fitted(np.stack([self.fit(frame) for frame in frames])) if frames else []

    def fit(self, pixels: Pixels) -> Pixels:
        """Return a frame as `predict_fitted` takes it, uint8 (S, S, C): cropped and shrunk; may run in any thread."""
        fitted = fit_frame(pixels, self.config.preprocess)
        return fitted[..., None] if fitted.ndim == 2 else fitted

    def predict_fitted(self, images: Pixels) -> list[Prediction]:
        """Return the labels and maps of fitted frames, uint8 (N, S, S, C)."""
        try:
            scores = self._scores(images)
        except BackendError as error:
            self._take_over(error)
            scores = self._scores(images)
        return [self._labeller.prediction(*one) for one in zip(scores.logits, scores.maps, images, strict=True)]

    def close(self) -> None:
        """Let go of the device."""
        self._backend.close()

    def _scores(self, images: Pixels) -> Scores:
        """Return what the device computes; what is no number, as where half precision overflows, names no plane."""
        scores = self._backend.run(images)
        if not scores.are_numbers:
            raise BackendError(
                f"{self._backend.text} gave values that are not numbers (NaN or infinite).",
                "Choose another model, or another device.",
            )
        return scores

    def _take_over(self, error: BackendError) -> None:
        if self._fall_back is None:
            raise error
        self._backend.close()
        self._backend, self._fall_back = self._fall_back(), None
        self._notices += (f"{error.message} The model goes on with {self._backend.text}.",)


def load_predictor(
    folder: Path, device: Device = "auto", threads: int | None = None, precision: Precision = "auto"
) -> Predictor:
    """Put a model to work.

    Parameters
    ----------
    folder
        The model folder.
    device
        ``auto``: a CUDA card where there is one, else ``cpu``. ``cpu``: OpenVINO, or torch where OpenVINO does not
        load. ``cuda``: the card, with the CPU as its stand-in. ``openvino``, ``torch``: this one and no other.
    threads
        CPU threads for one frame; None chooses by the network's size and the number of cores.
    precision
        Of OpenVINO: ``auto`` is float32 unless bf16 was proven to give the same labels here (see `precision`).

    Raises
    ------
    nas.errors.ModelFolderError
        The folder is no model, or does not hold together.
    BackendError
        The device that was asked for cannot compute it.
    """
    config = read_model_config(folder)
    if isinstance(config, ForeignConfig):
        return _foreign_predictor(config, folder, device, threads, precision)
    choice = _Choice(folder, threads, precision)
    if device == "openvino":
        return Predictor(choice.config, choice.openvino())
    if device == "torch":
        return Predictor(choice.config, choice.torch())
    if device == "cuda" or (device == "auto" and nvidia_cards() > 0):
        return choice.cuda_or_cpu()
    backend, notices = choice.cpu()
    return Predictor(choice.config, backend, notices=notices)


def _foreign_predictor(
    config: ForeignConfig, folder: Path, device: Device, threads: int | None, precision: Precision
) -> Predictor:
    """Return a model of another program, which OpenVINO computes in float32 whatever else there is."""
    if device == "torch" or precision == "bf16":
        raise BackendError(
            "A model of another program runs through OpenVINO in fp32 alone.", "Choose Automatic as the device."
        )
    try:
        from uiac_desktop.inference.foreign_model import ForeignBackend
    except (ImportError, OSError) as error:
        raise BackendError("OpenVINO cannot be loaded on this PC.", "Choose a model of this program.") from error
    backend = ForeignBackend(config, folder, threads)
    told = ("A model of another program does not run on the graphics card; the processor serves.",)
    return Predictor(config, backend, notices=told if device == "cuda" else ())


class _Choice:
    """The ways to compute one model; torch and OpenVINO are imported only where they are taken."""

    def __init__(self, folder: Path, threads: int | None, precision: Precision) -> None:
        self.config: Final = load_config(folder)
        self._weights: Final[Weights] = load_weights(folder, self.config)
        self._folder: Final = folder
        self._threads: Final = threads
        self._precision: Final = precision

    def openvino(self) -> Backend:
        try:
            from uiac_desktop.inference.openvino_backend import OpenVinoBackend, cpu_has_bf16
        except (ImportError, OSError) as error:
            raise BackendError("OpenVINO cannot be loaded on this PC.", "Choose torch as the device.") from error
        bf16 = self._precision == "bf16" or (
            self._precision == "auto" and cpu_has_bf16() and bf16_is_proven(self._folder)
        )
        return OpenVinoBackend(self.config, self._weights, "bf16" if bf16 else "fp32", self._threads)

    def torch(self) -> Backend:
        try:
            from nas.model import load_model
            from uiac_desktop.inference.torch_backend import TorchBackend
        except (ImportError, OSError) as error:
            raise BackendError("torch cannot be loaded on this PC.", "Install UIAC Desktop again.") from error
        return TorchBackend(*load_model(self._folder), threads=self._threads)

    def cuda(self) -> Backend:
        if nvidia_cards() == 0:
            raise BackendError("This PC has no NVIDIA graphics card that answers.", "Choose the CPU as the device.")
        try:
            from nas.model import load_model
            from uiac_desktop.inference.cuda_backend import CudaBackend
        except (ImportError, OSError) as error:
            raise BackendError("torch cannot be loaded on this PC.", "Install UIAC Desktop again.") from error
        return CudaBackend(*load_model(self._folder))

    def cpu(self) -> tuple[Backend, tuple[str, ...]]:
        """Return OpenVINO, or torch with a line that says so."""
        try:
            return self.openvino(), ()
        except BackendError as error:
            backend = self.torch()
            return backend, (f"{error.message} The model works with {backend.text}.",)

    def cuda_or_cpu(self) -> Predictor:
        """Return the card with the CPU as its stand-in, or the CPU with a line where the card fails at once."""
        try:
            backend = self.cuda()
        except BackendError as error:
            stand_in, notices = self.cpu()
            told = f"{error.message} The model works with {stand_in.text}."
            return Predictor(self.config, stand_in, notices=(told, *notices))
        return Predictor(self.config, backend, fall_back=lambda: self.cpu()[0])
