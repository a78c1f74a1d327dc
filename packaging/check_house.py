"""Rules of the house that no linter knows: files stay small and say what they are, and the README shows the layers."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES = 300
BANNED_NAMES = ("util", "helper", "manager", "common", "misc")


def complaints() -> list[str]:
    """Return one line for each file that breaks a rule."""
    found = list(layers_missing_in_readme())
    if (ROOT / "packaging" / "__init__.py").exists():
        found.append("packaging/__init__.py hides the PyPI module of that name: delete it")
    for path in sorted([*(ROOT / "nas").rglob("*.py"), *(ROOT / "uiac_desktop").rglob("*.py")]):
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        if ast.get_docstring(ast.parse(text)) is None:
            found.append(f"{name}: say in one sentence what the file is and why")
        if (lines := text.count("\n")) > MOST_LINES:
            found.append(f"{name}: {lines} lines, at most {MOST_LINES}: split it by noun")
        if any(word in path.stem for word in BANNED_NAMES):
            found.append(f"{name}: name the file for what it is")
    return found


def layers_missing_in_readme() -> Iterator[str]:
    """Yield a line for each package whose layers stand otherwise in the README than import-linter keeps them."""
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in settings["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers":
            rows = (", ".join(f"`{room}`" for room in layer.split(" | ")) for layer in contract["layers"])
            if (told := " · ".join(rows)) not in readme:
                yield f"README.md: give the layers of {contract['containers'][0]} as they are: {told}"


if __name__ == "__main__":
    lines = complaints()
    print("\n".join(lines) or "house rules hold")
    sys.exit(bool(lines))
