"""The whole chain on a 960x720 clip, 30 frames a second: the real window with the shipped model; the paper's size."""

import threading

from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import clip, demo_model, paper_model
from tests.benchmarks.program import run_program

SECONDS = 60
START_S = 10
PAPER_SECONDS = 20


def figures() -> list[Figure]:
    return [*_with_the_shipped_model(), _with_the_papers_size()]


def _with_the_shipped_model() -> list[Figure]:
    demo_model()
    arguments = ["--source", str(clip(SECONDS + START_S))]
    stats, growth = run_program(arguments, SECONDS + START_S - 3, settle_s=START_S + 2)
    return [
        Figure("chain_frames_read", stats["frames_read"], "frames"),
        Figure("chain_frames_dropped", stats["frames_dropped"], "frames", at_most=0),
        Figure("chain_frame_to_label_p95_ms", stats["latency_ms"]["p95"], "ms", at_most=60),
        Figure("chain_memory_growth_mb", growth, "MiB", at_most=20),
        Figure("chain_shown_fps", stats["shown_fps"], "frames/s"),
    ]


def _with_the_papers_size() -> Figure:
    """Label a clip played at double speed, 60 frames a second, without a window: what the network can keep up with."""
    from uiac_desktop.inference.predictor import load_predictor
    from uiac_desktop.session.live import LiveSession
    from uiac_desktop.sources.open import open_source

    folder, source = paper_model(), str(clip(SECONDS + START_S))
    labelled: list[float] = []
    over = threading.Event()

    def take() -> None:
        result = session.take_result()
        if result is not None and result.prediction is not None:
            labelled.append(result.labelled_at)
            if labelled[-1] - labelled[0] >= PAPER_SECONDS:
                over.set()

    session = LiveSession(
        lambda: open_source(source), lambda: load_predictor(folder, "cpu", precision="fp32"), take, lambda: None
    )
    session.set_speed(2.0)
    session.start()
    over.wait(3 * PAPER_SECONDS)
    session.stop()
    rate = (len(labelled) - 1) / (labelled[-1] - labelled[0]) if len(labelled) > 1 else 0.0
    return Figure("chain_paper_size_labelled_fps", rate, "frames/s", at_least=30, remark="fp32, no window")
