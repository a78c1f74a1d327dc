"""Images that are there twice, exactly or nearly: a copy on both sides of a split makes figures too good."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from nas.data.content import content_hash

Bits: TypeAlias = NDArray[np.uint64]
_SIDE: Final = 16
_NEAR: Final = 12  # of 256 bits; re-saving and scaling turn a few, another frame of another woman some 60 to 130
_FLAT: Final = 2.0
_PASSES: Final = 12
_NEIGHBOURS: Final = 16


@dataclass(frozen=True, slots=True)
class Print:
    """What an image is recognised by: a hash of its bytes, and the signs of its brightness steps (None: flat)."""

    content: str
    steps: NDArray[np.uint8] | None


@dataclass(frozen=True, slots=True)
class Copies:
    """Groups of paths with equal bytes, and pairs of paths that are nearly equal though their bytes differ."""

    equal: tuple[tuple[str, ...], ...]
    near: tuple[tuple[str, str], ...]


def print_of(content: bytes, frame: NDArray[np.uint8]) -> Print:
    """Return the print of an image file with its decoded frame, uint8 (H, W) or (H, W, 3).

    The steps are a difference hash of 16x16 bits: whether the mean brightness rises from each cell to its right
    neighbour, over a 17x16 area-averaged picture.
    """
    small = cv2.resize(frame, (_SIDE + 1, _SIDE), interpolation=cv2.INTER_AREA)
    grey = small if small.ndim == 2 else cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    digest = content_hash(content).hex()
    if float(grey.std()) < _FLAT:
        return Print(digest, None)
    return Print(digest, np.packbits(grey[:, 1:] > grey[:, :-1]))


def find_copies(prints: dict[str, Print]) -> Copies:
    """Return equal and nearly equal images among prints by path.

    Near ones are looked for among neighbours in several sorted orders, so that the time grows hardly faster than the
    number of images; a pair within 12 of 256 bits is missed with a chance below one in a thousand.
    """
    by_content: dict[str, list[str]] = defaultdict(list)
    for path, one in prints.items():
        by_content[one.content].append(path)
    equal = tuple(tuple(sorted(group)) for group in by_content.values() if len(group) > 1)
    firsts = {group[0]: prints[group[0]] for group in by_content.values()}
    return Copies(tuple(sorted(equal)), _near(firsts))


def _near(prints: dict[str, Print]) -> tuple[tuple[str, str], ...]:
    paths = [path for path, one in sorted(prints.items()) if one.steps is not None]
    if len(paths) < 2:
        return ()
    packed = np.stack([steps for path in paths if (steps := prints[path].steps) is not None])
    words: Bits = packed.view(np.uint64)
    found: set[tuple[int, int]] = set()
    for order in _orders(np.unpackbits(packed, axis=1)):
        for apart in range(1, min(_NEIGHBOURS, len(paths) - 1) + 1):
            left, right = order[:-apart], order[apart:]
            turned = np.bitwise_count(words[left] ^ words[right]).sum(axis=1)
            close = turned <= _NEAR
            found.update(
                (min(a, b), max(a, b)) for a, b in zip(left[close].tolist(), right[close].tolist(), strict=True)
            )
    return tuple((paths[a], paths[b]) for a, b in sorted(found))


def _orders(bits: NDArray[np.uint8]) -> list[NDArray[np.int64]]:
    """Return the images in several sorted orders, each by another shuffle of the bits that tell most."""
    uneven = np.abs(bits.mean(axis=0) - 0.5)
    telling = np.argsort(uneven, kind="stable")[: bits.shape[1] // 2]
    rng = np.random.default_rng(0)
    orders = []
    for _ in range(_PASSES):
        key = np.packbits(bits[:, rng.permutation(telling)], axis=1)
        orders.append(np.lexsort(key.T[::-1]))
    return orders
