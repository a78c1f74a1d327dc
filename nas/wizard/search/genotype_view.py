"""Both blocks of a known genotype as graphs, so that one sees what is used in place of a search."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nas.genotype import Edge
from nas.wizard.look.panel import Panel, label, set_role
from nas.wizard.look.record import Look
from nas.wizard.search.block_graph import BlockGraphView
from nas.wizard.search.genotype_source import genotype_of
from nas.wizard.search.operation_counts import counts_in_words
from nas.wizard.state import GenotypeChoice


class GenotypeView(QWidget):
    """Two panels, or why there are no blocks to show."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("known_blocks")
        self._said = label("", "error", "blocks_said", wraps=True)
        self._warns = label("", "warn", "blocks_warning", wraps=True)
        self._standard, self._reduction = _Block(look, "Standard block"), _Block(look, "Reduction block")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self._said, self._warns):
            column.addWidget(part)
            part.hide()
        for block in (self._standard, self._reduction):
            column.addWidget(block, 1)

    def show_choice(self, choice: GenotypeChoice) -> None:
        """Show the blocks that are chosen."""
        genotype, said = genotype_of(choice)
        self._said.setVisible(said is not None)
        self._said.setText(f"{said.message} {said.advice}" if said is not None else "")
        set_role(self._said, "hint" if choice.source == "file" and choice.path is None else "error")
        warning = " ".join(genotype.warnings()) if genotype is not None else ""
        self._warns.setText(f"{warning[:1].upper()}{warning[1:]}." if warning else "")
        self._warns.setVisible(bool(warning))
        none: tuple[tuple[Edge, ...], tuple[int, ...]] = ((), ())
        standard = (genotype.normal, genotype.normal_concat) if genotype is not None else none
        reduction = (genotype.reduce, genotype.reduce_concat) if genotype is not None else none
        self._standard.show_block(*standard)
        self._reduction.show_block(*reduction)

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._standard.wear(look)
        self._reduction.wear(look)


class _Block(Panel):
    def __init__(self, look: Look, title: str) -> None:
        self.graph = BlockGraphView(
            look, f"known_{title.split(maxsplit=1)[0].lower()}", title.removesuffix(" block"), "No block yet."
        )
        super().__init__(look, title, f"known_panel_{title.split(maxsplit=1)[0].lower()}")
        self.add(self.graph, 1)

    def show_block(self, edges: tuple[Edge, ...], concat: tuple[int, ...]) -> None:
        self.set_title(self.title.text(), counts_in_words(edges) if edges else "")
        self.graph.show_block(edges, concat)

    def wear(self, look: Look) -> None:
        super().wear(look)
        self.graph.wear(look)
