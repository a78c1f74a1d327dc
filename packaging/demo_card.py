"""Puts the demo model's figures on unseen subjects into its card and config: of frames, and along examinations."""

import json
import sys
from pathlib import Path
from typing import Any, Final

from nas.evaluate.metrics import Metrics
from nas.model import load_model, save_model
from nas.planes import plane_name

_HELD_OUT: Final = "## Figures on the held-out frames\n"
_UNSEEN: Final = "## Figures on {} simulated fetuses that it never saw\n"
_KINDS: Final = {
    "colour": "colour box",
    "dual": "dual image",
    "m-mode": "M-mode",
    "doppler": "Doppler spectrum",
    "callipers": "callipers",
}


def main(words: list[str]) -> int:
    """Rewrite MODEL by the metrics.json of an evaluation and the bench.json of the benchmark `sweeps`; return 0."""
    folder, evaluation, bench = map(Path, words)
    config, network = load_model(folder)
    metrics = Metrics.model_validate_json((evaluation / "metrics.json").read_bytes())
    along = json.loads(bench.read_text(encoding="utf-8"))
    card = with_figures((folder / "README.md").read_text(encoding="utf-8"), metrics, along)
    save_model(folder, config.model_copy(update={"figures": metrics.headline}), network, card)
    return 0


def with_figures(card: str, metrics: Metrics, along: dict[str, dict[str, Any]]) -> str:
    """Return the card of `uiac-nas train` with the figures on unseen women in place of those on held-out frames."""
    before, held_out, after = card.partition(_HELD_OUT)
    if not held_out:
        raise SystemExit("error: the card has no figures on held-out frames\nadvice: give a model of uiac-nas train")
    rest = after[after.index("\n## ") + 1 :]
    return f"{before}{_UNSEEN.format(metrics.n_subjects)}\n{_of_frames(metrics)}\n{_along(along)}\n{rest}"


def _of_frames(metrics: Metrics) -> str:
    first = [_with_interval(name, metrics) for name in ("top1", "macro_f1", "kappa")]
    others = [_percent(value) for value in (metrics.ece, metrics.planes_called_none, metrics.none_called_plane)]
    recalls = [f"| {code} | {plane_name(code)} | {_percent(value)} |" for code, value in metrics.per_plane.items()]
    lines = [
        "| top-1 | macro-F1 | kappa | calibration error | planes called none | none called a plane |",
        "| --- | --- | --- | --- | --- | --- |",
        f"| {' | '.join(first + others)} |",
        "",
        "| code | plane | recall |",
        "| --- | --- | --- |",
        *recalls,
        "",
        (
            f"{metrics.n} frames of planes and {metrics.n_none} of none, a share of which shows colour box, dual "
            f"image, trace or callipers. Most mistaken: {_most_mistaken(metrics)}."
        ),
        "",
    ]
    return "\n".join(lines)


def _along(figures: dict[str, dict[str, Any]]) -> str:
    """Return what the benchmark of whole examinations found, as shown live."""
    planes, between, extras = (
        _percent(figures[f"sweep_live_{name}"]["value"])
        for name in ("planes_called_none", "none_called_plane", "extras_called_plane")
    )
    kinds = ", ".join(
        f"{words} {_percent(figures[f'sweep_live_{kind}_called_plane']['value'])}" for kind, words in _KINDS.items()
    )
    seen = figures["sweep_live_planes_called_none"]["remark"]
    return (
        f"Along whole examinations, steadied as shown live ({seen}): {planes} of the frames of planes are called none, "
        f"{between} of the frames between planes are called a plane, and {extras} of the frames with something over or "
        f"beside the plain picture ({kinds}).\n"
    )


def _most_mistaken(metrics: Metrics, count: int = 3) -> str:
    cells = [
        (hits, metrics.classes[truth], metrics.classes[said])
        for truth, row in enumerate(metrics.confusion)
        for said, hits in enumerate(row)
        if truth != said
    ]
    return ", ".join(f"{truth} for {said} {hits}" for hits, truth, said in sorted(cells, reverse=True)[:count])


def _with_interval(name: str, metrics: Metrics) -> str:
    low, high = metrics.interval[name]
    return f"{_percent(getattr(metrics, name))} (95 %: {100 * low:.1f} to {100 * high:.1f})"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
