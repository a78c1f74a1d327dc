"""A label volume and the shapes painted into it; a shape touches only its bounding box, so a subject is cheap."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from uiac_desktop.phantom.tissue import Tissue

VOXEL_MM = 0.5
SHAPE_ZYX = (136, 124, 136)
LOW_XYZ = np.array([-34.0, -31.0, -40.0])

Point = NDArray[np.float64]
Volume = NDArray[np.uint8]


def axis_mm(axis: int) -> NDArray[np.float32]:
    """Return voxel centres in mm along axis 0 (x), 1 (y) or 2 (z)."""
    return np.asarray(LOW_XYZ[axis] + (np.arange(SHAPE_ZYX[2 - axis]) + 0.5) * VOXEL_MM, np.float32)


_X, _Y, _Z = axis_mm(0), axis_mm(1), axis_mm(2)


class Canvas:
    """Paints labels into a volume of shape SHAPE_ZYX; a later shape overwrites an earlier one.

    Parameters
    ----------
    labels
        uint8 volume (z, y, x), changed in place.
    """

    def __init__(self, labels: Volume) -> None:
        self.labels = labels

    def box(
        self, low: ArrayLike, high: ArrayLike
    ) -> tuple[Volume, NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Return the part of the volume within low..high mm (x, y, z) with its broadcastable coordinates x, y, z."""
        first = np.floor((np.asarray(low) - LOW_XYZ) / VOXEL_MM).astype(int)
        last = np.ceil((np.asarray(high) - LOW_XYZ) / VOXEL_MM).astype(int) + 1
        (x0, y0, z0), (x1, y1, z1) = np.minimum(np.maximum((first, last), 0), SHAPE_ZYX[::-1])
        return (
            self.labels[z0:z1, y0:y1, x0:x1],
            _X[None, None, x0:x1],
            _Y[None, y0:y1, None],
            _Z[z0:z1, None, None],
        )

    def ellipsoid(
        self,
        centre: ArrayLike,
        radii: Sequence[float],
        label: Tissue,
        axes: NDArray[np.float64] | None = None,
        only: Sequence[Tissue] = (),
    ) -> None:
        """Paint an ellipsoid.

        Parameters
        ----------
        centre
            Middle (x, y, z) in mm.
        radii
            Half axes in mm.
        axes
            (3, 3) rows = unit vectors of the half axes; the body axes when absent.
        only
            Labels that may be overwritten; all when empty.
        """
        middle = np.asarray(centre, float)
        reach = max(radii)
        part, x, y, z = self.box(middle - reach, middle + reach)
        dx, dy, dz = x - np.float32(middle[0]), y - np.float32(middle[1]), z - np.float32(middle[2])
        frame = np.eye(3) if axes is None else axes
        inside = np.zeros((), np.float32)
        for unit, radius in zip(frame, radii, strict=True):
            ax, ay, az = (unit / radius).astype(np.float32)
            inside = inside + (ax * dx + ay * dy + az * dz) ** 2
        self._fill(part, inside < 1, label, only)

    def capsule(self, start: Point, end: Point, radius_start: float, radius_end: float, label: Tissue) -> None:
        """Paint a round-ended cone between two points (mm)."""
        reach = max(radius_start, radius_end)
        part, x, y, z = self.box(np.minimum(start, end) - reach, np.maximum(start, end) + reach)
        if part.size == 0:
            return
        dx, dy, dz = (v - np.float32(s) for v, s in zip((x, y, z), start, strict=True))
        along = (end - start).astype(np.float32)
        length2 = np.float32(max(float(along @ along), 1e-9))
        t = (dx * along[0] + dy * along[1] + dz * along[2]) / length2
        np.minimum(np.maximum(t, 0, out=t), 1, out=t)
        distance2 = (dx - t * along[0]) ** 2 + (dy - t * along[1]) ** 2 + (dz - t * along[2]) ** 2
        radius = np.float32(radius_start) + t * np.float32(radius_end - radius_start)
        part[distance2 < radius * radius] = label

    def path(self, points: NDArray[np.float64], radii: NDArray[np.float64], label: Tissue) -> None:
        """Paint a chain of capsules through points (n, 3) mm with radii (n,) mm."""
        for i in range(len(points) - 1):
            self.capsule(points[i], points[i + 1], float(radii[i]), float(radii[i + 1]), label)

    @staticmethod
    def _fill(part: Volume, inside: NDArray[np.bool_], label: Tissue, only: Sequence[Tissue]) -> None:
        if only:
            allowed = np.zeros(256, bool)
            allowed[list(only)] = True
            inside = inside & allowed[part]
        part[inside] = label
