"""What a comparison settles, in one plain sentence that claims no more than its subjects bear."""

from collections.abc import Sequence

from nas.compare.paired import LEVEL, Pair, subjects_needed
from nas.counts import counted


def verdict(best: str, models: int, subjects: int, pairs: Sequence[Pair]) -> str:
    """Return who wins and by how much, or that nothing is settled.

    Parameters
    ----------
    best
        The model of highest mean top-1.
    models
        How many have a result.
    subjects
        Test subjects; 0 where they are not known.
    pairs
        The best against every other, where there are subjects to test them on.
    """
    if models < 2:
        return f"Only {best} was judged, so there is nothing to compare it with."
    lead = f"{best} has the highest top-1"
    if not subjects:
        return f"Nothing is settled: the subjects of the test frames are not known, so no test can be made; {lead}."
    needed = subjects_needed(models - 1)
    if subjects < needed:
        return (
            f"Nothing is settled: {counted(subjects, 'test subject')} {'is' if subjects == 1 else 'are'} too few,"
            " since the test of"
            f" {counted(models - 1, 'pair')} needs {needed}; {lead}."
        )
    held = [pair for pair in pairs if pair.p_holm < LEVEL and pair.difference > 0]
    if not held:
        return f"Nothing is settled: {lead}, but no difference from it holds at 5 % on {subjects} subjects."
    if len(held) == len(pairs):
        nearest = min(held, key=lambda pair: pair.difference)
        others = "" if len(pairs) == 1 else f"; it is ahead of all {len(pairs)} others"
        return (
            f"{best} wins: on {subjects} subjects it is {_points(nearest)} more accurate than {nearest.other}"
            f" ({said_p(nearest.p_holm)}){others}."
        )
    open_pairs = [pair.other for pair in pairs if pair not in held]
    ahead = ", ".join(f"{pair.other} by {_points(pair)}" for pair in held)
    return (
        f"{best} is more accurate on {subjects} subjects than {ahead};"
        f" between it and {_listed(open_pairs)} nothing is settled."
    )


def said_p(value: float) -> str:
    """Return a p as people write it."""
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def _points(pair: Pair) -> str:
    return f"{100 * pair.difference:.1f} points (95 % {100 * pair.low:.1f} to {100 * pair.high:.1f})"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
