"""uiac-nas seeds: finished searches that differ by their seed become one table with how alike their blocks are."""

from dataclasses import dataclass
from pathlib import Path

import tyro

from nas.cli.parsing import parsed
from nas.exit_status import DONE


@dataclass
class _Seeds:
    """Put several finished searches side by side: blocks and top-1 by seed, and how alike the blocks are.

    Writes report.md and seeds.csv. The searches differ by --seed alone, for example: for s in 0 1 2; do uiac-nas
    search DATA --out found-$s --preset quick --seed $s; done; uiac-nas seeds found-0 found-1 found-2 --out seeds
    """

    runs: tyro.conf.Positional[tuple[Path, ...]]
    """Folders of finished searches, two or more."""
    out: Path
    """Folder for the report; an earlier one there is replaced."""


def run(words: list[str]) -> int:
    """Write the table as the words say, and show it; return the exit code."""
    command = parsed(_Seeds, words, "seeds")
    from nas.search.seeds import read_searches, write_seeds

    print(write_seeds(read_searches(command.runs), command.out), end="")
    return DONE
