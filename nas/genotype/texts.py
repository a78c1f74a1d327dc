"""A genotype's two texts, parsed and never evaluated, since texts travel between people."""

import ast
import json
import re
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from nas.errors import GenotypeError
from nas.genotype.known import KNOWN
from nas.genotype.record import NODES, Edge, Genotype

GENOTYPE_FILE: Final = "genotype.json"
_LARGEST_TEXT: Final = 64 * 2**20
_LARGEST_CALL: Final = 10_000


def parse(text: str) -> Genotype:
    """Read a genotype from its JSON text or from DARTS' notation, alone or within a log (the last one counts).

    Parameters
    ----------
    text
        ``{"normal": [[op, node], ...], ...}`` or ``Genotype(normal=[('op', node), ...], ...)``.

    Raises
    ------
    GenotypeError
        The text is neither, is cut, or names operations or nodes that do not exist; the message names the spot.
    """
    stripped = text.lstrip("\ufeff").strip()
    if stripped.startswith("{"):
        return _validated(_from_json(stripped))
    start = stripped.rfind("Genotype(")
    if start >= 0:
        return _validated(_from_darts(_whole_call(stripped, start)))
    raise _not_a_genotype(stripped)


def load(path: str | Path) -> Genotype:
    """Read a genotype from a file, or from that of a run folder.

    Raises
    ------
    GenotypeError
        The file cannot be read, or is no genotype, as in `parse`.
    """
    file = Path(path)
    if file.is_dir():
        file = file / GENOTYPE_FILE
    try:
        if file.stat().st_size > _LARGEST_TEXT:
            raise GenotypeError(
                f"{file.name} is too large for a genotype text", "Give the text file with the two blocks."
            )
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise GenotypeError(
            f"{file.name} cannot be opened: {reason}", "Check the path of the genotype file."
        ) from error
    except UnicodeDecodeError as error:
        raise GenotypeError(f"{file.name} is not a text file", "Give a genotype as JSON or as DARTS text.") from error
    try:
        return parse(text)
    except GenotypeError as error:
        raise GenotypeError(f"{file.name}: {error.message}", error.advice) from error


def named_genotype(name_or_path: str | Path) -> Genotype:
    """Return a known genotype by name (``uiac``, ``darts_v1``, ``darts_v2``), else the one in the file of that path."""
    known = KNOWN.get(str(name_or_path).lower())
    if known is not None:
        return known
    if not Path(name_or_path).exists() and re.fullmatch(r"\w+", str(name_or_path)):
        raise _not_a_genotype(str(name_or_path))
    return load(name_or_path)


def _validated(fields: object) -> Genotype:
    try:
        return Genotype.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        reason = str(first["msg"]).removeprefix("Value error, ")
        spot = _spot(first["loc"])
        raise GenotypeError(
            f"{spot}{reason}", "Correct the genotype text at this spot, or copy it again whole."
        ) from error


def _spot(location: tuple[int | str, ...]) -> str:
    """Name a place in the record as people count: ``normal, edge 3, node: ``."""
    match location:
        case ("normal" | "reduce" as block, int(edge)):
            return f"{block}, edge {edge + 1}: "
        case ("normal" | "reduce" as block, int(edge), part):
            field = Edge._fields[part] if isinstance(part, int) else part
            return f"{block}, edge {edge + 1}, {field}: "
    return "".join(f"{word}: " for word in location)


def _from_json(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise GenotypeError("the genotype text is nested too deeply", _ADVICE) from error
    except json.JSONDecodeError as error:
        state = "is incomplete" if error.pos >= len(text) - 1 else "is not valid JSON"
        message = f"the genotype text {state} at line {error.lineno}, column {error.colno}"
        raise GenotypeError(message, _ADVICE) from error


def _whole_call(text: str, start: int) -> str:
    """Return ``Genotype(...)`` up to its own closing bracket."""
    depth = 0
    for position in range(start, min(len(text), start + _LARGEST_CALL)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if depth == 0 and text[position] == ")":
            return text[start : position + 1]
    raise GenotypeError(
        f"the genotype text is incomplete: the bracket at character {start + 9} is never closed", _ADVICE
    )


def _from_darts(call: str) -> dict[str, object]:
    try:
        tree = ast.parse(call, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = getattr(error, "offset", None)
        spot = f" at character {column}" if column else ""
        raise GenotypeError(f"the genotype text cannot be read{spot}", _ADVICE) from error
    if not isinstance(tree, ast.Call) or tree.args:
        raise _foreign(tree)
    fields: dict[str, object] = {}
    for keyword in tree.keywords:
        if keyword.arg is None or keyword.arg in fields:
            raise _foreign(keyword.value)
        fields[keyword.arg] = _literal(keyword.value)
    return fields


def _literal(node: ast.expr) -> object:
    """Read lists, tuples, names in quotes, whole numbers and a small ``range``; anything else is refused unread."""
    if isinstance(node, ast.List | ast.Tuple):
        return tuple(_literal(element) for element in node.elts)
    if isinstance(node, ast.Constant) and type(node.value) in (str, int):
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        return _small_range(node)
    raise _foreign(node)


def _small_range(call: ast.Call) -> range:
    bounds = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    numbers = [bound for bound in bounds if type(bound) is int and 0 <= bound <= 2 + NODES]
    if call.keywords or len(numbers) != len(call.args) or len(numbers) not in (1, 2):
        raise GenotypeError(
            f"the range at character {call.col_offset + 1} is not one of nodes 0 to {2 + NODES}",
            "Write the joined nodes as [2, 3, 4, 5].",
        )
    return range(*numbers)


def _foreign(node: ast.expr) -> GenotypeError:
    return GenotypeError(
        f"the genotype text holds something that is no operation, node or list at character {node.col_offset + 1};"
        " nothing of it was run",
        _ADVICE,
    )


def _not_a_genotype(text: str) -> GenotypeError:
    if re.fullmatch(r"\w{1,80}", text):
        return GenotypeError(
            f"unknown genotype name {text!r}; known are {', '.join(KNOWN)}",
            "Give one of these names or the path of a genotype file.",
        )
    return GenotypeError("the text holds no genotype", _ADVICE)


_ADVICE: Final = (
    'Give JSON such as {"normal": [["sep_conv_3x3", 0], ...], ...} or the whole "Genotype(...)" line of a log.'
)
