"""The two blocks as data: a record and its two texts, parsed and never evaluated, since texts travel between people."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictInt, StrictStr, ValidationError, model_validator

from nas.errors import GenotypeError

OPERATIONS: Final[tuple[str, ...]] = (
    "none",
    "max_pool_3x3",
    "avg_pool_3x3",
    "skip_connect",
    "sep_conv_3x3",
    "sep_conv_5x5",
    "dil_conv_3x3",
    "dil_conv_5x5",
)
GENOTYPE_FILE: Final = "genotype.json"
NODES: Final = 4
EDGES: Final = 2 * NODES
_INTERMEDIATE: Final = range(2, 2 + NODES)
_CONVOLUTIONS: Final = OPERATIONS[4:]
_LARGEST_TEXT: Final = 64 * 2**20
_LARGEST_CALL: Final = 10_000


class Edge(NamedTuple):
    """One operation of a block with the node that it reads: 0 and 1 are the block's inputs, 2 to 5 its own nodes."""

    operation: StrictStr
    node: StrictInt


def _unrolled(values: Any) -> Any:
    """Let a ``range`` stand for its numbers, as DARTS writes a concatenation."""
    return tuple(values) if isinstance(values, range) else values


Concat = Annotated[tuple[StrictInt, ...], BeforeValidator(_unrolled)]


class Genotype(BaseModel):
    """The standard (normal) and the reduction block of a network.

    Parameters
    ----------
    normal, reduce
        Eight edges each, two into every intermediate node: edges 0 and 1 make node 2, edges 2 and 3 node 3, and so on.
        An edge may read only nodes that stand before its own.
    normal_concat, reduce_concat
        Nodes (2 to 5) whose channels, joined in this order, are the block's output.

    Raises
    ------
    pydantic.ValidationError
        With the block and the edge at fault; `parse` and `load` turn it into a `GenotypeError`.

    References
    ----------
    Liu, Simonyan, Yang, "DARTS: Differentiable architecture search", ICLR 2019, sections 2.1 and 2.4.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    normal: tuple[Edge, ...]
    reduce: tuple[Edge, ...]
    normal_concat: Concat = tuple(_INTERMEDIATE)
    reduce_concat: Concat = tuple(_INTERMEDIATE)

    @model_validator(mode="after")
    def _blocks_hold_together(self) -> "Genotype":
        for block, edges, concat in self.blocks():
            _check_edges(block, edges)
            _check_concat(block, concat)
        return self

    def blocks(self) -> Iterator[tuple[str, tuple[Edge, ...], tuple[int, ...]]]:
        """Yield name, edges and concatenation of the standard block, then of the reduction block."""
        yield "normal", self.normal, self.normal_concat
        yield "reduce", self.reduce, self.reduce_concat

    def warnings(self) -> tuple[str, ...]:
        """Say what is legal yet suspicious: a standard block without a convolution cannot learn what to look for."""
        if any(edge.operation in _CONVOLUTIONS for edge in self.normal):
            return ()
        skips = sum(edge.operation == "skip_connect" for edge in self.normal)
        return (f"the normal block has no convolution left ({skips} of {EDGES} edges are skips): the search collapsed",)

    def to_json(self) -> str:
        """Return the JSON text that `parse` reads, one line a block."""
        fields = self.model_dump(mode="json")
        lines = (f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in fields.items())
        return "{\n" + ",\n".join(lines) + "\n}\n"

    def to_darts(self) -> str:
        """Return the text in DARTS' own notation, ``Genotype(normal=[...], ...)``, on one line."""
        parts = (
            f"{block}={[tuple(edge) for edge in edges]!r}, {block}_concat={list(concat)!r}"
            for block, edges, concat in self.blocks()
        )
        return f"Genotype({', '.join(parts)})"


def _check_edges(block: str, edges: tuple[Edge, ...]) -> None:
    if len(edges) != EDGES:
        raise ValueError(
            f"{block} has {len(edges)} edges; two edges for each of {NODES} nodes, {EDGES} in all, are expected"
        )
    for number, (operation, node) in enumerate(edges):
        target = 2 + number // 2
        spot = f"{block}, edge {number + 1} (into node {target})"
        if operation not in OPERATIONS:
            raise ValueError(f"{spot}: unknown operation {operation[:40]!r}; known are {', '.join(OPERATIONS)}")
        if not 0 <= node < target:
            raise ValueError(f"{spot}: node {node} does not exist yet; nodes 0 to {target - 1} can be read there")


def _check_concat(block: str, concat: tuple[int, ...]) -> None:
    if not concat:
        raise ValueError(f"{block}_concat is empty; it names the nodes that make the block's output")
    foreign = [node for node in concat if node not in _INTERMEDIATE]
    if foreign:
        raise ValueError(f"{block}_concat names node {foreign[0]}; only nodes 2 to 5 can be joined")
    if len(set(concat)) != len(concat):
        raise ValueError(f"{block}_concat names a node twice")


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
    """Read a genotype from a file, or from that of a run folder; errors as in `parse`."""
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


def _edges(*pairs: tuple[str, int]) -> tuple[Edge, ...]:
    return tuple(Edge(operation, node) for operation, node in pairs)


UIAC: Final = Genotype(
    normal=_edges(
        ("skip_connect", 0),
        ("dil_conv_5x5", 1),
        ("dil_conv_3x3", 0),
        ("sep_conv_3x3", 1),
        ("dil_conv_5x5", 0),
        ("sep_conv_5x5", 1),
        ("dil_conv_5x5", 0),
        ("dil_conv_5x5", 2),
    ),
    reduce=_edges(
        ("max_pool_3x3", 0),
        ("max_pool_3x3", 1),
        ("avg_pool_3x3", 0),
        ("avg_pool_3x3", 1),
        ("avg_pool_3x3", 0),
        ("skip_connect", 2),
        ("max_pool_3x3", 1),
        ("skip_connect", 3),
    ),
)
"""The paper's standard block with a reduction block of ours.

The standard block is that of Zeng, Zhang, Huang 2021 (DOI 10.21203/rs.3.rs-847933/v1), given there in words; which of
its two inputs is the block before last is not stated, we take "1" for it. The paper's reduction block stands only in a
figure that we do not have. Ours holds no weights: maxima and means of both inputs, joined so that the four nodes are
linearly independent sums of the four pooled pictures, hence nothing pooled is lost to the next block. With it the
network has 6.509 M parameters without the auxiliary head. The paper's "6.8 M" allows two readings that we cannot tell
apart: a reduction block with three pointwise convolutions (6.75 M to 6.85 M), or the 8-block search network with
32 channels (6,801,131). The paper's reduction block is therefore not recovered here.
"""

DARTS_V1: Final = Genotype(
    normal=_edges(
        ("sep_conv_3x3", 1),
        ("sep_conv_3x3", 0),
        ("skip_connect", 0),
        ("sep_conv_3x3", 1),
        ("skip_connect", 0),
        ("sep_conv_3x3", 1),
        ("sep_conv_3x3", 0),
        ("skip_connect", 2),
    ),
    reduce=_edges(
        ("max_pool_3x3", 0),
        ("max_pool_3x3", 1),
        ("skip_connect", 2),
        ("max_pool_3x3", 0),
        ("max_pool_3x3", 0),
        ("skip_connect", 2),
        ("skip_connect", 2),
        ("avg_pool_3x3", 0),
    ),
)
"""The first-order result of Liu, Simonyan, Yang, ICLR 2019, on CIFAR-10."""

DARTS_V2: Final = Genotype(
    normal=_edges(
        ("sep_conv_3x3", 0),
        ("sep_conv_3x3", 1),
        ("sep_conv_3x3", 0),
        ("sep_conv_3x3", 1),
        ("sep_conv_3x3", 1),
        ("skip_connect", 0),
        ("skip_connect", 0),
        ("dil_conv_3x3", 2),
    ),
    reduce=_edges(
        ("max_pool_3x3", 0),
        ("max_pool_3x3", 1),
        ("skip_connect", 2),
        ("max_pool_3x3", 1),
        ("max_pool_3x3", 0),
        ("skip_connect", 2),
        ("skip_connect", 2),
        ("max_pool_3x3", 1),
    ),
)
"""The second-order result of Liu, Simonyan, Yang, ICLR 2019, on CIFAR-10."""

KNOWN: Final[dict[str, Genotype]] = {"uiac": UIAC, "darts_v1": DARTS_V1, "darts_v2": DARTS_V2}
