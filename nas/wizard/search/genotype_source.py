"""The blocks that a search is skipped for: a known genotype, an earlier run's, a file's; read, checked, drawn."""

from functools import lru_cache
from pathlib import Path

from nas.errors import NasError
from nas.genotype import GENOTYPE_FILE, Genotype, named_genotype
from nas.wizard.presence import is_file
from nas.wizard.state import GenotypeChoice, RunView, Said, WizardState

KNOWN = {
    "uiac": (
        "The paper's standard block",
        "Its reduction block is ours.",
    ),
    "darts_v1": ("DARTS, first order", "Found on photographs; for comparison."),
    "darts_v2": ("DARTS, second order", "Found on photographs; for comparison."),
}


def genotype_of(choice: GenotypeChoice) -> tuple[Genotype | None, Said | None]:
    """Return the blocks that are chosen, or why there are none; neither where a search will find them."""
    if choice.source == "search":
        return None, None
    if choice.source == "known":
        return named_genotype(choice.name), None
    if choice.path is None:
        wanted = "an earlier search" if choice.source == "run" else "a file with two blocks"
        return None, Said("No blocks are chosen yet.", f"Choose {wanted}.")
    file = choice.path / GENOTYPE_FILE if choice.source == "run" else choice.path
    try:
        stamp = file.stat().st_mtime_ns
    except OSError:
        stamp = 0
    return _read(file, stamp)


def blocks_of(state: WizardState) -> tuple[Genotype | None, Said | None]:
    """Return the blocks that a training would take now, or why there are none."""
    if state.genotype.source != "search":
        return genotype_of(state.genotype)
    if state.search_run is None:
        return None, Said("There are no blocks yet.", "Search first, or choose known ones on the page Search.")
    if not is_file(state.search_run.folder / GENOTYPE_FILE):
        return None, Said("The search has chosen no blocks yet.", "Wait for its end, or choose known blocks.")
    return genotype_of(GenotypeChoice("run", path=state.search_run.folder))


def searches_with_blocks(shelf: tuple[RunView, ...]) -> tuple[Path, ...]:
    """Return the folders of searches that have chosen blocks, newest first."""
    return tuple(view.folder for view in shelf if view.kind == "search" and is_file(view.folder / GENOTYPE_FILE))


@lru_cache(maxsize=4)
def _read(file: Path, _stamp: int) -> tuple[Genotype | None, Said | None]:
    """Read a file once for each time that it was written, not with every state that a page is drawn from."""
    try:
        return named_genotype(file), None
    except NasError as error:
        return None, Said(_sentence(error.message), error.advice)
    except OSError as error:
        return None, Said(f"{file.name} cannot be read: {error.strerror}.", "Connect its drive, or choose others.")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
