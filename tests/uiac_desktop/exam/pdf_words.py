"""Reads the words that a page of a PDF shows: what each letter is in the font that is in force where it is drawn."""

import re
import zlib

_TOKEN = re.compile(rb"<[0-9A-Fa-f]*>|\[.*?\]|\((?:\\.|[^\\)])*\)|/[\w.+-]+|[-+.\w*'\"]+", re.DOTALL)


def words_of(pdf: bytes) -> list[str]:
    """Return the texts of all pages in the order of drawing, one for each time that the font or the place changes."""
    objects = {int(number): body for number, body in re.findall(rb"(\d+) 0 obj\s(.*?)\sendobj", pdf, re.DOTALL)}
    fonts = {name: _letters(objects[int(number)], objects) for name, number in _fonts(pdf)}
    pages = [int(number) for number in re.findall(rb"/Contents (\d+) 0 R", pdf)]
    return [word for page in pages for word in _drawn(_stream(objects[page]), fonts)]


def _fonts(pdf: bytes) -> set[tuple[bytes, bytes]]:
    return {found for part in re.findall(rb"/Font <<(.*?)>>", pdf, re.DOTALL)
            for found in re.findall(rb"(/F\d+) (\d+) 0 R", part)}  # fmt: skip


def _stream(body: bytes) -> bytes:
    content = body.split(b"stream\n", 1)[1].rsplit(b"endstream", 1)[0]
    return zlib.decompress(content) if b"/FlateDecode" in body else content


def _letters(font: bytes, objects: dict[int, bytes]) -> dict[int, str]:
    """Return what each code of a font stands for."""
    found = re.search(rb"/ToUnicode (\d+) 0 R", font)
    assert found is not None
    pairs = re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", _stream(objects[int(found[1])]))
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _drawn(content: bytes, fonts: dict[bytes, dict[int, str]]) -> list[str]:
    words, operands = [""], []
    font: bytes | None = None
    kept: list[bytes | None] = []
    for token in _TOKEN.findall(content):
        match token:
            case b"q":
                kept.append(font)
            case b"Q":
                font = kept.pop()
            case b"Tf":
                font = operands[-2]
            case b"BT":
                words.append("")
            case b"Tj" | b"TJ":
                words[-1] += _text(operands[-1], fonts[font or b""])
        operands = [*operands, token][-4:]
    return [word for word in words if word]


def _text(shown: bytes, letters: dict[int, str]) -> str:
    """Return the letters of an operand, codes of two bytes each; one that the font lacks is told by its number."""
    strings = re.findall(rb"<([0-9A-Fa-f]*)>|\(((?:\\.|[^\\)])*)\)", shown, re.DOTALL)
    codes = b"".join(bytes.fromhex(written.decode()) or _unescaped(plain) for written, plain in strings)
    pairs = (int.from_bytes(codes[place : place + 2], "big") for place in range(0, len(codes), 2))
    return "".join(letters.get(code, f"<{code}>") for code in pairs)


def _unescaped(plain: bytes) -> bytes:
    names = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return re.sub(rb"\\(.)", lambda found: names.get(found[1], found[1]), plain, flags=re.DOTALL)
