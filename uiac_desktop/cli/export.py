"""uiac-desktop export: frames of exams as a data set for the trainer, with nothing in it that names a woman."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from nas.exit_status import DONE
from uiac_desktop.cli.arguments import StorePlace, parsed
from uiac_desktop.cli.lines import note, progress_bar
from uiac_desktop.errors import DesktopError

if TYPE_CHECKING:
    from uiac_desktop.exam.export_options import ExportOptions
    from uiac_desktop.exam.store import ExamStore


@dataclass(frozen=True, slots=True)
class Options:
    """Add frames of exams to the data set DIR: DIR/<CLASS>/*.png and DIR/labels.csv, as uiac-nas takes them.

    Without more words: every kept frame that was not rejected, and the clips' frames that people labelled in Review. A
    woman and an exam appear as keyed hashes; the key stays on this PC. Nothing that is in DIR already is changed.
    Ctrl+C leaves DIR as it was (exit status 3), and the same command goes on from there.
    """

    what: Annotated[
        tuple[str, ...],
        tyro.conf.Positional,
        tyro.conf.arg(
            metavar="EXAM... DIR",
            help="numbers as uiac-desktop exams lists them, or all; then the folder: new, empty, or a data set",
            help_behavior_hint="",
        ),
    ]
    maps: Annotated[
        bool, tyro.conf.arg(help="also DIR-beside/maps and overlays: where the model looked for each label")
    ] = False
    clips: Annotated[bool, tyro.conf.arg(help="also DIR-beside/clips: the exams' clips")] = False
    clip_frames: Annotated[
        Literal["labelled", "all", "none"],
        tyro.conf.arg(help="of clips: frames that people labelled; all, those that the model labelled too; none"),
    ] = "labelled"
    every: Annotated[int, tyro.conf.arg(metavar="N", help="of clips: each N-th of these frames")] = 1
    range: Annotated[
        str | None,
        tyro.conf.arg(
            metavar="FIRST-LAST",
            help="of clips: these frame numbers, such as 100-250,400-420",
            help_behavior_hint="(default: whole clips)",
        ),
    ] = None
    corrected: Annotated[bool, tyro.conf.arg(help="only frames that a person labelled")] = False
    doubtful: Annotated[bool, tyro.conf.arg(help="only planes named with a certainty below 70 %")] = False
    drop_near: Annotated[bool, tyro.conf.arg(help="leave out frames nearly equal to another")] = False
    balance: Annotated[bool, tyro.conf.arg(help="as many frames of every plane as the rarest has")] = False
    at_most: Annotated[
        int | None,
        tyro.conf.arg(metavar="N", help="so many frames of a plane", help_behavior_hint="(default: no limit)"),
    ] = None
    same_names: Annotated[
        bool, tyro.conf.arg(help="take the data set's name of a plane where only case, width or spaces differ")
    ] = False
    model: Annotated[
        Path | None,
        tyro.conf.arg(
            metavar="DIR", help="model folder, for the maps", help_behavior_hint="(default: of the settings)"
        ),
    ] = None
    store: StorePlace = None


def run(words: list[str]) -> int:
    """Export what the words ask for; return 0.

    Raises
    ------
    DesktopError, nas.errors.NasError
        The words are of no use, or store or folder fail.
    KeyboardInterrupt
        Stopped on request; the data set is as it was.
    """
    from nas.counts import counted
    from uiac_desktop import paths
    from uiac_desktop.exam.export import export
    from uiac_desktop.exam.exported_sets import exported_sets
    from uiac_desktop.exam.store import open_store
    from uiac_desktop.exam.store_place import named_store
    from uiac_desktop.session.export.explainer import explainer_of
    from uiac_desktop.settings import SettingsFile

    options = parsed(Options, words, "export")
    if len(options.what) < 2:
        raise DesktopError("An exam and a folder are needed.", "Write uiac-desktop export EXAM DIR; exams lists them.")
    if not options.what[-1]:
        raise DesktopError("The folder has no name.", "Write uiac-desktop export EXAM DIR, or . for the folder here.")
    settings = SettingsFile().load()[0]
    chosen = _choice(options)
    with ExitStack() as stack:
        store = stack.enter_context(open_store(named_store(options.store) or settings.store))
        explain = None
        if options.maps:
            folder = options.model or settings.model or paths.demo_model()
            explain = stack.enter_context(explainer_of(folder)).explain
        show = stack.enter_context(progress_bar("Exporting"))
        done = export(
            store,
            _exams(options.what[:-1], store),
            Path(options.what[-1]).expanduser(),
            chosen,
            explain=explain,
            tell=lambda _step, count, total: show(count, total),
        )
    exported_sets().note(done.root)
    counts = ", ".join(f"{plane} {count}" for plane, count in done.planes.items())
    print(f"{counted(done.frames, 'frame')} added to {options.what[-1]}{': ' if counts else ''}{counts}")
    for line in done.left_out:
        note(line)
    if done.beside is not None:
        note(f"maps and clips are in {done.beside}")
    return DONE


def _choice(options: Options) -> "ExportOptions":
    from uiac_desktop.exam.export_options import ExportOptions, read_ranges

    return ExportOptions(
        clip_frames=options.clip_frames,
        every=options.every,
        ranges=read_ranges(options.range or ""),
        only_corrected=options.corrected,
        only_doubtful=options.doubtful,
        balance=options.balance,
        at_most=options.at_most,
        drop_near=options.drop_near,
        clips=options.clips,
        same_names=options.same_names,
    )


def _exams(words: tuple[str, ...], store: "ExamStore") -> list[int]:
    """Return the numbers of the exams that the words name."""
    if words == ("all",):
        return [exam.id for exam in reversed(store.exams())]
    for word in words:
        if not word.isdecimal():
            raise DesktopError(f"{word} is no number of an exam.", "Take it from the list: uiac-desktop exams.")
    return [int(word) for word in words]
