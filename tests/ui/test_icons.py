"""Icons: every file is drawn somewhere, so that none is shipped for nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

from uiac_desktop import ui
from uiac_desktop.paths import resource

_SOURCES = [*Path(ui.__file__).parent.rglob("*.py"), *(Path(ui.__file__).parents[1] / "app").glob("*.py")]
_TAKERS = {"Button", "Card", "Chip", "Command", "Figure", "draw_icon", "icon", "set_word", "resource", "_button"}
_HOLDERS = {"_RANKS", "_ROWS", "_SOURCE_ICONS", "_CARDS", "icon", "icon_name", "name"}


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _drawn(tree: ast.AST) -> Iterator[str]:
    """Yield the words that stand where an icon's name is taken: in a call that draws one, or under a name for one."""
    for node in ast.walk(tree):
        names = [getattr(target, "id", "") for target in getattr(node, "targets", [getattr(node, "target", None)])]
        is_call = isinstance(node, ast.Call) and _called(node) in _TAKERS
        if is_call or (isinstance(node, ast.Assign | ast.AnnAssign) and _HOLDERS & set(names)):
            yield from (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))


def test_that_every_icon_is_drawn_somewhere() -> None:
    words = {word for path in _SOURCES for word in _drawn(ast.parse(path.read_text(encoding="utf-8")))}
    words |= {Path(word).stem for word in words if isinstance(word, str) and word.startswith("icons/")}
    ticks = {f"tick-{theme}" for theme in ("dark", "light") if "@tick" in resource("theme/window.qss").read_text()}
    ticks |= {"caret"} if "@caret" in resource("theme/window.qss").read_text() else set()
    files = {path.stem for path in resource("icons").iterdir()}
    assert sorted(files - words - ticks) == []
