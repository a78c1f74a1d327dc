"""A deflated stretch reads like the plain bytes, in any order of reading and seeking."""

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uiac_desktop.sources.inflating import InflatingReader

PLAIN = bytes(number * number % 251 for number in range(200_000))
HEAD = b"what comes before"


def _reader(plain: bytes = PLAIN) -> InflatingReader:
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return InflatingReader(io.BytesIO(HEAD + engine.compress(plain) + engine.flush() + b"\0"), len(HEAD))


def test_that_reading_through_gives_the_plain_bytes() -> None:
    assert _reader().read() == PLAIN
    assert _reader(b"").read() == b""


@given(st.lists(st.tuples(st.integers(0, 210_000), st.integers(0, 70_000)), min_size=1, max_size=5))
def test_that_any_walk_reads_what_the_plain_bytes_would_give(walk: list[tuple[int, int]]) -> None:
    reader, plain = _reader(), io.BytesIO(PLAIN)
    for place, size in walk:
        assert reader.seek(place) == min(place, len(PLAIN))
        plain.seek(place)
        assert reader.read(size) == plain.read(size)
        assert reader.tell() == min(max(place, 0) + size, len(PLAIN)) or place > len(PLAIN)


def test_that_seeking_from_here_works_both_ways() -> None:
    reader = _reader()
    reader.seek(1000)
    reader.seek(-10, io.SEEK_CUR)
    assert reader.read(4) == PLAIN[990:994]
    with pytest.raises(io.UnsupportedOperation):
        reader.seek(0, io.SEEK_END)


def test_that_damage_is_an_error_and_not_wrong_bytes() -> None:
    with pytest.raises(zlib.error):
        InflatingReader(io.BytesIO(b"\xff" * 100), 0).read()
