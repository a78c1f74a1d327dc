"""Algorithm 1 as a generator of events: each yield is progress and a place to stop; closing writes a checkpoint."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from nas.checkpoint import newest_checkpoint
from nas.config.search import SearchConfig
from nas.data.folder import DataSet
from nas.events import Event, Notice
from nas.learning.device import Placement, place
from nas.learning.reading import usable
from nas.learning.resuming import begin_log, free_where_refused, of_set, refuse_other_set, without_notices
from nas.rundir import RunFolder
from nas.search.halves import read_halves
from nas.search.record import SearchRecord, read_search_record, resumed_search
from nas.search.searching import Searching


def search(
    root: Path | DataSet, run: RunFolder, config: SearchConfig, changes: dict[str, Any] | None = None
) -> Iterator[Event]:
    """Search the two blocks (Algorithm 1 of the paper) and write them as genotype.json.

    Parameters
    ----------
    root
        The data-set folder, or the part of one to search on.
    run
        The run's folder, entered; where it resumes, the run goes on exactly where its last whole checkpoint stands.
    config
        The run's config; a run that resumes has its own.
    changes
        Fields to change where the run resumes: time limit, device and the like.

    Yields
    ------
    Event
        At least every half second or every step, whichever is longer. Closing the generator writes a checkpoint.

    Raises
    ------
    NasError
        The data cannot be searched on, the run cannot be resumed, the loss is no number any more, the memory does not
        suffice, the disk is full.
    """
    record = read_search_record(run) if run.resume else None
    if record is not None:
        config = resumed_search(record, changes or {})
    data = usable(root)
    placement = _placed(config)
    if record is not None:
        refuse_other_set(record.classes, data.classes, same_images=True)
    else:
        record = SearchRecord(config=config, classes=data.classes, images=len(data.images))
        run.write_json(run.config_file, record.model_dump(mode="json"))
    if not run.resume:
        yield from placement.notices
    checkpoint, notices = newest_checkpoint(run)
    reading = read_halves(data, config, run.store, placement.threads, placement.device)
    told_before: list[Notice] = []
    with free_where_refused(run):
        halves = yield from (without_notices(reading, told_before) if run.resume else reading)
    of_set(run, record, data.classes, halves.fingerprint)
    yield from begin_log(run, None if checkpoint is None else checkpoint.state, told_before, notices)
    yield from Searching(config, halves, run, placement).events(checkpoint)


def _placed(config: SearchConfig) -> Placement:
    """Return where a search computes.

    On a CPU with bf16 of its own (AVX-512), the weights' step in bf16 took 0.94 of the time of fp32 with all channels
    and 1.08 with partial ones, losses alike within 0.2 %: too little to gain.
    """
    on_cpu = config.device == "cpu" or not torch.cuda.is_available()
    precision = "fp32" if config.precision == "auto" and on_cpu else config.precision
    return place(config.device, precision, "no", config.threads)
