"""uiac-desktop precision: counts how often bf16 gives the label of float32, and lets the model use it where it does."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import tyro

from nas.exit_status import DONE
from uiac_desktop.cli.arguments import parsed
from uiac_desktop.cli.lines import progress_bar
from uiac_desktop.errors import DesktopError
from uiac_desktop.frame import Pixels

_SIMULATED_SEED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Options:
    """Find out whether a model may compute in bf16 on this PC, which is nearly twice as fast, and remember it.

    Labels frames in float32 and in bf16 and counts equal labels (plane or none). From 999 of 1000 on, over at least
    1000 frames, the model is computed in bf16 from its next start; else in float32. Your own clips are the best judges.
    """

    paths: Annotated[
        tuple[str, ...],
        tyro.conf.Positional,
        tyro.conf.arg(metavar="PATH...", help="clips to label", help_behavior_hint="(default: the simulated scan)"),
    ] = ()
    model: Annotated[
        Path | None,
        tyro.conf.arg(metavar="DIR", help="model folder", help_behavior_hint="(default: the shipped model)"),
    ] = None
    frames: Annotated[int, tyro.conf.arg(metavar="N", help="frames at most, from 1000")] = 2000


def run(words: list[str]) -> int:
    """Count, note the count, say it; return 0.

    Raises
    ------
    DesktopError, nas.errors.NasError
        This CPU has no bf16, or model or clips are of no use.
    """
    from uiac_desktop.inference.openvino_backend import cpu_has_bf16
    from uiac_desktop.inference.precision import FRAMES_NEEDED, compare, note
    from uiac_desktop.inference.predictor import load_predictor
    from uiac_desktop.paths import demo_model

    options = parsed(Options, words, "precision")
    if options.frames < FRAMES_NEEDED:
        raise DesktopError(f"{options.frames} frames prove nothing.", f"Give at least --frames {FRAMES_NEEDED}.")
    if not cpu_has_bf16():
        raise DesktopError("This CPU has no bf16.", "Nothing to do: models are computed in float32.")
    folder = options.model or demo_model()
    exact = load_predictor(folder, "openvino", precision="fp32")
    quick = load_predictor(folder, "openvino", precision="bf16")
    try:
        agreement = compare(folder, exact, quick, _shown(_frames(options), options.frames))
    finally:
        exact.close()
        quick.close()
    note(agreement)
    verdict = "computed in bf16 from its next start" if agreement.proves_bf16 else "computed in float32"
    print(f"{agreement.agreeing} of {agreement.frames} labels agree ({100 * agreement.fraction:.2f} %).")
    print(f"The model is {verdict}." + _shortage(agreement.frames, FRAMES_NEEDED))
    return DONE


def _shortage(frames: int, needed: int) -> str:
    return f" At least {needed} frames are needed: give more clips." if frames < needed else ""


def _frames(options: Options) -> Iterator[Pixels]:
    if not options.paths:
        yield from simulated_frames()
        return
    from uiac_desktop.sources.open import open_source

    for path in options.paths:
        with open_source(path) as source:
            for frame in source:
                yield frame.pixels


def simulated_frames() -> Iterator[Pixels]:
    """Yield frames of many simulated subjects, spread over the whole sweep."""
    from uiac_desktop.phantom.scan import SimulatedScan

    seed = _SIMULATED_SEED
    while True:
        scan = SimulatedScan(seed, size=240)
        for index in range(0, scan.sweep_frames, 15):
            yield scan.render(index)[0]
        seed += 1


def _shown(frames: Iterator[Pixels], most: int) -> Iterator[Pixels]:
    """Pass on at most so many frames and show how far the work is."""
    with progress_bar("Labels compared") as show:
        for number, pixels in enumerate(frames, 1):
            yield pixels
            show(number, most)
            if number == most:
                return
