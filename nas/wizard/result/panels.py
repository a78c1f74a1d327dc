"""The six panels of a result: networks, matrix, planes, calibration, t-SNE, and maps or frames that were asked for."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from nas.model_config import ModelConfig
from nas.wizard.data.frames_view import FramesView
from nas.wizard.data.pictures import Pictures
from nas.wizard.look.button import Button
from nas.wizard.look.panel import Panel, label
from nas.wizard.look.record import Look
from nas.wizard.result.comparison import Comparison
from nas.wizard.result.confusion_view import ConfusionView
from nas.wizard.result.embedding_view import EmbeddingView
from nas.wizard.result.gallery_view import GalleryView
from nas.wizard.result.plane_bars import PlaneBars, PlaneShare
from nas.wizard.result.record import Prediction, Result
from nas.wizard.result.reliability_view import ReliabilityPanel
from nas.wizard.result.table_view import CompareTable
from nas.wizard.state import WizardState
from nas.wizard.train.compare_panel import ComparePanel


class ResultPanels(QWidget):
    """Two rows of three panels, which keep their places whatever is known; ``wants`` carries requests."""

    wants = Signal(object)

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__()
        self.setObjectName("result_panels")
        self._result: Result | None = None
        self._compact = look.compact
        self._matrix = Panel(look, "Confusion matrix", "panel_confusion")
        self.confusion = ConfusionView(look)
        self.confusion.chosen.connect(self._show_cell)
        self._matrix.add(self.confusion, 1)
        self._planes = Panel(look, "Accuracy per plane", "panel_planes")
        self.bars = PlaneBars(look)
        self._planes.add(self.bars, 1)
        self.calibration = ReliabilityPanel(look)
        self._layouts = Panel(look, "How the network tells the frames apart (t-SNE)", "panel_tsne")
        self.untrained = EmbeddingView(look, "tsne_before", "before training", named=False)
        self.trained = EmbeddingView(look, "tsne_after", "after training", named=True)
        self._build_layouts()
        self._maps = Panel(look, "Maps", "panel_maps")
        self.gallery = GalleryView(look, pictures)
        self.gallery.chosen.connect(self._show_frame)
        self.frames = FramesView(look, pictures)
        self._pictures = QStackedWidget()
        self._pictures.addWidget(self.gallery)
        self._pictures.addWidget(self.frames)
        self._maps.add(self._pictures, 1)
        self._back = Button(look, "Maps", "back_to_maps", "back", small=True)
        self._back.clicked.connect(self._show_maps)
        self._back.hide()
        self._maps.head.addWidget(self._back)
        self._networks = Panel(look, "Compared with other networks", "panel_networks")
        self.table = CompareTable(look)
        self._verdict = label("", "hint", "verdict", wraps=True)
        self._networks.add(self.table, 1)
        self._networks.add(self._verdict)
        self._again = Button(look, "Compare anew", "compare_anew", small=True)
        self._again.clicked.connect(self._choose_networks)
        self._networks.head.addWidget(self._again)
        self.rivals = ComparePanel(look)
        self.rivals.wants.connect(self.wants)
        self._left = QStackedWidget()
        self._left.addWidget(self.rivals)
        self._left.addWidget(self._networks)
        self._worn = (
            self._matrix, self.confusion, self._planes, self.bars, self.calibration, self._layouts, self.untrained,
            self.trained, self._maps, self.gallery, self.frames, self._back, self._networks, self.table, self._again,
            self.rivals,
        )  # fmt: skip
        self._rows = (_Row((self._left, 34), (self._matrix, 31), (self._planes, 33)),
                      _Row((self.calibration, 22), (self._layouts, 42), (self._maps, 36)))  # fmt: skip
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for row in self._rows:
            self._column.addWidget(row, 1)
        self.wear(look)
        self.show_result(None, None, None)

    def show_result(self, result: Result | None, comparison: Comparison | None, config: ModelConfig | None) -> None:
        """Show a result, a comparison, or what is there of them."""
        self._result = result
        self._left.setCurrentWidget(self._networks if comparison is not None else self.rivals)
        self._show_comparison(comparison)
        self.confusion.show_matrix(result.labels if result else (), result.matrix() if result else ())
        axes = "" if self._compact else "rows: truth, columns: network; "
        told = f"{axes}click a cell for its frames"
        self._matrix.set_title("Confusion matrix", told if result and result.predictions else "rows: truth")
        self._show_planes(result, comparison)
        figures = result.figures if result else None
        words = f"error {100 * figures.ece_uncalibrated:.1f}, now {100 * figures.ece:.1f} %" if figures else ""
        self.calibration.show_bins(result.before if result else (), result.after if result else (), words)
        points = result.points if result else ()
        labels = tuple(point.label for point in points)
        self.untrained.show_points(tuple(point.before for point in points), labels)
        self.trained.show_points(tuple(point.after for point in points), labels)
        told = "click a point for its frame" if points else "not drawn yet" if result else ""
        self._layouts.set_title("How the network tells the frames apart (t-SNE)", told)
        self.gallery.show_examples(result.gallery if result else (), config.preprocess if config else None)
        self._show_maps()

    def show_state(self, state: WizardState) -> None:
        """Show how far a comparison has come."""
        self.rivals.show_state(state)
        view = state.compare_run
        if view is not None and view.at_work:
            self._left.setCurrentWidget(self.rivals)

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._compact = look.compact
        for part in self._worn:
            part.wear(look)
        for place, row in enumerate(self._rows):
            row.row.setSpacing(look.gap)
            self._column.setStretch(place, (58, 42)[place] if look.compact else 50)
        self._column.setSpacing(look.gap)

    def _build_layouts(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        for word, view in (("before training", self.untrained), ("after training", self.trained)):
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(label(word, "hint"))
            column.addWidget(view, 1)
            row.addLayout(column, 1)
            view.chosen.connect(self._show_point)
        self._layouts.body.addLayout(row, 1)

    def _choose_networks(self) -> None:
        self._left.setCurrentWidget(self.rivals)

    def _show_comparison(self, comparison: Comparison | None) -> None:
        self.table.show_rows(comparison.rows if comparison else ())
        failed = f" No result: {'; '.join(comparison.failed)}." if comparison and comparison.failed else ""
        self._verdict.setText(f"{comparison.verdict}{failed}" if comparison else "")
        seeds = comparison.seeds if comparison else 0
        how = f"mean ± sd, {seeds} seeds" if seeds > 1 else "one seed"
        title = "Compared" if self._compact else "Compared with other networks"
        self._networks.set_title(title, how if comparison else "")

    def _show_planes(self, result: Result | None, comparison: Comparison | None) -> None:
        own = comparison.own if comparison else None
        best = {plane: comparison.best_other(plane, own.model) for plane in own.per_plane} if comparison and own else {}
        shares = result.figures.per_plane if result else own.per_plane if own else {}
        self.bars.show_rows(tuple(PlaneShare(plane, share, best.get(plane)) for plane, share in shares.items()))
        self._planes.set_title(
            "Accuracy per plane", "bar: this network,  | best other" if best else "“none” left aside"
        )

    # Frames that are asked for

    def _show_cell(self, truth: str, answer: str) -> None:
        if self._result is None:
            return
        frames = self._result.frames(truth, answer)
        if not frames:
            return
        self.confusion.ring((truth, answer))
        called = f"{truth} answered rightly" if truth == answer else f"{truth} called {answer}"
        self._show_frames(frames, f"{called}: {len(frames)} frame{'s' if len(frames) > 1 else ''}")

    def _show_point(self, number: int) -> None:
        if self._result is not None and number < len(self._result.points):
            for view in (self.untrained, self.trained):
                view.ring(number)
            self._show_frame(self._result.points[number].file, keep_point=True)

    def _show_frame(self, file: str, keep_point: bool = False) -> None:
        found = self._result.prediction(file) if self._result is not None else None
        if found is None:
            return
        self.confusion.ring((found.label, found.answer))
        if not keep_point:
            for view in (self.untrained, self.trained):
                view.ring(None)
        self._show_frames((found,), f"A frame of {found.label}")

    def _show_frames(self, frames: tuple[Prediction, ...], words: str) -> None:
        self.frames.show_frames(frames, words)
        self._maps.set_title(words, "wheel: more" if len(frames) > 1 else "")
        self._pictures.setCurrentWidget(self.frames)
        self._back.show()
        self.frames.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_maps(self) -> None:
        self.confusion.ring(None)
        for view in (self.untrained, self.trained):
            view.ring(None)
        self._maps.set_title("Maps", "frame | map, best test frame" if self._result else "")
        self._pictures.setCurrentWidget(self.gallery)
        self._back.hide()


class _Row(QWidget):
    """Panels side by side, whose sizes follow from their shares alone, so that no text moves them."""

    def __init__(self, *parts: tuple[QWidget, int]) -> None:
        super().__init__()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        for part, share in parts:
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
            part.setMinimumSize(1, 1)
            self.row.addWidget(part, share)

    @override
    def hasHeightForWidth(self) -> bool:
        """Return False: lines that wrap ask for no other height."""
        return False
