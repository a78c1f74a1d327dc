"""Training and held-out frames, by woman where she is known, because frames of one fetus are nearly equal."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from nas.counts import counted
from nas.data.folder import DataSet, Grouping, Image
from nas.errors import DataError

_NAME_PREFIX: Final = re.compile(r"^(.+?)[ _-].*\d")
_KEPT_BY: Final[dict[str, str]] = {
    "clip": "clip",
    "folder": "folder",
    "name": "the first part of the file names",
    "image": "image",
}
_ADVICE: Final = "Add a column subject to labels.csv; figures of other splits are too good."
_MORE_WOMEN: Final = "Add frames of other women; figures of one woman alone are too good."
_BY_SUBJECT: Final = "Split by subject: figures of other splits are too good."


@dataclass(frozen=True, slots=True)
class Split:
    """Positions of the training and the held-out images, sorted, and how they were kept apart.

    `warning` and `advice` are empty where the split is by subject as asked.
    """

    train: NDArray[np.int64]
    held_out: NDArray[np.int64]
    by: Grouping
    warning: str = ""
    advice: str = ""


def split(
    data: DataSet, share: float = 0.2, by: Literal["subject", "clip", "random"] = "subject", seed: int = 0
) -> Split:
    """Hold out a share of a data set.

    Parameters
    ----------
    data
        The set.
    share
        Share of the images held out (fraction); met as nearly as whole groups allow.
    by
        `subject` or `clip` keeps each on one side, falling back to what is known, and says so; `random` takes single
        images, as the paper did.
    seed
        Equal seeds give equal splits.

    Returns
    -------
    Split
        Stratified by label: each plane is on both sides wherever that can be.

    Raises
    ------
    DataError
        A plane cannot be on both sides.
    """
    labels = np.array([image.label for image in data.images])
    grouping, groups = _groups(data, by)
    held_out = np.zeros(len(labels), dtype=bool)
    if grouping == "image":
        held_out[_by_image(labels, share, seed)] = True
    else:
        held_out[_by_group(labels, np.array(groups), share, seed)] = True
    for plane in data.classes:
        if held_out[labels == plane].all() or not held_out[labels == plane].any():
            raise DataError(
                f"{plane} cannot be on both sides of a split by {grouping}.",
                f"Add frames of {plane} from more women, or leave that plane out.",
            )
    warning, advice = _flattered(data, by, grouping)
    return Split(np.flatnonzero(~held_out), np.flatnonzero(held_out), grouping, warning, advice)


def _flattered(data: DataSet, by: str, grouping: Grouping) -> tuple[str, str]:
    """Return what makes the figures of a split too good and what to do, both empty where nothing does."""
    if grouping == "subject":
        return _of_unknown(data)
    women = {image.subject for image in data.images} - {""}
    if by == "random":
        said = "The split is random over images, as in the paper: one woman is on both sides, and the figures flatter."
        return said, _BY_SUBJECT if len(women) > 1 else _ADVICE
    split_by = f"The split is by {_KEPT_BY[grouping]}"
    if len(women) == 1 and all(image.subject for image in data.images):
        return f"{split_by}: only one woman is known, so she is on both sides.", _MORE_WOMEN
    if women and by == "clip":
        why = " as chosen" if grouping == "clip" else ", for want of clips"
        return f"{split_by}{why}: one woman can be on both sides.", _BY_SUBJECT
    if women:
        lone = ", ".join(_of_one_woman(data)) or "a plane"
        advice = f"Add frames of {lone} from other women; figures of other splits are too good."
        return f"{split_by}: all frames of {lone} are of one woman, so women can be on both sides.", advice
    match grouping:
        case "image":
            return f"{split_by}: neither subjects nor clips are known, so one woman is on both sides.", _ADVICE
        case "name":
            return f"{split_by}: no subjects are known; check that it names the woman.", _ADVICE
        case _:
            return f"{split_by}: no subjects are known, so one woman can be on both sides.", _ADVICE


def _of_unknown(data: DataSet) -> tuple[str, str]:
    """Return what flatters in a split by subject where some images have none."""
    unknown = sum(not image.subject for image in data.images)
    if not unknown:
        return "", ""
    have = "has" if unknown == 1 else "have"
    said = f"The split is by subject, but {counted(unknown, 'image')} {have} none: one woman can be on both sides."
    return said, "Fill in the column subject of labels.csv for all; until then the figures can be too good."


def _of_one_woman(data: DataSet) -> list[str]:
    """Return the planes whose frames are all of one known woman."""
    women: dict[str, set[str]] = defaultdict(set)
    for image in data.images:
        women[image.label].add(image.subject or f"\0{image.path}")
    return [plane for plane in data.classes if len(women[plane]) == 1]


def _groups(data: DataSet, by: str) -> tuple[Grouping, list[str]]:
    """Return the best grouping that the set allows, and each image's group.

    Where some images have no subject, each of them is kept with its clip, as far as that is known.
    """
    if by == "random":
        return "image", []
    clips = [image.clip and f"{image.subject}/{image.exam}/{image.clip}" for image in data.images]
    ways: list[tuple[Grouping, Sequence[str]]] = [
        ("clip", clips),
        ("folder", [_folder(image) for image in data.images]),
        ("name", [_name_prefix(image) for image in data.images]),
    ]
    if by == "subject" and data.subjects:
        ways.insert(0, ("subject", [image.subject or clip for image, clip in zip(data.images, clips, strict=True)]))
    for grouping, names in ways:
        if any(names):
            groups = [name or f"\0{image.path}" for name, image in zip(names, data.images, strict=True)]
            if _separable(data, groups):
                return grouping, groups
    return "image", []


def _separable(data: DataSet, groups: list[str]) -> bool:
    """Tell whether every plane has frames in at least two groups."""
    found: dict[str, set[str]] = defaultdict(set)
    for image, group in zip(data.images, groups, strict=True):
        found[image.label].add(group)
    return all(len(found[plane]) > 1 for plane in data.classes)


def _folder(image: Image) -> str:
    steps = image.path.split("/")
    return "/".join(steps[1:-1])


def _name_prefix(image: Image) -> str:
    stem = image.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    match = _NAME_PREFIX.match(stem)
    prefix = match.group(1) if match else ""
    return "" if prefix.casefold() == image.label.casefold() else prefix


def _by_image(labels: NDArray[np.str_], share: float, seed: int) -> NDArray[np.int64]:
    rng = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        chosen.append(members[: _share_of(len(members), share)])
    return np.concatenate(chosen)


def _share_of(count: int, share: float) -> int:
    return min(max(round(count * share), 1), count - 1) if count > 1 else 0


def _by_group(labels: NDArray[np.str_], groups: NDArray[np.str_], share: float, seed: int) -> NDArray[np.bool_]:
    """Take whole groups, in random order, each time one that brings the label counts nearest to the share.

    Greedy on the summed squared distance to the wanted count of every label; a plane's last group outside is never
    taken, and a plane without any is served first.
    """
    names, label_of = np.unique(labels, return_inverse=True)
    group_names, group_of = np.unique(groups, return_inverse=True)
    table = np.zeros((len(group_names), len(names)))
    np.add.at(table, (group_of, label_of), 1)
    totals = table.sum(axis=0)
    scale = 1.0 / np.maximum(totals, 1)
    wanted = totals * share
    held = np.zeros(len(names))
    taken = np.zeros(len(group_names), dtype=bool)
    order = np.random.default_rng(seed).permutation(len(group_names))

    def distance(counts: NDArray[np.float64]) -> float:
        return float((((counts - wanted) * scale) ** 2).sum())

    for group in order:
        leaves = totals - held - table[group]
        empties = bool(((leaves <= 0) & (totals > 0)).any())
        if not empties and distance(held + table[group]) < distance(held):
            held += table[group]
            taken[group] = True
    for label in np.flatnonzero((held == 0) & (totals > 0)):
        candidates = [g for g in order if not taken[g] and table[g, label] > 0]
        whole = [g for g in candidates if not ((totals - held - table[g] <= 0) & (totals > 0)).any()]
        if whole:
            best = min(whole, key=lambda g: distance(held + table[g]))
            held += table[best]
            taken[best] = True
    return taken[group_of]
