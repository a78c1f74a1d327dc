"""One contract over every backend that this PC has: the same labels and maps as the network in torch."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nas.model import load_model, load_weights
from nas.model_config import load_config
from nas.preprocess import preprocess
from uiac_desktop.inference.backend import Backend, BackendError
from uiac_desktop.inference.cuda_backend import CudaBackend
from uiac_desktop.inference.openvino_backend import OpenVinoBackend, blocks_pay, cpu_has_bf16, default_threads
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.inference.torch_backend import TorchBackend

Frames: TypeAlias = list[NDArray[np.uint8]]


def openvino(folder: Path) -> Backend:
    config = load_config(folder)
    return OpenVinoBackend(config, load_weights(folder, config), threads=1)


def openvino_blocked(folder: Path) -> Backend:
    config = load_config(folder)
    return OpenVinoBackend(config, load_weights(folder, config), threads=1, blocks=True)


def openvino_bf16(folder: Path) -> Backend:
    if not cpu_has_bf16():
        pytest.skip("this CPU has no bf16")
    config = load_config(folder)
    return OpenVinoBackend(config, load_weights(folder, config), "bf16", threads=1)


def torch_cpu(folder: Path) -> Backend:
    return TorchBackend(*load_model(folder), threads=1)


def cuda(folder: Path) -> Backend:
    if not torch.cuda.is_available():
        pytest.skip("this PC has no NVIDIA card")
    return CudaBackend(*load_model(folder))


TOLERANCES: dict[Callable[[Path], Backend], float] = {
    openvino: 1e-3,
    openvino_blocked: 1e-3,
    torch_cpu: 1e-3,
    openvino_bf16: 5e-2,
    cuda: 5e-2,
}


@pytest.fixture(params=list(TOLERANCES), ids=lambda make: make.__name__)
def made(request: pytest.FixtureRequest) -> Callable[[Path], Backend]:
    return request.param


@pytest.fixture
def backend(made: Callable[[Path], Backend], model_folder: Path) -> Iterator[Backend]:
    backend = made(model_folder)
    yield backend
    backend.close()


def fitted(folder: Path, frames: Frames) -> NDArray[np.uint8]:
    with_fit = Predictor(load_config(folder), None)  # type: ignore[arg-type]
    return np.stack([with_fit.fit(frame) for frame in frames])


def reference(folder: Path, frames: Frames) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    config, network = load_model(folder)
    with torch.inference_mode():
        output = network(torch.from_numpy(np.stack([preprocess(frame, config.preprocess) for frame in frames])))
    return output.logits.numpy(), output.maps.numpy()


def test_that_scores_are_those_of_the_network_within_the_stated_tolerance(
    backend: Backend, made: Callable[[Path], Backend], model_folder: Path, frames: Frames
) -> None:
    logits, maps = reference(model_folder, frames)
    for number, image in enumerate(fitted(model_folder, frames)):
        scores = backend.run(image[None])
        tolerance = TOLERANCES[made]
        np.testing.assert_allclose(scores.logits[0], logits[number], atol=tolerance * np.abs(logits).max())
        np.testing.assert_allclose(scores.maps[0], maps[number], atol=tolerance * np.abs(maps).max())


def test_that_labels_are_those_of_the_network_wherever_two_planes_are_not_level(
    backend: Backend, made: Callable[[Path], Backend], model_folder: Path, frames: Frames
) -> None:
    logits, _ = reference(model_folder, frames)
    found = np.concatenate([backend.run(image[None]).logits for image in fitted(model_folder, frames)])
    runner_up, winner = np.sort(logits, axis=1)[:, -2:].T
    clear = winner - runner_up > 2 * TOLERANCES[made] * np.abs(logits).max()
    assert clear.sum() >= 10
    np.testing.assert_array_equal(found.argmax(1)[clear], logits.argmax(1)[clear])


def test_that_a_logit_is_the_mean_of_its_map_and_the_bias(backend: Backend, model_folder: Path, frames: Frames) -> None:
    bias = load_weights(model_folder)["classifier.bias"]
    scores = backend.run(fitted(model_folder, frames[:3]))
    np.testing.assert_allclose(scores.maps.mean((2, 3)) + bias, scores.logits, atol=1e-2)


def test_that_many_frames_at_once_get_the_scores_of_each_alone_in_order(
    backend: Backend, made: Callable[[Path], Backend], model_folder: Path, frames: Frames
) -> None:
    images = fitted(model_folder, frames)
    together = backend.run(images)
    for number, image in enumerate(images):
        alone = backend.run(image[None])
        np.testing.assert_allclose(together.maps[number], alone.maps[0], atol=TOLERANCES[made])
        np.testing.assert_allclose(together.logits[number], alone.logits[0], atol=TOLERANCES[made])


def test_that_scores_stay_what_they_were_when_the_next_frame_is_computed(
    backend: Backend, model_folder: Path, frames: Frames
) -> None:
    images = fitted(model_folder, frames)
    first = backend.run(images[:1])
    logits, maps = first.logits.copy(), first.maps.copy()
    backend.run(images[1:2])
    np.testing.assert_array_equal(first.logits, logits)
    np.testing.assert_array_equal(first.maps, maps)
    assert (first.logits.dtype, first.maps.dtype) == (np.float32, np.float32)


def test_that_a_closed_backend_refuses_and_may_be_closed_again(backend: Backend) -> None:
    backend.close()
    backend.close()
    with pytest.raises(BackendError, match="put away"):
        backend.run(np.zeros((1, 16, 16, 1), np.uint8))


def test_that_colour_models_get_their_channels_in_order(
    made: Callable[[Path], Backend], make_model: Callable[..., Path], frames: Frames
) -> None:
    folder = make_model(colour="rgb")
    backend = made(folder)
    logits, _ = reference(folder, frames[:4])
    found = backend.run(fitted(folder, frames[:4])).logits
    np.testing.assert_allclose(found, logits, atol=TOLERANCES[made] * np.abs(logits).max())
    backend.close()


def test_that_larger_networks_get_more_threads_within_the_cores(
    make_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    small = load_config(make_model())
    paper = small.model_copy(
        update={
            "network": small.network.model_copy(
                update={"blocks": 20, "channels": 32, "size": 64, "reduce_at": (5, 10, 15)}
            )
        }
    )
    for cores, expected in ((1, (1, 1)), (2, (1, 2)), (4, (1, 3)), (16, (1, 3))):
        monkeypatch.setattr("uiac_desktop.inference.openvino_backend.cores", lambda cores=cores: cores)
        assert (default_threads(small), default_threads(paper)) == expected


def test_that_channels_are_kept_in_blocks_where_they_fill_them_and_the_cpu_has_avx2_alone(
    make_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled, not_filled = (load_config(make_model(channels=channels)) for channels in (8, 4))
    for machine, bf16, expected in (
        ("x86_64", False, True),
        ("AMD64", False, True),
        ("x86_64", True, False),
        ("arm64", False, False),
    ):
        monkeypatch.setattr("platform.machine", lambda machine=machine: machine)
        monkeypatch.setattr("uiac_desktop.inference.openvino_backend.cpu_has_bf16", lambda bf16=bf16: bf16)
        assert (blocks_pay(filled), blocks_pay(not_filled)) == (expected, False)


def test_that_a_backend_keeps_blocks_of_channels_where_they_pay(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("uiac_desktop.inference.openvino_backend.blocked", lambda graph: asked.append(graph) or graph)
    for pay in (False, True):
        monkeypatch.setattr("uiac_desktop.inference.openvino_backend.blocks_pay", lambda _, pay=pay: pay)
        openvino(model_folder).close()
        assert bool(asked) is pay


def test_that_a_model_is_computed_without_blocks_where_no_temporary_file_can_be_written(
    model_folder: Path, frames: Frames, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    backend = openvino_blocked(model_folder)
    logits, _ = reference(model_folder, frames[:1])
    np.testing.assert_allclose(
        backend.run(fitted(model_folder, frames[:1])).logits, logits, atol=1e-3 * np.abs(logits).max()
    )
    backend.close()
