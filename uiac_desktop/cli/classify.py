"""uiac-desktop classify: one row a frame of clips, stills and DICOM files, with the plane and how sure the model is."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from nas.errors import NasError
from nas.exit_status import DONE, UNUSABLE
from uiac_desktop.cli.arguments import parsed
from uiac_desktop.cli.lines import complain, note, progress_bar, warn
from uiac_desktop.errors import DesktopError, SourceError

if TYPE_CHECKING:
    from uiac_desktop.cli.overlays import MapFolder
    from uiac_desktop.cli.table import Table
    from uiac_desktop.inference.predictor import Predictor


@dataclass(frozen=True, slots=True)
class Options:
    """Label every frame of clips, stills, DICOM files and folders of them: one row a frame.

    Columns: source (the path as given), frame (decoded frames from 0), time_s (seconds from the first frame), plane (or
    none), certainty (calibrated, 0 to 1; under none that of the best plane), p_CLASS for every plane. A damaged file
    gives rows for what decodes and a warning; an unusable one is reported and skipped, and the exit status is 2. Ctrl+C
    keeps the rows so far (exit status 3). Research use only. Not for diagnosis.
    """

    paths: Annotated[
        tuple[str, ...],
        tyro.conf.Positional,
        tyro.conf.arg(metavar="PATH...", help="files or folders; a folder is its media", help_behavior_hint=""),
    ]
    model: Annotated[
        Path | None,
        tyro.conf.arg(metavar="DIR", help="model folder", help_behavior_hint="(default: the shipped model)"),
    ] = None
    out: Annotated[
        Path | None,
        tyro.conf.arg(metavar="FILE", help="table, .csv or .json", help_behavior_hint="(default: CSV on stdout)"),
    ] = None
    maps: Annotated[
        Path | None,
        tyro.conf.arg(
            metavar="DIR",
            help="folder for one PNG a frame: the named plane's map over the frame, hot where the network looked; "
            "maps.csv in it lists file, source, frame",
            help_behavior_hint="(default: no pictures)",
        ),
    ] = None
    smooth: Annotated[
        float, tyro.conf.arg(metavar="SECONDS", help="steady labels over this time, 0 to 5; 0: every frame by itself")
    ] = 0.0
    device: Annotated[
        Literal["auto", "cpu", "cuda"], tyro.conf.arg(help="auto: an NVIDIA card where there is one, else the CPU")
    ] = "auto"


def run(words: list[str]) -> int:
    """Label the files that the words name; return 0 done, 2 where one was unusable.

    Raises
    ------
    DesktopError, nas.errors.NasError
        Options, model or output are of no use.
    KeyboardInterrupt
        Stopped on request; the table holds what was done.
    """
    options = parsed(Options, words, "classify")
    _check(options)
    found = list(_media(options.paths))
    usable = [path for path in found if path is not None]
    if not usable:
        return UNUSABLE
    all_labelled = _label(options, usable)
    return DONE if all_labelled and len(usable) == len(found) else UNUSABLE


def _check(options: Options) -> None:
    from uiac_desktop.cli.table import FORMATS

    if not options.paths:
        raise DesktopError("No file to label was given.", "Give one or more paths; see uiac-desktop classify --help.")
    if not 0 <= options.smooth <= 5:
        raise DesktopError("--smooth must be 0 to 5 seconds.", "Give for example --smooth 0.25.")
    out = options.out
    if out is not None and out.suffix.lower() not in FORMATS:
        raise DesktopError(f"{out} is neither a .csv nor a .json file.", "Name the table FILE.csv or FILE.json.")
    if out is not None and out.is_dir():
        raise DesktopError(f"{out} is a folder, not a file.", "Name a file in it, such as FILE.csv.")
    if out is not None and not out.absolute().parent.is_dir():
        raise DesktopError(f"{out} cannot be written: its folder does not exist.", "Make the folder first.")


def _media(paths: tuple[str, ...]) -> Iterator[str | None]:
    """Yield every file to label as it was given, or below the folder that was given; None for one of no use."""
    from uiac_desktop.sources.media import left_out, list_media

    for path in paths:
        if not os.path.exists(path):  # noqa: PTH110 - a path stays as it was typed
            complain(f"There is no file or folder {path or 'without a name'}.", "Check the path.")
            yield None
            continue
        if not os.path.isdir(path):  # noqa: PTH112
            yield path
            continue
        reports: list[str] = []
        try:
            files = list_media(Path(path), reports.append)
            if reports:
                note(left_out(reports))
        except DesktopError as error:
            complain(error.message, error.advice)
            files = []
            yield None
        yield from (os.path.join(path, file.relative_to(path)) for file in files)  # noqa: PTH118


def _label(options: Options, paths: list[str]) -> bool:
    """Label files one after another; return whether all of them could be labelled."""
    from uiac_desktop.cli.overlays import open_maps
    from uiac_desktop.cli.table import columns, open_table
    from uiac_desktop.inference.foreign_config import ForeignConfig
    from uiac_desktop.inference.predictor import load_predictor
    from uiac_desktop.paths import demo_model

    predictor = load_predictor(options.model or demo_model(), options.device)
    _introduce(predictor)
    config = predictor.config
    if options.maps is not None and isinstance(config, ForeignConfig) and config.maps is None:
        predictor.close()
        raise DesktopError(f"The model {config.name} has no maps.", "Leave --maps out, or choose another model.")
    plain = "".join((*paths, *config.classes)).isascii()
    done = []
    try:
        with (
            open_maps(options.maps, config.preprocess) as maps,
            open_table(options.out, columns(config), plain) as table,
        ):
            for number, path in enumerate(paths, 1):
                done.append(_label_one(path, number, predictor, options.smooth, table, maps))
    finally:
        predictor.close()
    return all(done)


def _introduce(predictor: "Predictor") -> None:
    from uiac_desktop.inference.foreign_config import is_calibrated

    for line in predictor.notices:
        warn(line)
    if predictor.simulated_only:
        note(f"The model {predictor.config.name} has learned from simulated images only: do not trust it on real ones.")
    if not is_calibrated(predictor.config):
        note(f"The model {predictor.config.name} is foreign and not calibrated: its certainty is a bare score.")


def _label_one(
    path: str, number: int, predictor: "Predictor", smoothing_s: float, table: "Table", maps: "MapFolder | None"
) -> bool:
    """Add a row for every frame of one file; return False, with what happened said, where it gives none."""
    from uiac_desktop.cli.table import row
    from uiac_desktop.session.analysis import analyse
    from uiac_desktop.sources.open import open_source

    told, before = len(predictor.notices), table.rows
    try:
        with open_source(path) as source, progress_bar(Path(path).name) as show:
            for result in analyse(source, predictor, smoothing_s):
                table.add(row(path, result, predictor.config))
                if maps is not None:
                    maps.add(path, number, result)
                show(table.rows - before, source.info.frames)
            warnings = source.warnings
    except (SourceError, NasError) as error:
        _complain_of(path, error.message, error.advice)
        return False
    if warnings:
        warn(f"{path}: {' '.join(warnings)}")
    for line in predictor.notices[told:]:
        warn(line)
    if table.rows == before:
        _complain_of(path, "There is no frame in it.", "Choose another file.")
        return False
    return True


def _complain_of(path: str, message: str, advice: str) -> None:
    named = Path(path).name in message
    complain(message if named else f"{path}: {message}", advice)
