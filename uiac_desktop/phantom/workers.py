"""Work dealt to a process a core, answers in the order of the tasks; Ctrl+C is the first process's alone to answer."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final, TypeVar

import cv2

from uiac_desktop.errors import DesktopError

_MOST_PROCESSES: Final = 61  # Windows waits for no more

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def answers(work: Callable[[Task], Answer], tasks: Sequence[Task], processes: int | None) -> Iterator[Answer]:
    """Yield the answer to each task in order.

    Parameters
    ----------
    work
        A function of a module, so that other processes find it.
    tasks
        What it is called with, one after the other.
    processes
        Worker processes; one a core when absent; with one, all is done here.

    Raises
    ------
    DesktopError
        A worker was ended from outside.
    """
    count = processes or os.cpu_count() or 1
    if count == 1 or len(tasks) == 1:
        threads = cv2.getNumThreads()
        cv2.setNumThreads(1)
        try:
            for task in tasks:
                yield work(task)
        finally:
            cv2.setNumThreads(threads)
        return
    spawning = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(count, len(tasks), _MOST_PROCESSES), spawning, _begin)
    try:
        yield from pool.map(work, tasks)
    except BrokenProcessPool as problem:
        raise DesktopError(
            "A process that rendered images was ended from outside.", "Free some memory, or use fewer processes."
        ) from problem
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
