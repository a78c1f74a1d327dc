"""Damages packets of a clip: where packets tell of it, or where only a decoder meets it."""

from pathlib import Path

import av
import numpy as np


def _packets(path: Path) -> list[tuple[int, int]]:
    """Return place and size of every packet of a file."""
    with av.open(str(path)) as container:
        return [
            (packet.pos, packet.size) for packet in container.demux(video=0) if packet.pos is not None and packet.size
        ]


def hit(path: Path, numbers: list[int], *, inside: bool) -> Path:
    """Damage packets: inside, where only a decoder meets it, or at their outer lengths, which packets tell."""
    content = bytearray(path.read_bytes())
    places = _packets(path)
    dice = np.random.default_rng(2)
    for number in numbers:
        at, size = places[number]
        first, last = (at + size // 3, at + size) if inside else (at, at + 3)
        content[first:last] = dice.integers(0, 256, last - first, dtype=np.uint8).tobytes()
    path.write_bytes(content)
    return path
