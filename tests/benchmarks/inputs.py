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


@cache
def long_clip(key_every: int, minutes: int = 10) -> Path:
    """The same examination again and again: as long as a clip gets, with a key frame after at most so many frames."""
    import av

    path = BUILD / "bench" / f"simulated-960x720-{minutes}min-{key_every}.mp4"
    if path.exists():
        return path
    minute = path.with_suffix(".minute.mp4")
    with av.open(str(clip(60))) as given, av.open(str(minute), "w", format="mp4") as taken:
        options = {"crf": "18", "preset": "veryfast", "g": str(key_every)}
        stream = taken.add_stream("libx264", rate=30, options=options)
        stream.width, stream.height, stream.pix_fmt = 960, 720, "yuv420p"
        for frame in given.decode(video=0):
            frame.pict_type = 0
            taken.mux(stream.encode(frame))
        taken.mux(stream.encode(None))
    part = path.with_suffix(".part.mp4")
    with av.open(str(minute)) as given, av.open(str(part), "w", format="mp4") as taken:
        track = given.streams.video[0]
        copy = taken.add_stream_from_template(track)
        ticks = int(60 / (track.time_base or 1))
        for number in range(minutes):
            given.seek(0)
            for packet in given.demux(track):
                if packet.dts is not None and packet.pts is not None:
                    packet.dts, packet.pts = packet.dts + number * ticks, packet.pts + number * ticks
                    packet.stream = copy
                    taken.mux(packet)
    part.replace(path)
    minute.unlink()
    return path
