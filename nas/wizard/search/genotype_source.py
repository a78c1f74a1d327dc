"""The blocks that a search is skipped for: a known genotype, an earlier run's, a file's; read, checked, drawn."""

from pathlib import Path

from nas.errors import NasError
from nas.genotype import GENOTYPE_FILE, Genotype, named_genotype
from nas.wizard.state import GenotypeChoice, RunView, Said

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
    try:
        return named_genotype(choice.path / GENOTYPE_FILE if choice.source == "run" else choice.path), None
    except NasError as error:
        return None, Said(_sentence(error.message), error.advice)


def searches_with_blocks(shelf: tuple[RunView, ...]) -> tuple[Path, ...]:
    """Return the folders of searches that have chosen blocks, newest first."""
    return tuple(view.folder for view in shelf if view.kind == "search" and (view.folder / GENOTYPE_FILE).is_file())


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
