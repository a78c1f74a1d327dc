"""The lower half of the Review room's panel: doubtful frames, the best frames of the planes, or people, in turn."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget
from typing_extensions import override

from uiac_desktop.session.review.marks import Doubt
from uiac_desktop.session.review.records import ReviewState
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.button import Button
from uiac_desktop.ui.look.fonts import REGULAR, font
from uiac_desktop.ui.look.sizes import Sizes
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.review.frame_rows import ROW, FrameRows, GiveThumb, best_rows, doubtful_rows
from uiac_desktop.ui.review.people_view import PeopleView

_TABS: Final = (("doubtful", "Doubtful"), ("planes", "Planes"), ("people", "People"))
_HEAD: Final = 42


class ReviewLists(QWidget):
    """Three lists behind three tabs.

    Parameters
    ----------
    give
        Returns the small picture of a frame, or None and asks for it.
    """

    def __init__(self, give: GiveThumb, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review_lists")
        self.doubtful = FrameRows("doubtful_frames", give)
        self.planes = FrameRows("best_frames", give)
        self.people = PeopleView()
        self._now = "doubtful"
        self._count = ""
        self._pad = 16
        self._clip = ""
        self._doubtful: tuple[tuple[Doubt, ...] | None, int | None] = (None, None)
        self._words = ""
        self._scrolls: dict[str, QScrollArea] = {}
        self._tabs: dict[str, Button] = {}
        for (name, word), inner in zip(_TABS, (self.doubtful, self.planes, self.people), strict=True):
            tab = Button(word, parent=self)
            tab.setObjectName(f"tab_{name}")
            tab.setCheckable(True)
            tab.clicked.connect(lambda _checked=False, name=name: self.show_list(name))
            self._tabs[name] = tab
            scroll = QScrollArea(self)
            scroll.setFrameShape(QFrame.Shape.NoFrame)
            scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            scroll.setWidgetResizable(True)
            scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            scroll.setWidget(inner)
            self._scrolls[name] = scroll
        self.show_list("doubtful")

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the sizes of the window's class."""
        self._pad = sizes.pad
        for rows in (self.doubtful, self.planes):
            rows.set_pad(sizes.pad)
        self._place()

    def show_list(self, name: str) -> None:
        """Bring a list to the front."""
        self._now = name
        for other, tab in self._tabs.items():
            tab.setChecked(other == name)
            self._scrolls[other].setVisible(other == name)
        self.update()

    def update_pictures(self) -> None:
        """Draw rows anew, since a small picture came."""
        self.doubtful.update()
        self.planes.update()

    def show_state(self, state: ReviewState) -> None:
        """Show how the room stands."""
        clip = state.clip.name if state.clip is not None else ""
        if clip != self._clip:
            self._clip = clip
            self.doubtful.forget()
            self.planes.forget()
        self._show_doubtful(state)
        self.planes.show_rows(best_rows(state), self._no_plane(state))
        self.people.show_state(state)
        open_ = sum(1 for doubt in state.doubtful if doubt.label is None)
        count = f"{open_} left of {len(state.doubtful)}" if state.doubtful else ""
        if count != self._count:
            self._count = count
            self.update()

    def _show_doubtful(self, state: ReviewState) -> None:
        """Show the doubtful frames anew where they, or the one under the cursor, are others than before."""
        runs = (doubt.run for doubt in state.doubtful)
        here = next((run.first for run in runs if run.first <= state.frame <= run.last), None)
        shown, words = (state.doubtful, here), self._no_doubt(state)
        if shown[0] is self._doubtful[0] and here == self._doubtful[1] and words == self._words:
            return
        moved = here != self._doubtful[1]
        self._doubtful, self._words = shown, words
        self.doubtful.show_rows(doubtful_rows(state), words)
        place = self.doubtful.current_place
        if place is not None and moved:
            self._scrolls["doubtful"].ensureVisible(0, self.doubtful.row_top(place) + ROW // 2, 0, ROW)

    @staticmethod
    def _no_doubt(state: ReviewState) -> str:
        if state.clip is None:
            return ""
        if state.analysis is None:
            return "Without a model no frame is doubtful."
        done = state.analysis.state == "done"
        return "No doubtful frames in this clip." if done else "No doubtful frames so far."

    @staticmethod
    def _no_plane(state: ReviewState) -> str:
        if state.clip is None:
            return ""
        done = state.analysis is not None and state.analysis.state == "done"
        return "No plane was recognised in this clip." if done else "No plane so far."

    @override
    def resizeEvent(self, event: object) -> None:
        """Place everything."""
        self._place()

    def _place(self) -> None:
        x = self._pad
        for name, tab in self._tabs.items():
            width = tab.sizeHint().width()
            tab.setGeometry(x, 6, width, 32)
            x += width + 4
            self._scrolls[name].setGeometry(0, _HEAD, self.width() - 2, max(self.height() - _HEAD, 0))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, and how many doubtful frames are left."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour("bg1"))
        tabs = list(self._tabs.values())
        left = tabs[-1].geometry().right() + 8
        box = QRectF(left, 6, self.width() - self._pad - left, 32)
        if self._now == "doubtful":
            text = self._count
            if ink.text_width(text, font(12, REGULAR)) > box.width():
                text = text.split(" of ")[0]
            ink.draw_text(painter, box, text, font(12, REGULAR), theme().colour("text2"), ink.RIGHT)
