"""uiac-nas derive: the blocks of a search after an epoch, with a limit of skips, also while the search goes on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from nas.cli.parsing import parsed
from nas.errors import RunError
from nas.events import ArchitectureSnapshot
from nas.exit_status import DONE
from nas.genotype import EDGES, Genotype
from nas.rundir import RunFolder, disk_errors, write_atomic
from nas.space.derivation import derive_block, family_counts


@dataclass
class _Derive:
    """Write the two blocks that a search's lambda stands for after an epoch.

    The search may go on meanwhile: only its log is read.
    """

    run: tyro.conf.Positional[Path]
    """The search's folder."""
    out: Path
    """File for the genotype (JSON); one that is there is replaced."""
    epoch: int = 0
    """Epoch, counted from 1; 0: the last one that is complete."""
    most_skips: int = EDGES
    """Most skips of each block; the weakest above it give way, each to the next best operation of its edge."""
    most_pools: int = EDGES
    """Most pools of each block; the weakest above it give way, each to the best operation of its edge with weights."""


def run(words: list[str]) -> int:
    """Derive as the words say; return 0."""
    command = parsed(_Derive, words, "derive")
    for option, number in (("--most-skips", command.most_skips), ("--most-pools", command.most_pools)):
        if not 0 <= number <= EDGES:
            raise RunError(f"{option} is {number}.", f"Give a number from 0 to {EDGES}.")
    snapshot = _snapshot(RunFolder(command.run), command.epoch)
    standard, reduction = (
        derive_block(
            np.asarray(matrix),
            edge_numbers=_numbers(edges),
            most_skips=command.most_skips,
            most_pools=command.most_pools,
        )
        for matrix, edges in ((snapshot.normal, snapshot.normal_edges), (snapshot.reduce, snapshot.reduce_edges))
    )
    genotype = Genotype(normal=standard.edges, reduce=reduction.edges)
    with disk_errors():
        command.out.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(command.out, genotype.to_json().encode())
    for title, block in (("standard", standard), ("reduction", reduction)):
        counts = family_counts(block.edges)
        print(
            f"{title} block of epoch {snapshot.epoch + 1}: {counts['convolution']} convolutions, {counts['pool']}"
            f" pools, {counts['skip']} skips; {block.skips_capped} skips and {block.pools_capped} pools gave way"
        )
    if not snapshot.informative:
        print(
            f"warning: lambda prefers nothing yet after epoch {snapshot.epoch + 1}: a rule of order alone chose these"
        )
    return DONE


def _snapshot(run: RunFolder, epoch: int) -> ArchitectureSnapshot:
    found = [event for event in run.events() if isinstance(event, ArchitectureSnapshot)]
    if not found:
        raise RunError(f"{run.path.name} tells of no epoch of a search.", "Name the folder of a search that has one.")
    if epoch == 0:
        return found[-1]
    wanted = [event for event in found if event.epoch == epoch - 1]
    if not wanted:
        raise RunError(f"{run.path.name} has no epoch {epoch}.", f"Give one from 1 to {found[-1].epoch + 1}.")
    return wanted[-1]


def _numbers(edges: tuple[float, ...] | None) -> np.ndarray | None:
    return None if edges is None else np.asarray(edges)
