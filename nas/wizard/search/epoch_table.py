"""Every epoch of a search as a row of figures and both blocks in words: the pictures' twin for those who hear them."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem
from typing_extensions import override

from nas.durations import duration
from nas.events import ArchitectureSnapshot, EpochSearched
from nas.wizard.look.record import Look
from nas.wizard.runs.story import RunStory
from nas.wizard.search.block_graph import node_lines

_HEADS: Final = (
    "Epoch", "Loss,\nweights' half", "Loss,\nblocks' half", "Right,\nweights' half", "Right,\nblocks' half",
    "Time", "Standard block", "Reduction block",
)  # fmt: skip
_FIRST_OF_BLOCKS: Final = 6


class EpochTable(QTableWidget):
    """A row an epoch, newest first; the best one says so."""

    def __init__(self, look: Look) -> None:
        super().__init__(0, len(_HEADS))
        self._look = look
        self._shown: tuple[object, ...] = ()
        self.setObjectName("epoch_table")
        self.setAccessibleName("Epochs of the search")
        self.setHorizontalHeaderLabels(_HEADS)
        self.verticalHeader().hide()
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        heads = self.horizontalHeader()
        heads.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (_FIRST_OF_BLOCKS, _FIRST_OF_BLOCKS + 1):
            heads.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def show_story(self, story: RunStory) -> None:
        """Show the epochs that are done."""
        shown = (story.searched, story.best_epoch)
        if shown == self._shown:
            return
        self._shown = shown
        blocks = {snapshot.epoch: snapshot for snapshot in story.lambdas}
        self.setRowCount(len(story.searched))
        for row, epoch in enumerate(reversed(story.searched)):
            cells = (*figures_of(epoch, epoch.epoch == story.best_epoch), *self._blocks(blocks.get(epoch.epoch)))
            for column, text in enumerate(cells):
                cell = QTableWidgetItem(text)
                right = column < _FIRST_OF_BLOCKS
                across = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
                cell.setTextAlignment(across | Qt.AlignmentFlag.AlignVCenter)
                cell.setToolTip(text)
                self.setItem(row, column, cell)
        if self.isVisible():
            self.resizeRowsToContents()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let rows be as high as their words need, now that the columns have their widths."""
        super().resizeEvent(event)
        self.resizeRowsToContents()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """The same where rows came while the table was out of view."""
        super().showEvent(event)
        self.resizeRowsToContents()

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look

    def _blocks(self, snapshot: ArchitectureSnapshot | None) -> tuple[str, str]:
        if snapshot is None or not snapshot.informative:
            return "nothing preferred yet", "nothing preferred yet"
        return "; ".join(node_lines(snapshot.genotype.normal, self._look)), "; ".join(
            node_lines(snapshot.genotype.reduce, self._look)
        )


def figures_of(epoch: EpochSearched, best: bool) -> tuple[str, ...]:
    """Return the figures of an epoch as they stand in the table."""
    return (
        f"{epoch.epoch + 1}{' (best)' if best else ''}",
        f"{epoch.train_loss:.3f}",
        f"{epoch.lambda_loss:.3f}" if epoch.lambda_loss is not None else "–",
        f"{100 * epoch.train_top1:.1f} %",
        f"{100 * epoch.top1:.1f} %",
        duration(epoch.seconds),
    )
