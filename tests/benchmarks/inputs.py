"""What the benchmarks work on: a network of the paper's size, random weights; the shipped model; a simulated clip."""

import tempfile
from functools import cache
from pathlib import Path

from nas.model_config import ModelConfig
from nas.planes import PLANES
from nas.space.network_config import NetworkConfig
from tests.benchmarks.figure import SkippedError

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"


@cache
def paper_model() -> Path:
    """A model folder of the paper's size: 20 blocks, 32 channels, 64x64, random weights."""
    import torch

    from nas.model import save_model
    from nas.space.network import UiacNetwork

    torch.manual_seed(0)
    network = NetworkConfig()
    folder = Path(tempfile.mkdtemp(prefix="uiac-bench-")) / "paper-size"
    save_model(
        folder, ModelConfig(name="paper size, random", network=network, classes=PLANES), UiacNetwork(network), ""
    )
    return folder


def demo_model() -> Path:
    """The shipped model."""
    from uiac_desktop.errors import DesktopError
    from uiac_desktop.paths import demo_model as shipped

    try:
        return shipped()
    except DesktopError as error:
        raise SkippedError("no model is shipped in resources/models/demo") from error


@cache
def clip(seconds: int) -> Path:
    """A simulated examination of 960x720 at 30 frames a second, made once and kept in build/."""
    from uiac_desktop.phantom.clip import write_clip

    path = BUILD / "bench" / f"simulated-960x720-{seconds}s.mp4"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_clip(path, seed=7, size=720, fps=30.0, seconds=seconds)
    return path
