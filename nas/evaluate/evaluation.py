"""A model judged on a data set that it was not trained on: figures, predictions frame by frame, pictures."""

import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal

from nas.evaluate.answers import Answers, Device, label
from nas.evaluate.bootstrap import intervals
from nas.evaluate.decoded import Decoded, HeldOut, decode
from nas.evaluate.drawing import clear_figures, draw_figures
from nas.evaluate.embedding import PooledSample, embed, stratified
from nas.evaluate.gallery import GalleryChoice
from nas.evaluate.metrics import Metrics
from nas.evaluate.tables import confusion_table, predictions_table
from nas.events import Event, Notice
from nas.learning.device import Placement, place
from nas.model import load_model
from nas.model_config import ModelConfig
from nas.rundir import disk_errors, write_atomic
from nas.space.network import UiacNetwork

_RESAMPLES: Final = 1000
Figures = Literal["none", "all"]


def evaluate(
    model_folder: Path,
    root: Path,
    out: Path,
    device: Device = "auto",
    batch: int = 96,
    threads: int = 0,
    resamples: int = _RESAMPLES,
    figures: Figures = "all",
    held_out: HeldOut | None = None,
) -> Generator[Event, None, Metrics]:
    """Judge a model on a data set; yields progress and notices, returns the figures.

    Frames pass the network once; maps and features are taken on the way and of a bounded number of frames. Closing the
    generator stops it; files written by then are whole.

    Parameters
    ----------
    model_folder
        The model.
    root
        The data set; its planes are among the model's.
    out
        Folder for metrics.json, predictions.csv, confusion.csv and figures; made where needed. Figures of an earlier
        evaluation there are deleted.
    device
        Where to compute.
    batch
        Frames at a time.
    threads
        CPU threads, 0 for all cores.
    resamples
        Of the bootstrap over subjects, 0 for none.
    figures
        `none` leaves out all pictures and what they alone need, which takes most of the time on small sets.
    held_out
        Judge only on the frames that a run held out; None judges on all.

    Raises
    ------
    NasError
        The folder is no model, the data set is none, has planes that the model does not know, or is not the one that
        the run learned from.
    """
    config, network = load_model(model_folder)
    placement = place(device, "fp32", threads=threads)
    with _folder(out), tempfile.TemporaryDirectory(prefix=".frames.", dir=out) as work:
        decoded = yield from decode(config, root, Path(work), placement.threads, held_out)
        with disk_errors():
            clear_figures(out / "figures")
        if figures == "none":
            answers = yield from label(config, network, decoded, placement, batch)
            return (yield from _judged(out, config, answers, resamples))
        return (yield from _judged_and_drawn(out, config, network, decoded, placement, batch, resamples))


@contextmanager
def _folder(out: Path) -> Iterator[None]:
    """Make the folder of the results; one that is new and stays empty is taken away."""
    with disk_errors():
        is_new = not out.exists()
        out.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        if is_new:
            with suppress(OSError):  # it holds results
                out.rmdir()


def _judged_and_drawn(
    out: Path,
    config: ModelConfig,
    network: UiacNetwork,
    decoded: Decoded,
    placement: Placement,
    batch: int,
    resamples: int,
) -> Generator[Event, None, Metrics]:
    choice = GalleryChoice(config, decoded)
    sample = PooledSample(stratified([image.label for image in decoded.data.images]))
    answers = yield from label(config, network, decoded, placement, batch, (choice, sample))
    metrics = yield from _judged(out, config, answers, resamples)
    embedding = yield from embed(config, decoded, sample, placement, batch)
    yield from draw_figures(out / "figures", config, answers, metrics, choice.examples(), embedding)
    return metrics


def _judged(out: Path, config: ModelConfig, answers: Answers, resamples: int) -> Generator[Event, None, Metrics]:
    """Write figures and tables; yields notices about the intervals, returns the figures."""
    metrics = answers.measured(config)
    if resamples:
        shown = answers.of_planes
        said = answers.logits.argmax(axis=1)[shown]
        found = intervals(answers.targets[shown], said, answers.women, len(config.planes), resamples)
        metrics = metrics.model_copy(update={"interval": found})
        yield from _interval_notices(answers.women, bool(found))
    with disk_errors():
        write_atomic(out / "predictions.csv", predictions_table(answers, config).encode("utf-8-sig"))
        write_atomic(out / "confusion.csv", confusion_table(metrics).encode("utf-8-sig"))
        write_atomic(out / "metrics.json", (metrics.model_dump_json(indent=2) + "\n").encode())
    return metrics


def _interval_notices(women: list[str], found: bool) -> Generator[Event, None, None]:
    """Say where intervals are missing, or narrower than they should be since frames are taken for women."""
    unknown = women.count("")
    if not found:
        yield Notice(
            level="warning",
            message="All frames are of one woman, so no interval can be given.",
            advice="Evaluate on frames of several women.",
        )
    elif unknown:
        yield Notice(
            level="warning",
            message=f"{unknown} of {len(women)} frames have no subject and count as a woman each.",
            advice="The intervals are narrower than they should be: name the subject of each frame in labels.csv.",
        )
