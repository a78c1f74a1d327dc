"""Tables of a comparison in the three texts that people need: Markdown to read, CSV to compute, LaTeX to print."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

_LATEX: Final = str.maketrans(
    {"_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "±": r"$\pm$", "–": "--", "{": r"\{", "}": r"\}"}
)


@dataclass(frozen=True, slots=True)
class Table:
    """A heading line and rows of texts, the first column a name."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """Return the table in Markdown, figures to the right."""
        rule = ["---", *["---:"] * (len(self.header) - 1)]
        return "\n".join(f"| {' | '.join(row)} |" for row in (_safe(self.header), rule, *map(_safe, self.rows)))

    def latex(self) -> str:
        """Return a tabular of LaTeX that needs no package."""
        columns = "l" + "r" * (len(self.header) - 1)
        lines = [f"{' & '.join(text.translate(_LATEX) for text in row)} \\\\" for row in (self.header, *self.rows)]
        body = "\n".join([r"\hline", lines[0], r"\hline", *lines[1:], r"\hline"])
        return f"\\begin{{tabular}}{{{columns}}}\n{body}\n\\end{{tabular}}\n"


def as_csv(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows of values as CSV; None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _safe(row: Sequence[str]) -> list[str]:
    return [text.replace("|", r"\|") for text in row]
