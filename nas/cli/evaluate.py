"""uiac-nas evaluate: the figures of a model on a data set, with progress on stderr and the result on stdout."""

from pathlib import Path
from typing import Annotated, Literal

import tyro
from pydantic import Field
from pydantic.dataclasses import dataclass

from nas.cli.parsing import parsed
from nas.cli.screen import Screen
from nas.exit_status import DONE


@dataclass
class _Evaluate:
    """Judge a model on a data set of other women: metrics.json, predictions.csv, confusion.csv and figures."""

    model: tyro.conf.Positional[Path]
    """Model folder."""
    data: tyro.conf.Positional[Path]
    """Data-set folder, DATA/<CLASS>/<image>."""
    out: Path
    """Folder for the results."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where to compute; auto takes CUDA where there is one."""
    batch: Annotated[int, Field(ge=1, le=4096)] = 96
    """Frames at a time (frames; 1 to 4096)."""
    threads: Annotated[int, Field(ge=0, le=1024)] = 0
    """CPU threads, 0 for all cores (threads; 0 to 1024)."""
    resamples: Annotated[int, Field(ge=0, le=100_000)] = 1000
    """Resamplings of subjects for the 95 % intervals, 0 for none (number; 0 to 100000)."""
    figures: Literal["none", "all"] = "all"
    """Draw every figure as PNG and PDF with its numbers beside it, or none of them, which is quicker."""
    held_out_of: Path | None = None
    """Folder of the training run: judge only on the frames that it held out of DATA, the same set that it learned
    from."""
    events: bool = False
    """Write every event to stdout as a line of JSON instead of a progress bar and the figures."""


def run(words: list[str]) -> int:
    """Evaluate as the words say; return the exit code."""
    command = parsed(_Evaluate, words, "evaluate")
    from nas.data.apart import refuse_inside
    from nas.evaluate.decoded import HeldOut
    from nas.evaluate.evaluation import evaluate
    from nas.evaluate.report import as_text
    from nas.rundir import RunFolder
    from nas.train.record import read_record

    refuse_inside(command.data, command.out)
    held_out = None
    if command.held_out_of is not None:
        record = read_record(RunFolder(command.held_out_of))
        config = record.config
        held_out = HeldOut(config.validation, config.split, config.seed, record.data_fingerprint)
    going = evaluate(
        command.model,
        command.data,
        command.out,
        command.device,
        command.batch,
        command.threads,
        command.resamples,
        command.figures,
        held_out,
    )
    with Screen(as_lines=command.events) as screen:
        metrics = screen.follow(going)
    if not command.events:
        print(as_text(metrics))
    return DONE
