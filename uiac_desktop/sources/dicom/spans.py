"""Where each frame's bytes lie in a DICOM file, found from the item headers alone: frames are then read one by one."""

import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

_ITEM: Final = 0xFFFEE000
_CODESTREAM_STARTS: Final = (b"\xff\xd8\xff", b"\xff\x4f\xff", b"\x00\x00\x00\x0cjP")
_START_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a file."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """One item of encapsulated pixel data; ``whole`` is False where the file ends inside it."""

    span: Span
    begins_codestream: bool
    whole: bool


FrameSpans = tuple[Span, ...]
"""The stretches that, joined, are one coded frame."""


def native_spans(offset: int, available: int, frame_bytes: int, frames: int) -> list[FrameSpans]:
    """Return the spans of uncompressed frames that are wholly there.

    Parameters
    ----------
    offset, available
        Start of the pixel data in the file, and how many bytes of it there are.
    frame_bytes
        Length of one frame, above 0.
    frames
        Number that the file promises.
    """
    whole = min(frames, available // frame_bytes)
    return [(Span(offset + number * frame_bytes, frame_bytes),) for number in range(whole)]


def encapsulated_spans(file: BinaryIO, offset: int, frames: int) -> list[FrameSpans]:
    """Return the spans of compressed frames that are wholly there (PS3.5, annex A.4).

    Frames begin where the basic offset table says, if it agrees with the items; else at each item that begins a JPEG or
    JPEG 2000 codestream; else there is one item a frame, or one frame in all items.

    Parameters
    ----------
    file, offset
        The file and where the value of its pixel data begins.
    frames
        Number that the file promises.
    """
    table, fragments = _items(file, offset)
    starts = _starts(table, fragments, frames)
    groups = [fragments[a:b] for a, b in zip(starts, [*starts[1:], len(fragments)], strict=True)]
    return [tuple(part.span for part in group) for group in groups if group and all(part.whole for part in group)]


def _items(file: BinaryIO, offset: int) -> tuple[list[int], list[Fragment]]:
    """Return the basic offset table as places in the file, and the fragments after it."""
    end = file.seek(0, 2)
    table: list[int] = []
    fragments: list[Fragment] = []
    at, first = offset, True
    while (header := _item_header(file, at)) is not None:
        length, at = header, at + 8
        there = min(length, end - at)
        if first:
            raw = file.read(there - there % 4)
            table = [at + length + place for (place,) in struct.iter_unpack("<I", raw)]
        elif there > 0:
            begins = file.read(min(_START_BYTES, there)).startswith(_CODESTREAM_STARTS)
            fragments.append(Fragment(Span(at, there), begins, whole=there == length))
        at, first = at + length, False
    return table, fragments


def _item_header(file: BinaryIO, at: int) -> int | None:
    """Return the length of the item that begins here, None where there is none."""
    file.seek(at)
    raw = file.read(8)
    if len(raw) < 8:
        return None
    group, element, length = struct.unpack("<HHI", raw)
    return int(length) if group << 16 | element == _ITEM else None


def _starts(table: list[int], fragments: list[Fragment], frames: int) -> list[int]:
    """Return the numbers of the fragments with which frames begin."""
    places = {part.span.offset - 8: number for number, part in enumerate(fragments)}
    if table and table == sorted(set(table)) and table[0] in places:
        told = [places[place] for place in table if place in places]
        past_the_end = [place for place in table if place > fragments[-1].span.offset]
        if told[0] == 0 and len(told) + len(past_the_end) == len(table):
            return told
    begins = [number for number, part in enumerate(fragments) if part.begins_codestream]
    if begins and begins[0] == 0:
        return begins
    if not fragments:
        return []
    return [0] if frames == 1 else list(range(len(fragments)))
