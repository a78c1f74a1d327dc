"""One block of a search: its map of lambda, its graph, its counts, and since when it stays as it is."""

from typing import Literal

import numpy as np
from PySide6.QtWidgets import QHBoxLayout

from nas.counts import counted
from nas.events import ArchitectureSnapshot
from nas.space.derivation import strengths
from nas.wizard.look.panel import Panel, label, set_role
from nas.wizard.look.record import Look
from nas.wizard.runs.story import RunStory, edges_of
from nas.wizard.search.block_graph import BlockGraphView
from nas.wizard.search.lambda_heat import LambdaHeat
from nas.wizard.search.operation_counts import MOST_SKIPS, counts_in_words, skips_of

Block = Literal["normal", "reduce"]
_NOTHING = "The block appears once the search prefers an operation."
_TITLES = {"normal": "Standard block", "reduce": "Reduction block"}
_WORDS = {"normal": "standard", "reduce": "reduction"}


class BlockPanel(Panel):
    """A block; its graph may stand elsewhere, where there is no room beside the map.

    Parameters
    ----------
    look
        What it is drawn with.
    block
        Which one.
    """

    def __init__(self, look: Look, block: Block) -> None:
        word = _WORDS[block]
        self.heat = LambdaHeat(look, f"lambda_{word}", word)
        self.graph = BlockGraphView(look, f"graph_{word}", word.capitalize(), _NOTHING)
        self._block: Block = block
        self._counts = label("", "hint", f"counts_{word}")
        super().__init__(look, _TITLES[block], f"block_{word}")
        self.head.insertWidget(1, self._counts)
        self._row = QHBoxLayout()
        self._row.addWidget(self.heat, 1)
        self.body.addLayout(self._row, 1)
        self._drawn: tuple[ArchitectureSnapshot | None, frozenset[int]] | None = None

    def take_graph(self) -> None:
        """Put the graph beside the map."""
        self._row.addWidget(self.graph, 1)
        self.graph.show()

    def show_story(self, story: RunStory) -> None:
        """Show the block after the last epoch."""
        last = story.lambdas[-1] if story.lambdas else None
        before = story.lambdas[-2] if len(story.lambdas) > 1 else None
        compares = last is not None and before is not None and last.informative and before.informative
        changed = story.changed(self._block) if compares else frozenset()
        if self._drawn == (last, changed):
            return
        self._drawn = (last, changed)
        if last is None:
            self._counts.clear()
            self.aside.clear()
            self.heat.show_shares(None, ())
            self.graph.show_block((), ())
            return
        edges = edges_of(last, self._block)
        many = last.informative and skips_of(last)[_WORDS[self._block]] > MOST_SKIPS
        gave_way = _gave_way(last, self._block)
        self._counts.setText(counts_in_words(edges, gave_way))
        more = " and ".join(counted(number, kind) for kind, number in gave_way.items() if number)
        self._counts.setToolTip(f"{more} gave way to the search's limit." if more else "")
        set_role(self._counts, "warn" if many else "hint")
        self.aside.setText(self._since(story, last, changed))
        normal = self._block == "normal"
        numbers = last.normal_edges if normal else last.reduce_edges
        shares = strengths(
            np.asarray(last.normal if normal else last.reduce), None if numbers is None else np.asarray(numbers)
        )
        self.heat.show_shares(shares, edges if last.informative else ())
        concat = last.genotype.normal_concat if normal else last.genotype.reduce_concat
        self.graph.show_block(edges if last.informative else (), concat, changed)

    def wear(self, look: Look) -> None:
        """Take another look."""
        super().wear(look)
        self.heat.wear(look)
        self.graph.wear(look)
        self.heat.setMaximumWidth(460 if look.compact else 400)

    def _since(self, story: RunStory, last: ArchitectureSnapshot, changed: frozenset[int]) -> str:
        if not last.informative:
            return "nothing preferred yet"
        if not any(snapshot.informative for snapshot in story.lambdas[:-1]):
            return f"first in epoch {last.epoch + 1}"
        if changed:
            return f"changed in epoch {last.epoch + 1}"
        epochs = story.unchanged(self._block)
        if not epochs:
            return ""
        return f"unchanged for {epochs} epoch{'s' if epochs > 1 else ''}"


def _gave_way(last: ArchitectureSnapshot, block: Block) -> dict[str, int]:
    return {"skip": last.skips_capped, "pool": last.pools_capped} if block == "normal" else {}
