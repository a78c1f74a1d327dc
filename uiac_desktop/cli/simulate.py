"""uiac-desktop simulate: a labelled data set of simulated frames for the trainer, or a clip with its truth."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import tyro

from nas.exit_status import DONE
from uiac_desktop.cli.arguments import parsed
from uiac_desktop.cli.lines import progress_bar
from uiac_desktop.errors import DesktopError

_PICTURE: Final = 256
_CLIP: Final = 720


@dataclass(frozen=True, slots=True)
class Options:
    """Write simulated ultrasound frames of the fetal heart: a data set DIR/<CLASS>/*.png with labels.csv, or a clip.

    Equal seeds give equal bytes; subjects of different seeds are different. Simulated images only: a model that learned
    from them knows nothing else.
    """

    folder: Annotated[
        Path | None,
        tyro.conf.Positional,
        tyro.conf.arg(metavar="DIR", help="new or empty folder for the data set", help_behavior_hint=""),
    ] = None
    per_class: Annotated[int, tyro.conf.arg(metavar="N", help="images of each plane")] = 200
    none_factor: Annotated[float, tyro.conf.arg(metavar="X", help="images of none, in multiples of N")] = 1.0
    extras: Annotated[
        float,
        tyro.conf.arg(
            metavar="X",
            help="share of none, 0 to 1, with a colour box, dual image, M-mode or Doppler trace or callipers; a "
            "clip shows each kind where X is above 0, of examinations this share",
        ),
    ] = 0.0
    crops: Annotated[
        float,
        tyro.conf.arg(
            metavar="X",
            help="share of images, 0 to 1 (with --examinations: of examinations), cropped towards the fan and masked "
            "beside it, as departments do",
        ),
    ] = 0.0
    subjects: Annotated[int, tyro.conf.arg(metavar="N", help="simulated fetuses, two exams each")] = 25
    size: Annotated[
        int | None,
        tyro.conf.arg(metavar="PX", help="height of a picture", help_behavior_hint="(default: 256; 720 for a clip)"),
    ] = None
    seed: Annotated[int, tyro.conf.arg(metavar="S", help="names the data set")] = 0
    examinations: Annotated[
        int | None,
        tyro.conf.arg(
            metavar="N",
            help="frames along N whole examinations, four a second, as they come, in place of N images of each plane",
            help_behavior_hint="(default: none)",
        ),
    ] = None
    counts: Annotated[bool, tyro.conf.arg(help="say on stdout each second how many frames are done")] = False
    clip: Annotated[
        Path | None,
        tyro.conf.arg(
            metavar="FILE",
            help="write one examination as an MP4 video, with FILE.csv (frame, time_s, plane or none, distance from "
            "the ideal pose) beside it",
            help_behavior_hint="(default: no clip)",
        ),
    ] = None


def run(words: list[str]) -> int:
    """Write what the words ask for; return 0.

    Raises
    ------
    DesktopError
        A number is out of range, or a place cannot be written to.
    KeyboardInterrupt
        Stopped on request; nothing half done is left.
    """
    options = parsed(Options, words, "simulate")
    if options.folder is None and options.clip is None:
        raise DesktopError("Neither a folder nor a clip to write was given.", "Give DIR, or --clip FILE.")
    if options.folder is not None and options.examinations is not None:
        _write_examinations(options.folder, options.examinations, options)
    elif options.folder is not None:
        _write_dataset(options.folder, options)
    if options.clip is not None:
        _write_clip(options.clip, options)
    return DONE


def _write_dataset(folder: Path, options: Options) -> None:
    from uiac_desktop.phantom.dataset import write_dataset

    with progress_bar("Simulated frames") as show:
        summary = write_dataset(
            folder,
            options.per_class,
            options.subjects,
            _PICTURE if options.size is None else options.size,
            options.seed,
            progress=_counting(show) if options.counts else show,
            none_factor=options.none_factor,
            extras=options.extras,
            crops=options.crops,
        )
    print(f"{summary.images} images of {summary.subjects} subjects in {folder}")


def _counting(show: Callable[[int, int | None], None]) -> Callable[[int, int], None]:
    """Return a progress that also writes ``DONE of ALL frames``, a line a second."""
    told = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal told
        show(done, total)
        if time.monotonic() - told >= 1 or done == total:
            told = time.monotonic()
            print(f"{done} of {total} frames", flush=True)

    return tell


def _write_examinations(folder: Path, count: int, options: Options) -> None:
    from uiac_desktop.phantom.along import write_examinations

    with progress_bar("Simulated examinations") as show:
        summary = write_examinations(
            folder,
            count,
            _PICTURE if options.size is None else options.size,
            options.seed,
            extras=options.extras,
            crops=options.crops,
            progress=show,
        )
    print(f"{summary.images} images of {summary.subjects} subjects in {folder}")


def _write_clip(clip: Path, options: Options) -> None:
    from uiac_desktop.phantom.clip import write_clip

    if clip.suffix.lower() != ".mp4":
        raise DesktopError(f"{clip} is no .mp4 file.", "Name the clip FILE.mp4.")
    with progress_bar("Simulated clip") as show:
        summary = write_clip(
            clip,
            options.seed,
            _CLIP if options.size is None else options.size,
            progress=show,
            extras=options.extras > 0,
        )
    print(f"{summary.frames} frames, {summary.seconds:.1f} s in {clip}; truth in {summary.truth}")
