"""The whole chain as in `chain`, with a network of the paper's size in the real window; a minute, on request only."""

from tests.benchmarks.chain import SECONDS, START_S
from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import clip, paper_model
from tests.benchmarks.program import run_program

CLIP_FPS = 30


def figures() -> list[Figure]:
    words = ["--source", str(clip(SECONDS + START_S)), "--model", str(paper_model())]
    stats, growth = run_program(words, SECONDS + START_S - 3, settle_s=START_S + 2)
    labelled = CLIP_FPS * (1 - stats["frames_dropped"] / stats["frames_read"])
    remark = f"of {CLIP_FPS} that the clip gives, with a window"
    return [
        Figure("chain_paper_size_window_labelled_fps", labelled, "frames/s", at_least=CLIP_FPS, remark=remark),
        Figure("chain_paper_size_window_model_fps", stats["model_fps"], "frames/s"),
        Figure("chain_paper_size_window_dropped", stats["frames_dropped"], "frames"),
        Figure("chain_paper_size_window_label_p95_ms", stats["latency_ms"]["p95"], "ms"),
        Figure("chain_paper_size_window_memory_growth_mb", growth, "MiB", at_most=20),
    ]
