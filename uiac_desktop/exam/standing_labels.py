"""Which labels of a clip stand after all that people did and undid, and where people differ."""

from collections.abc import Iterable
from dataclasses import dataclass

from uiac_desktop.exam.clip_labels import LabelAct


@dataclass(frozen=True, slots=True)
class StandingLabel:
    """The label of one frame.

    Attributes
    ----------
    plane
        Code or ``none``.
    act
        The act that gave it: who and when.
    """

    plane: str
    act: LabelAct


@dataclass(frozen=True, slots=True)
class StandingLabels:
    """The labels of a clip that can be given away.

    Attributes
    ----------
    by_frame
        Settled ones, and those on which everybody who labelled the frame agrees.
    disputed
        Frames that people label differently and nobody has settled.
    """

    by_frame: dict[int, StandingLabel]
    disputed: frozenset[int]


def standing_labels(acts: Iterable[LabelAct]) -> StandingLabels:
    """Return what stands of everything that was done to a clip's labels, oldest act first."""
    by_person: dict[str, dict[int, StandingLabel]] = {}
    settled: dict[int, StandingLabel] = {}
    for act in _not_undone(acts):
        target = settled if act.what == "settled" else by_person.setdefault(act.who, {})
        for span in act.spans:
            for frame in range(span.first, span.last + 1):
                if span.plane is None:
                    target.pop(frame, None)
                else:
                    target[frame] = StandingLabel(span.plane, act)
    agreed: dict[int, StandingLabel] = {}
    disputed: set[int] = set()
    for labels in by_person.values():
        for frame, label in labels.items():
            other = agreed.setdefault(frame, label)
            if other.plane != label.plane:
                disputed.add(frame)
            elif label.act.id > other.act.id:
                agreed[frame] = label
    disputed -= settled.keys()
    by_frame = {frame: label for frame, label in agreed.items() if frame not in disputed} | settled
    return StandingLabels(dict(sorted(by_frame.items())), frozenset(disputed))


def _not_undone(acts: Iterable[LabelAct]) -> list[LabelAct]:
    """Return the acts that stand, oldest first; each person undoes and redoes alone."""
    done: dict[str, list[LabelAct]] = {}
    undone: dict[str, list[LabelAct]] = {}
    for act in acts:
        own, back = done.setdefault(act.who, []), undone.setdefault(act.who, [])
        if act.what == "undone":
            if own:
                back.append(own.pop())
        elif act.what == "redone":
            if back:
                own.append(back.pop())
        else:
            own.append(act)
            back.clear()
    return sorted((act for own in done.values() for act in own), key=lambda act: act.id)
