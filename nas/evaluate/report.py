"""The figures of an evaluation as a person reads them in a terminal."""

from nas.counts import counted
from nas.evaluate.metrics import Metrics


def as_text(metrics: Metrics) -> str:
    """Return the figures as text, percent with one decimal."""
    women = f", {counted(metrics.n_subjects, 'subject')}" if metrics.n_subjects else ", subjects not known"
    lines = [
        f"{counted(metrics.n, 'frame')} of planes{women}; {counted(metrics.n_none, 'frame')} of none",
        *(_figure(name, getattr(metrics, key), metrics.interval.get(key)) for name, key in _FIGURES),
        _figure("calibration error", metrics.ece, None),
        _figure("  at temperature 1", metrics.ece_uncalibrated, None),
        _figure("planes called none", metrics.planes_called_none, None),
        _figure("none called a plane", metrics.none_called_plane, None),
        "recall of each plane",
        *(f"  {name:<8}{100 * recall:6.1f} %" for name, recall in metrics.per_plane.items()),
    ]
    return "\n".join(lines)


_FIGURES = (("top-1", "top1"), ("macro-F1", "macro_f1"), ("kappa", "kappa"))


def _figure(name: str, value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None:
        return f"{name:<21}    -"
    between = f"  (95 % of resamplings: {100 * interval[0]:.1f} to {100 * interval[1]:.1f} %)" if interval else ""
    return f"{name:<21}{100 * value:5.1f} %{between}"
