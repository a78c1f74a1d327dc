"""Labels every frame of a source, as Review and classify need it: one thread reads ahead while another computes."""

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

import numpy as np

from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame, Pixels, Result, Stillness
from uiac_desktop.inference.labels import as_drawn_over
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.inference.smoothing import Smoother
from uiac_desktop.session.gone import gone
from uiac_desktop.session.stillness import StillnessWatch
from uiac_desktop.sources.base import FrameSource

_BATCHES_AHEAD: Final = 2
_STOP_CHECK_S: Final = 0.1

_Prepared: TypeAlias = tuple[Frame, Pixels, Stillness]


def analyse(source: FrameSource, predictor: Predictor, smoothing_s: float = 0.0) -> Generator[Result]:
    """Yield every frame of a source with its label and maps, in order.

    Frames are read and shrunk in a thread of their own, and labelled several at once where the device likes that. At
    most a few dozen frames are in memory. Closing the iterator stops the thread; the source stays the caller's.

    Parameters
    ----------
    source
        Open; nobody else may touch it until the iterator is closed or exhausted.
    predictor
        Used in the caller's thread.
    smoothing_s
        Window over which labels are steadied, seconds of the source's clock; 0 for none.

    Raises
    ------
    SourceError
        The source cannot go on; what came before was yielded.
    """
    smoother = Smoother(smoothing_s, predictor.config.none_threshold)
    with _read_ahead(source, predictor.fit, _BATCHES_AHEAD * predictor.batch) as prepared:
        for several in _batches(prepared, predictor.batch):
            predictions = predictor.predict_fitted(np.stack([image for _, image, _ in several]))
            for (frame, _, stillness), prediction in zip(several, predictions, strict=True):
                said = as_drawn_over(prediction, stillness)
                yield Result(frame, smoother.update(said, frame.time_s, stillness.drawn_over), 0.0, stillness)


def _batches(prepared: Iterator[_Prepared], most: int) -> Iterator[list[_Prepared]]:
    """Yield frames in lists of ``most``; what was read before a source failed comes before its error."""
    several: list[_Prepared] = []
    try:
        for item in prepared:
            several.append(item)
            if len(several) == most:
                yield several
                several = []
    except SourceError:
        if several:
            yield several
        raise
    if several:
        yield several


@contextmanager
def _read_ahead(source: FrameSource, fit: Callable[[Pixels], Pixels], most: int) -> Iterator[Iterator[_Prepared]]:
    """Read and fit frames in a thread, at most ``most`` ahead of who takes them."""
    waiting: queue.Queue[_Prepared | Exception | None] = queue.Queue(most)
    stopping = threading.Event()
    watch = StillnessWatch()

    def hand_over(item: _Prepared | Exception | None) -> bool:
        while not stopping.is_set():
            try:
                waiting.put(item, timeout=_STOP_CHECK_S)
            except queue.Full:
                continue
            return True
        return False

    def read_all() -> None:
        try:
            while (frame := source.read()) is not None:
                if not hand_over((frame, fit(frame.pixels), watch.see(frame))):
                    return
            hand_over(None)
        except OSError as error:
            hand_over(gone(source.info.name, error))
        except Exception as error:  # noqa: BLE001 - the border of a thread: raised again where frames are taken
            hand_over(error)

    reader = threading.Thread(target=read_all, name="read-ahead", daemon=True)
    reader.start()
    try:
        yield _taken_from(waiting)
    finally:
        stopping.set()
        reader.join()


def _taken_from(waiting: "queue.Queue[_Prepared | Exception | None]") -> Iterator[_Prepared]:
    while (item := waiting.get()) is not None:
        if isinstance(item, Exception):
            raise item
        yield item
