"""What an inspection tells another program: how far it has come, then everything, every image's labels included."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from nas.data.folder import DataSet, Image, class_order
from nas.data.inspect import Inspection

Row: TypeAlias = tuple[str, str, str, str, str, str]
"""Path, label, subject, exam, clip, source."""


class Looked(BaseModel):
    """How many images of how many are checked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["looked"] = "looked"
    done: int
    total: int


class Finding(BaseModel):
    """What was found, and the readable images."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["finding"] = "finding"
    inspection: Inspection
    images: tuple[Row, ...]

    def data_set(self, root: Path) -> DataSet:
        """Return the readable images as a data set."""
        images = tuple(Image(*row) for row in self.images)
        return DataSet(root, images, class_order({image.label for image in images}))


_LINE: TypeAdapter[Looked | Finding] = TypeAdapter(Annotated[Looked | Finding, Field(discriminator="type")])


def finding(data: DataSet, inspection: Inspection) -> Finding:
    """Return a set and its inspection as one record."""
    broken = {file for problem in inspection.problems if problem.kind == "broken" for file in problem.files}
    rows = tuple(
        (image.path, image.label, image.subject, image.exam, image.clip, image.source)
        for image in data.images
        if image.path not in broken
    )
    return Finding(inspection=inspection, images=rows)


def told_line(line: str | bytes) -> Looked | Finding:
    """Return the record of one line of JSON.

    Raises
    ------
    ValueError
        The line is none.
    """
    return _LINE.validate_json(line)
