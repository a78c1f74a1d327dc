"""Algorithm 2 as a generator of events: each yield is progress and a place to stop; closing writes a checkpoint."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nas.checkpoint import newest_checkpoint
from nas.config.train import TrainConfig
from nas.data.folder import DataSet
from nas.errors import RunError
from nas.events import Event, Notice
from nas.genotype import Genotype
from nas.learning.device import place
from nas.learning.reading import usable
from nas.learning.resuming import begin_log, free_where_refused, of_set, refuse_other_set, without_notices
from nas.rundir import RunFolder
from nas.train.beginning import Beginning, as_model, keep_beginning
from nas.train.frames import read_frames
from nas.train.record import TrainRecord, chosen_genotype, read_record, resumed_config, said_simulated
from nas.train.training import Training


def train(
    root: Path | DataSet,
    run: RunFolder,
    config: TrainConfig,
    changes: dict[str, Any] | None = None,
    baseline: str = "",
    store: Path | None = None,
    beginning: Path | None = None,
) -> Iterator[Event]:
    """Train a network (Algorithm 2 of the paper) and write its model folder.

    Parameters
    ----------
    root
        The data-set folder, or the part of one to train on.
    run
        The run's folder, entered; where it resumes, the run goes on exactly where its last whole checkpoint stands.
    config
        The run's config; a run that resumes has its own.
    changes
        Fields to change where the run resumes: limits, device and the like.
    baseline
        torchvision's name of a network to train in place of the UIAC network; a run that resumes has its own.
    store
        Folder of the decoded frames, where runs share one; the run's own where None.
    beginning
        A model folder whose network and weights the run begins with; a run that resumes has its own.

    Yields
    ------
    Event
        At least every half second or every step, whichever is longer. Closing the generator writes a checkpoint.

    Raises
    ------
    NasError
        The data cannot be trained on, the run cannot be resumed, the loss is no number any more, the disk is full.
    """
    began: Beginning | None = None
    if run.resume:
        record = read_record(run)
        config = resumed_config(record, changes or {})
    else:
        config, genotype, began = _network(config, run, baseline, beginning)
    data = usable(root)
    placement = place(config.device, config.precision, config.compile, config.threads)
    if run.resume:
        refuse_other_set(record.classes, data.classes, same_images=True)
    else:
        config = said_simulated(config, data)
        record = TrainRecord(
            config=config,
            genotype=genotype,
            baseline=baseline,
            began_with=began.model.name if began is not None else "",
            classes=data.classes,
            images=len(data.images),
        )
        run.write_json(run.config_file, record.model_dump(mode="json"))
        run.write_json(run.path / "genotype.json", record.genotype.model_dump(mode="json"))
    if not run.resume:
        yield from placement.notices
    checkpoint, notices = newest_checkpoint(run)
    reading = read_frames(data, config, store or run.store, placement.threads, placement.device)
    told_before: list[Notice] = []
    with free_where_refused(run):
        frames = yield from (without_notices(reading, told_before) if run.resume else reading)
    record = of_set(run, record, data.classes, frames.fingerprint)
    yield from begin_log(run, None if checkpoint is None else checkpoint.state, told_before, notices)
    yield from Training(record, config, frames, run, placement, began).events(checkpoint)


def _network(
    config: TrainConfig, run: RunFolder, baseline: str, beginning: Path | None
) -> tuple[TrainConfig, Genotype, Beginning | None]:
    """Return the config and genotype of a new run, and the model that it begins with."""
    if beginning is None:
        return *chosen_genotype(config), None
    if baseline:
        raise RunError("A network of torchvision cannot begin with a model of ours.", "Leave out one of the two.")
    began = keep_beginning(beginning, run)
    return *as_model(config, began.model), began
