"""Whether frames may be mirrored: a fetus lies either way round, a department's own views may be told by their side."""

from typing import TypeVar

from nas.config.frames import FrameConfig
from nas.planes import NONE, PLANES
from nas.wizard.state import DataState

Config = TypeVar("Config", bound=FrameConfig)


def may_mirror(data: DataState) -> bool:
    """Tell whether a mirrored frame of every plane of a set is another frame of that plane.

    It is of the planes of the fetal heart, since a fetus lies any way round. Of a stress echo, whose six views are
    taken from one side, Quick with mirrored frames was right in 77 % of the frames of the next stage, without in 88 %
    (means of three seeds, each the better without). So of planes of which nothing is known it is not taken for granted.
    """
    classes = data.inspection.classes if data.inspection is not None else ()
    return all(name in PLANES or name == NONE for name in classes)


def mirrored_as(config: Config, data: DataState) -> Config:
    """Return a preset as it is for a set: without mirrored frames where they are none of their planes."""
    return config if may_mirror(data) else config.model_copy(update={"flip": False})
