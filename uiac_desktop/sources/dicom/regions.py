"""The ultrasound regions of a DICOM picture (PS3.3, C.8.5.5): where the 2D image lies between the scanner's writing."""

from typing import Final

from pydicom.dataset import Dataset

from uiac_desktop.sources.base import Region

_TWO_DIMENSIONAL: Final = 1
_KINDS: Final = {1: "Tissue", 2: "Colour flow"}


def ultrasound_regions(header: Dataset) -> tuple[Region, ...]:
    """Return the 2D regions (spatial format 1), the largest first, clipped to the picture.

    Parameters
    ----------
    header
        With Rows, Columns and, where there are any, Sequence of Ultrasound Regions. Its corners are the first and the
        last pixel; some makers write one past the last, which clipping puts right. Broken ones are ignored.
    """
    found = [_region(item, int(header.Columns), int(header.Rows)) for item in _items(header)]
    regions = dict.fromkeys(region for region in found if region is not None)
    return tuple(sorted(regions, key=lambda region: -region.width * region.height))


def _items(header: Dataset) -> list[Dataset]:
    items = header.get("SequenceOfUltrasoundRegions")
    return [item for item in items if isinstance(item, Dataset)] if items else []


def _region(item: Dataset, columns: int, rows: int) -> Region | None:
    corners = [item.get(f"RegionLocation{name}") for name in ("MinX0", "MinY0", "MaxX1", "MaxY1")]
    if item.get("RegionSpatialFormat") != _TWO_DIMENSIONAL or not all(isinstance(place, int) for place in corners):
        return None
    left, top, right, bottom = corners
    width = min(right + 1, columns) - max(left, 0)
    height = min(bottom + 1, rows) - max(top, 0)
    if width <= 0 or height <= 0:
        return None
    kind = _KINDS.get(item.get("RegionDataType", 0), "2D")
    return Region(max(left, 0), max(top, 0), width, height, f"{kind} {width}×{height}")
