"""What is wrong with a data set and what to do about it, found before training instead of in the middle of it."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from nas.counts import counted
from nas.data.copies import Copies
from nas.data.folder import DataSet
from nas.data.labels import near_equal
from nas.errors import DataError
from nas.planes import NONE, PLANES

Severity = Literal["error", "warning", "note"]
_TINY: Final = 20
_UNBALANCED: Final = 10
_FIXABLE: Final = frozenset(
    {"broken", "near_equal_names", "other_name", "empty_class", "two_labels", "copies", "copies_two_labels"}
)
_OTHER_NAMES: Final = {
    "4ch": "FCH", "4cv": "FCH", "bsa": "BSC", "3vv": "TV", "3vt": "TVT", "3vtv": "TVT", "abdominal": "ACS",
    "abdomen": "ACS", "lvotv": "LVOT", "rvotv": "RVOT",
}  # fmt: skip


class Problem(BaseModel):
    """One thing that a person should know about a data set.

    Attributes
    ----------
    kind
        A stable name for programs.
    severity
        `error`: it cannot be trained on like this; `warning`: figures would deceive, or data be lost;
        `note`: good to know.
    message, advice
        What it is and what to do.
    files
        The files concerned, relative to the root.
    groups
        Files that belong together, such as copies of each other.
    names
        The classes concerned; of `other_name` the class and the plane that it may be.
    fixable
        Whether moving, renaming or deleting the named files puts it right; else other data are needed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    severity: Severity
    message: str
    advice: str = ""
    files: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    names: tuple[str, ...] = ()
    fixable: bool = False


def problems_of(data: DataSet, readable: DataSet, broken: dict[str, str], copies: Copies) -> list[Problem]:
    """Return what is wrong with a data set, whatever the split.

    Parameters
    ----------
    data
        The set as scanned.
    readable
        The same without the images that cannot be read.
    broken
        Path of every image that cannot be read, with the reason.
    copies
        Equal and nearly equal images.
    """
    found = (*_files(data, broken), *_names(data), *_counts(readable), *_labels(data), *_copies(readable, copies))
    return [problem.model_copy(update={"fixable": problem.kind in _FIXABLE}) for problem in found]


def refuse_unusable(data: DataSet) -> None:
    """Raise `DataError` for the first thing that forbids training and that shows without opening an image."""
    for problem in (*_counts(data), *_names(data), *_labels(data)):
        if problem.severity == "error":
            raise DataError(problem.message, problem.advice)


def _files(data: DataSet, broken: dict[str, str]) -> Iterable[Problem]:
    if broken:
        yield Problem(
            kind="broken",
            severity="warning",
            message=f"{counted(len(broken), 'file')} that cannot be read, left out of training.",
            advice="Replace them by whole pictures, or take them out.",
            files=tuple(sorted(broken)),
        )
    if data.missing:
        yield Problem(
            kind="missing",
            severity="warning",
            message=f"{counted(len(data.missing), 'row')} of labels.csv without a file of that name.",
            advice="Put the files back, or delete the rows.",
            files=data.missing,
        )
    if data.foreign:
        yield Problem(
            kind="foreign",
            severity="note",
            message=f"{counted(len(data.foreign), 'file')} passed over: no image.",
            files=data.foreign,
        )
    if data.litter:
        message = f"{counted(len(data.litter), 'hidden or left-behind item')} passed over."
        yield Problem(kind="litter", severity="note", message=message, files=data.litter)
    if data.parts:
        message = f"The folders {', '.join(data.parts)} are read as one set; training splits it anew."
        yield Problem(kind="parts", severity="note", message=message)
    if data.encoding == "gb2312":
        yield Problem(
            kind="encoding",
            severity="note",
            message="labels.csv is read as GB 2312.",
            advice="Save it as CSV UTF-8 to be certain of every letter.",
        )


def _names(data: DataSet) -> Iterable[Problem]:
    for group in near_equal([*data.classes, *data.empty_classes]):
        yield Problem(
            kind="near_equal_names",
            severity="error",
            message=f"The names {', '.join(group)} differ only in case, width or spaces. Are they one plane?",
            advice="Give them one name if they are, or clearly different names if not.",
            names=group,
        )
    for name in data.classes:
        other = _OTHER_NAMES.get(name.casefold())
        if other and name not in PLANES:
            yield Problem(
                kind="other_name",
                severity="note",
                message=f"{name} is trained as a plane of its own.",
                advice=f"If it is the plane {other}, rename it to {other}, so that protocol and help know it.",
                names=(name, other),
            )


def _counts(data: DataSet) -> Iterable[Problem]:
    counts = {name: data.counts[name] for name in data.classes}
    yield from _too_few(counts)
    if data.empty_classes:
        yield Problem(
            kind="empty_class",
            severity="warning",
            message=_of_all(
                data.empty_classes,
                "{} has no images. The network gets no output for it.",
                "{} have no images. The network gets no outputs for them.",
            ),
            advice=_of_all(
                data.empty_classes, "Add images, or delete the empty folder.", "Add images, or delete them."
            ),
            names=data.empty_classes,
        )
    yield from _out_of_proportion(counts)


def _too_few(counts: dict[str, int]) -> Iterable[Problem]:
    if len(counts) < 2:
        name = next(iter(counts), NONE)
        yield Problem(
            kind="one_class",
            severity="error",
            message=f"The data set has only one plane, {name}; at least two are needed to tell apart.",
            advice="Add a folder of images for each plane.",
        )
    single = [name for name, count in counts.items() if count < 2]
    if single:
        yield Problem(
            kind="single",
            severity="error",
            message=_of_all(
                single,
                "There is only one image of {}, which cannot be on both sides of a split.",
                "There is only one image each of {}; none of them can be on both sides of a split.",
            ),
            advice=_of_all(
                single,
                "Add images of that plane, from at least two women, or take its folder out.",
                "Add images of these planes, from at least two women, or take their folders out.",
            ),
            names=tuple(single),
        )


def _of_all(names: Sequence[str], one: str, several: str) -> str:
    """Return a sentence about one class or about several, with their names in its place."""
    *most, last = names
    return several.format(f"{', '.join(most)} and {last}") if most else one.format(last)


def _out_of_proportion(counts: dict[str, int]) -> Iterable[Problem]:
    tiny = [name for name, count in counts.items() if 2 <= count < _TINY]
    if tiny:
        yield Problem(
            kind="tiny",
            severity="warning",
            message=_of_all(
                tiny,
                f"{{}} has fewer than {_TINY} images; its figures mean little.",
                f"{{}} have fewer than {_TINY} images each; their figures mean little.",
            ),
            advice="Collect more frames, of other women rather than more of the same.",
            names=tuple(tiny),
        )
    if len(counts) > 1 and max(counts.values()) > _UNBALANCED * min(counts.values()):
        most, least = max(counts, key=lambda name: counts[name]), min(counts, key=lambda name: counts[name])
        yield Problem(
            kind="unbalanced",
            severity="warning",
            message=f"{most} has {counts[most]} images and {least} has {counts[least]}.",
            advice="Train with --class-weights balanced, and judge by macro-F1 and recall, not by top-1.",
            names=(most, least),
        )


def _labels(data: DataSet) -> Iterable[Problem]:
    contradicted = [image.path for image in data.images if image.labels]
    if contradicted:
        yield Problem(
            kind="two_labels",
            severity="error",
            message=f"{counted(len(contradicted), 'image')} with two labels, by labels.csv and folder or by two rows.",
            advice="Correct labels.csv, or move each image to the folder of its plane.",
            files=tuple(contradicted),
        )


def _copies(data: DataSet, copies: Copies) -> Iterable[Problem]:
    label = {image.path: image.label for image in data.images}
    woman = {image.path: image.subject for image in data.images}
    torn = [group for group in copies.equal if len({label[path] for path in group}) > 1]
    if torn:
        yield Problem(
            kind="copies_two_labels",
            severity="error",
            message=f"{counted(len(torn), 'image')} there twice with two labels.",
            advice="Keep the copy with the right label and delete the other.",
            groups=tuple(torn),
        )
    same = [group for group in copies.equal if group not in torn]
    if same:
        yield Problem(
            kind="copies",
            severity="warning",
            message=f"{counted(len(same), 'image')} there more than once.",
            advice="Delete the copies; the same image on both sides of a split makes figures too good.",
            groups=tuple(same),
        )
    known = all(woman.values())
    near = [pair for pair in copies.near if not known or woman[pair[0]] != woman[pair[1]]]
    if near:
        yield Problem(
            kind="near_copies",
            severity="warning",
            message=f"{counted(len(near), 'pair')} of images nearly equal"
            + (" though their subjects differ." if known else ", as neighbouring frames or re-saved copies are."),
            advice="Check whether they are one woman."
            if known
            else "Give subjects in labels.csv to keep them together.",
            groups=tuple(near),
        )
