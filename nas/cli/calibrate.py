"""uiac-nas calibrate: fits a model's certainty anew, with progress on stderr and the figures on stdout."""

from pathlib import Path
from typing import Annotated, Literal

import tyro
from pydantic import Field
from pydantic.dataclasses import dataclass

from nas.cli.parsing import parsed
from nas.cli.screen import Screen
from nas.exit_status import DONE


@dataclass
class _Calibrate:
    """Fit a model's temperature and none threshold on frames of women that it was not trained on."""

    model: tyro.conf.Positional[Path]
    """Model folder; its config and card are replaced, its weights stay."""
    data: tyro.conf.Positional[Path]
    """Data-set folder, DATA/<CLASS>/<image>, best with a class none."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where to compute; auto takes CUDA where there is one."""
    batch: Annotated[int, Field(ge=1, le=4096)] = 96
    """Frames at a time (frames; 1 to 4096)."""
    threads: Annotated[int, Field(ge=0, le=1024)] = 0
    """CPU threads, 0 for all cores (threads; 0 to 1024)."""


def run(words: list[str]) -> int:
    """Calibrate as the words say; return the exit code."""
    command = parsed(_Calibrate, words, "calibrate")
    from nas.evaluate.recalibration import recalibrate
    from nas.evaluate.report import as_text

    going = recalibrate(command.model, command.data, command.device, command.batch, command.threads)
    with Screen(as_lines=False) as screen:
        metrics = screen.follow(going)
    print(as_text(metrics))
    return DONE
