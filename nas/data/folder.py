"""The data-set folder ROOT/<CLASS>/<image> with its labels.csv, read without opening an image."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from nas.data.labels import LabelRow, read_labels
from nas.data.walk import Found, entries, walk
from nas.errors import DataError
from nas.planes import NONE, PLANES

LABELS_FILE: Final = "labels.csv"
_SIMULATED: Final = "simulated"
_SIMULATED_WOMAN: Final = "sim-"
LAYOUT: Final = "Give a folder with one sub-folder of images for each plane, such as DATA/FCH/0001.png."

Grouping = Literal["subject", "clip", "folder", "name", "image"]


@dataclass(frozen=True, slots=True)
class Image:
    """One labelled frame on disk.

    `path` is relative to the root, with forward slashes; `source` is the kind of what it came from, such as
    ``simulated`` or ``device``; what is not known is an empty text.
    """

    path: str
    label: str
    subject: str = ""
    exam: str = ""
    clip: str = ""
    source: str = ""
    labels: tuple[str, ...] = ()
    """Every label that the folder and labels.csv give, where they contradict each other."""

    @property
    def simulated(self) -> bool:
        """Whether it is the simulator's, by its source or by the woman's name."""
        return self.source == _SIMULATED or self.subject.startswith(_SIMULATED_WOMAN)


@dataclass(frozen=True, slots=True)
class DataSet:
    """What a data-set folder holds.

    Attributes
    ----------
    root
        The folder.
    images
        Every image, sorted by path.
    classes
        The planes present, the eleven in the paper's order and then a department's own by name; never `none`.
    empty_classes
        Class folders without an image.
    litter
        Files and folders passed over: hidden ones, and what file managers and notebooks leave behind.
    foreign
        Files in class folders that are no images, or whose names are in no encoding of this system.
    missing
        Rows of labels.csv whose file is not there.
    parts
        Names such as train and test, where the classes were found below them and read as one set.
    encoding
        Of labels.csv; empty without one.
    """

    root: Path
    images: tuple[Image, ...]
    classes: tuple[str, ...]
    empty_classes: tuple[str, ...] = ()
    litter: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    encoding: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """Images of every class, in the order of `classes`, then `none` where there are any."""
        found = Counter(image.label for image in self.images)
        ordered = {name: found[name] for name in self.classes}
        return ordered | ({NONE: found[NONE]} if found[NONE] else {})

    @property
    def subjects(self) -> tuple[str, ...]:
        """The women that are known, sorted."""
        return tuple(sorted({image.subject for image in self.images if image.subject}))

    @property
    def simulated(self) -> bool:
        """Whether every image of the set is the simulator's."""
        return bool(self.images) and all(image.simulated for image in self.images)

    def file(self, image: Image) -> Path:
        """Return where an image lies."""
        return self.root / image.path

    def only(self, keep: list[int]) -> "DataSet":
        """Return the same set with some images, by position."""
        return replace(self, images=tuple(self.images[index] for index in keep))


def class_order(names: set[str]) -> tuple[str, ...]:
    """Return class names in the order that every list keeps: the eleven planes, then others by name; without `none`."""
    own = sorted(names - set(PLANES) - {NONE})
    return tuple(plane for plane in PLANES if plane in names) + tuple(own)


def scan(root: Path) -> DataSet:
    """Read a data-set folder.

    Parameters
    ----------
    root
        ROOT of ROOT/<CLASS>/<image>. Images may lie deeper below their class. Folders train, val and test above the
        classes are read as one set. labels.csv, where present, gives subjects, clips and labels.

    Raises
    ------
    DataError
        The folder is absent, empty, or not laid out like a data set; the advice says what is expected.
    """
    if not root.exists():
        raise DataError(f"There is no folder {root.absolute().name}.", "Check the path of the data set.")
    if not root.is_dir():
        raise DataError(f"{root.name} is a file, not a data-set folder.", LAYOUT)
    found = walk(root)
    rows, encoding = read_labels(root / LABELS_FILE) if (root / LABELS_FILE).is_file() else ([], "")
    parts = found.parts
    folders = {path: _class_of(path, bool(parts)) for path in found.images}
    images, missing = _labelled(folders, rows)
    if not images:
        raise _nothing_usable(root, found)
    if not rows:
        _refuse_nested(folders)
    labels = {image.label for image in images}
    empty = {name for name in (_class_of(f"{path}/", bool(parts)) for path in found.folders) if name} - labels
    return DataSet(
        root=root,
        images=tuple(images),
        classes=class_order(labels),
        empty_classes=tuple(sorted(name for name in empty if not any(f.startswith(f"{name}/") for f in found.images))),
        litter=tuple(sorted(found.litter)),
        foreign=tuple(sorted(found.foreign)),
        missing=tuple(missing),
        parts=parts,
        encoding=encoding,
    )


def _class_of(path: str, below_part: bool) -> str:
    steps = path.split("/")
    level = 1 if below_part else 0
    return steps[level] if len(steps) > level + 1 else ""


def _labelled(folders: dict[str, str], rows: list[LabelRow]) -> tuple[list[Image], list[str]]:
    """Return the images with what their folder and labels.csv say, and the rows without a file."""
    by_path: dict[str, list[LabelRow]] = {}
    by_name: dict[str, list[str]] = {}
    for path in folders if rows else ():
        by_name.setdefault(path.rsplit("/", 1)[-1], []).append(path)
    missing = []
    for row in rows:
        path = row.file if row.file in folders else _by_name(row.file, by_name)
        if path:
            by_path.setdefault(path, []).append(row)
        else:
            missing.append(row.file)
    images = []
    for path in sorted(folders):
        said = by_path.get(path, [])
        labels = tuple(dict.fromkeys(row.label for row in said if row.label))
        folder = folders[path]
        if folder and rows and _is_class(folder, rows):
            labels = tuple(dict.fromkeys((*labels, folder)))
        label = labels[0] if labels else folder
        if label:
            about = said[0] if said else LabelRow(path, label)
            contrary = labels if len(labels) > 1 else ()
            images.append(Image(path, label, about.subject, about.exam, about.clip, about.source, contrary))
    return images, missing


def _is_class(folder: str, rows: list[LabelRow]) -> bool:
    """Tell whether a folder's name is one of the labels, so that it counts as a label of its images too."""
    return any(row.label == folder for row in rows)


def _by_name(file: str, by_name: dict[str, list[str]]) -> str:
    """Return the one image of that name, whatever folder the row names (paths of other computers)."""
    candidates = by_name.get(file.rsplit("/", 1)[-1], [])
    return candidates[0] if len(candidates) == 1 else ""


def _nothing_usable(root: Path, found: Found) -> DataError:
    name = root.absolute().name
    if not any(entries(root)):
        return DataError(f"The folder {name} is empty.", LAYOUT)
    if not found.images:
        return DataError(f"There is no image in {name}.", LAYOUT)
    return DataError(
        f"The images lie in {name} itself, without a class.", f"{LAYOUT} Or add labels.csv with file,label."
    )


def _refuse_nested(folders: dict[str, str]) -> None:
    """Refuse a set whose only class folder is a study or site with the classes below it."""
    tops = {name for name in folders.values() if name}
    below = {path.split("/")[1] for path in folders if path.count("/") >= 2}
    if len(tops) == 1 and len(below) > 1 and all(path.count("/") >= 2 for path in folders):
        top, names = next(iter(tops)), ", ".join(sorted(below)[:6])
        raise DataError(
            f"The folder holds only {top}, and below it {names}.", f"Give the folder {top} itself. {LAYOUT}"
        )
