"""Everything that a run, its evaluation and its comparison left, packed into one file to be sent or filed."""

import secrets
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from nas.rundir import disk_errors
from nas.wizard.result.comparison import Comparison
from nas.wizard.result.record import Result

_RUN_FILES: Final = ("config.json", "genotype.json", "metrics.json", "model/README.md", "model/config.json")
_PACKED: Final = frozenset({".png", ".pdf"})  # packed by themselves already


def pack(run: Path, result: Result | None, comparison: Comparison | None, target: Path) -> int:
    """Write tables (CSV), pictures (PNG and PDF), their numbers and the card into one .zip; return how many files.

    Weights and frames stay where they are. The file appears whole or not at all.

    Parameters
    ----------
    run
        The training run's folder.
    result, comparison
        What is known of it; None is left out.
    target
        The file, replaced where it is there.

    Raises
    ------
    RunError
        A file cannot be read, or the disk refuses.
    """
    beside = target.with_name(f".{target.name}.{secrets.token_hex(6)}.part")
    with disk_errors():
        try:
            with zipfile.ZipFile(beside, "w", strict_timestamps=False) as archive:
                entries = list(_entries(run, result, comparison))
                for file, name in entries:
                    kind = zipfile.ZIP_STORED if file.suffix in _PACKED else zipfile.ZIP_DEFLATED
                    archive.write(file, name, kind)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    return len(entries)


def _entries(run: Path, result: Result | None, comparison: Comparison | None) -> Iterator[tuple[Path, str]]:
    """Yield each file and its name in the archive."""
    for name in _RUN_FILES:
        if (run / name).is_file():
            yield run / name, f"run/{name}"
    for file in sorted((run / "figures").glob("*")):
        if file.is_file():
            yield file, f"run/figures/{file.name}"
    if result is not None and result.folder != run:
        for file in result.files():
            yield file, f"evaluation/{file.relative_to(result.folder).as_posix()}"
    if comparison is not None:
        for file in comparison.files():
            yield file, f"comparison/{file.name}"
