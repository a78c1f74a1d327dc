"""The figures of an evaluation, each with the numbers behind it, written one after the other and each of them whole."""

import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Final

from nas.evaluate.answers import Answers
from nas.evaluate.embedding import embedding_table
from nas.evaluate.gallery import RIGHT_SHOWN, gallery_record
from nas.evaluate.metrics import Metrics
from nas.evaluate.tables import recall_table
from nas.events import Event, Progress
from nas.figures.canvas import figure_files, write_figure
from nas.figures.confusion import draw_confusion
from nas.figures.embedding import Embedding, draw_embedding
from nas.figures.gallery import Example, draw_gallery
from nas.figures.genotype_graph import genotype_figure
from nas.figures.recall import draw_recall
from nas.figures.reliability import Reliability, draw_reliability, reliability_table
from nas.model_config import ModelConfig
from nas.planes import NONE
from nas.rundir import disk_errors, write_atomic

_NUMBERS: Final = {
    "confusion": (),
    "recall": ("recall.csv",),
    "reliability": ("reliability.csv",),
    "blocks": ("blocks.json",),
    "gallery": ("gallery.json",),
    "tsne": ("tsne.csv",),
}


def clear_figures(folder: Path) -> None:
    """Delete the figures of an earlier evaluation, so that none can be taken for one of this."""
    for name, numbers in _NUMBERS.items():
        for file in (*figure_files(folder / name), *(folder / number for number in numbers)):
            file.unlink(missing_ok=True)


def draw_figures(
    folder: Path,
    config: ModelConfig,
    answers: Answers,
    metrics: Metrics,
    examples: dict[str, list[Example]],
    embedding: Embedding | None,
) -> Generator[Event, None, None]:
    """Write every figure as PNG and PDF, and its numbers beside it; yields progress before each.

    Parameters
    ----------
    folder
        Made where needed.
    config, answers, metrics
        The model, what it answered, and the figures over that.
    examples
        Of the gallery.
    embedding
        The t-SNE; left out where None.

    Raises
    ------
    NasError
        The disk refuses.
    """
    with disk_errors():
        folder.mkdir(parents=True, exist_ok=True)
    before = Reliability.of(answers.logits, answers.targets, 1.0)
    after = Reliability.of(answers.logits, answers.targets, config.temperature)
    genotype = config.network.genotype

    def blocks() -> None:
        write_figure(genotype_figure(genotype), folder / "blocks")
        _write(folder / "blocks.json", genotype.model_dump_json(indent=2) + "\n")

    def recall() -> None:
        draw_recall(metrics.per_plane, folder / "recall")
        _write(folder / "recall.csv", recall_table(metrics))

    def reliability() -> None:
        draw_reliability(before, after, folder / "reliability")
        _write(folder / "reliability.csv", reliability_table(before, after))

    def gallery() -> None:
        draw_gallery(examples, RIGHT_SHOWN, folder / "gallery")
        _write(folder / "gallery.json", _json(gallery_record(examples)))

    def tsne() -> None:
        if embedding is not None:
            draw_embedding(embedding, (*config.planes, NONE), folder / "tsne")
            _write(folder / "tsne.csv", embedding_table(embedding))

    def confusion() -> None:
        draw_confusion(metrics.confusion, metrics.classes, folder / "confusion")

    steps: tuple[Callable[[], None], ...] = (confusion, recall, reliability, blocks, gallery, tsne)
    for done, step in enumerate(steps):
        yield Progress(phase="drawing", done=done, total=len(steps))
        step()
    yield Progress(phase="drawing", done=len(steps), total=len(steps))


def _json(record: Any) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    with disk_errors():
        write_atomic(path, text.encode("utf-8-sig" if path.suffix == ".csv" else "utf-8"))
