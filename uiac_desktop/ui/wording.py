"""Small rules of writing for lines that come from elsewhere, so that every message reads as a sentence."""


def as_sentence(text: str) -> str:
    """Return a line with a capital first (but for a file's name) and a full stop last."""
    text = text.strip()
    if not text:
        return ""
    first = text.split(maxsplit=1)[0]
    start = text[0].upper() if first.isalpha() else text[0]
    return start + text[1:] + ("" if text[-1] in ".!?…" else ".")
