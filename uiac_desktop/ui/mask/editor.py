"""The mask editor: the whole picture at the left, shown nowhere else, and at the right what of it enters."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QVBoxLayout, QWidget
from typing_extensions import override

from uiac_desktop.sources.privacy.setting import apply
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.commands import BY_ID
from uiac_desktop.ui.look.button import Button, ButtonLook, make_room
from uiac_desktop.ui.look.sizes import Sizes
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.mask.canvas import MaskCanvas
from uiac_desktop.ui.mask.control import EditorState, MaskControl
from uiac_desktop.ui.mask.draft import MaskDraft
from uiac_desktop.ui.pictures.picture import draw_picture, fitted, qt_image

_WHAT: Final = (
    "What lies outside the crop or under a mask is removed before any other part of the program sees the picture. "
    "It is never shown, stored or sent."
)
_LOOK_FOR: Final = "Look for names, dates and numbers in this picture. The program cannot promise to find them all."
_HINT: Final = (
    "Drag to draw. Arrow keys move by 1 pixel, Shift+arrows change the size. "
    "Nothing is kept or recorded until you use the mask."
)
_ROW: Final = 27
_LEAST_SIDE: Final = 372
_PAD: Final = 18
_MOST_ROWS: Final = 3
_FIRST: Final = 100


class Entering(QWidget):
    """What enters: the true output of crop and masks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mask_output")
        self.setAccessibleName("This is all that enters")
        self._image = QImage()

    def show_image(self, image: QImage) -> None:
        """Show what enters now."""
        self._image = image
        self.setMaximumHeight(round((self.width() - 4) * image.height() / max(image.width(), 1)) + 4)
        self.update()

    @property
    def image(self) -> QImage:
        """What is shown."""
        return self._image

    @override
    def sizeHint(self) -> QSize:
        """Return a size that lets names be read."""
        return QSize(300, 225)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture whole, in a green frame."""
        painter = QPainter(self)
        if self._image.isNull():
            return
        box = fitted(self._image, QRectF(self.rect()).adjusted(2, 2, -2, -2))
        box.moveTo(2, 2)
        draw_picture(painter, self._image, box)
        painter.setPen(QPen(theme().colour("ok"), 2))
        painter.drawRect(box.adjusted(-1, -1, 1, 1))


class MaskEditor(QWidget):
    """Draws what `MaskControl` has; a page of the window, never a dialog."""

    drawn = Signal()

    def __init__(self, control: MaskControl, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mask_editor")
        self.setAutoFillBackground(True)
        self._control, self._actions = control, actions
        self._buttons: dict[str, Button] = {}
        self._filling = False
        self.canvas = MaskCanvas()
        self.entering = Entering()
        self.list = QListWidget()
        self.list.setObjectName("mask_list")
        self.list.setAccessibleName("Masks")
        self.list.setProperty("role", "compact")
        self.list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.list.currentRowChanged.connect(self._choose)
        self._found = _label("mask_found")
        self._kept_for = _label("mask_kept_for", "hint")
        self._side = QWidget()
        self._side.setObjectName("mask_side")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        stage = QVBoxLayout()
        stage.setSpacing(0)
        stage.addWidget(self.canvas, 1)
        stage.addWidget(_label("mask_hint", "stage", _HINT))
        row.addLayout(stage, 1)
        row.addWidget(self._side)
        self._fill_side()
        self.canvas.changed.connect(control.changed)
        control.changed.connect(self.renew)

    def _fill_side(self) -> None:
        column = QVBoxLayout(self._side)
        column.setContentsMargins(_PAD, 12, _PAD, 10)
        column.setSpacing(6)
        column.addWidget(_label("mask_title", "heading", "Privacy: crop and mask"))
        column.addWidget(_label("mask_what", "hint", _WHAT))
        column.addWidget(_label("mask_head_crop", "heading", "1  Crop"))
        column.addWidget(self._found)
        column.addLayout(self._row("mask_find", "mask_crop"))
        column.addWidget(_label("mask_head_masks", "heading", "2  Masks"))
        column.addWidget(self.list)
        column.addLayout(self._row("mask_add", "mask_remove", "mask_undo"))
        column.addWidget(_label("mask_head_output", "heading", "3  This is all that enters"))
        column.addWidget(self.entering, _FIRST)
        column.addWidget(_label("mask_look_for", "warning", _LOOK_FOR))
        column.addWidget(self._kept_for)
        column.addLayout(self._row("mask_use", "dismiss"))
        column.addStretch(1)

    def _row(self, *names: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        for name in names:
            command = BY_ID[name]
            look: ButtonLook = "primary" if name == "mask_use" else "normal"
            word = "Cancel" if name == "dismiss" else command.word
            icon = "" if name == "dismiss" else command.icon
            button = Button(word, icon, self._actions.key_text(name), look)
            button.setObjectName(f"button_{name}" if name != "dismiss" else "button_mask_cancel")
            button.setToolTip("Leaves the mask as it was." if name == "dismiss" else self._actions.tooltip(name))
            button.clicked.connect(lambda _checked=False, name=name: self._actions.give(name))
            self._buttons[name] = button
            row.addWidget(button)
        row.addStretch(1)
        return row

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the sizes of the window's class."""
        self._side.setFixedWidth(max(sizes.panel, _LEAST_SIDE))
        row = [self._buttons[name] for name in ("mask_undo", "mask_remove", "mask_add")]
        inside = self._side.width() - 2 * _PAD
        make_room(row, lambda: sum(button.sizeHint().width() + 6 for button in row) - 6 <= inside)

    def renew_keys(self) -> None:
        """Take the keys anew after the user changed them."""
        for name, button in self._buttons.items():
            button.set_key(self._actions.key_text(name))

    def renew(self) -> None:
        """Show the draft and what it lets in."""
        if not self._control.is_open:
            return
        state = self._control.editor
        self.canvas.show_draft(state.whole, self._control.history)
        draft = state.draft
        for name in ("mask_crop", "mask_add", "mask_use", "mask_find"):
            self._buttons[name].setEnabled(draft is not None)
        self._buttons["mask_remove"].setEnabled(draft is not None and draft.active is not None)
        self._buttons["mask_undo"].setEnabled(self._control.can_undo)
        self._fill_list(draft)
        self._say(state)
        if draft is not None and state.whole is not None and state.whole.shape[:2] == (draft.height, draft.width):
            self.entering.show_image(qt_image(apply(state.whole, draft.setting)))
        self.drawn.emit()

    def _say(self, state: EditorState) -> None:
        found, draft = state.found, state.draft
        if found is None:
            self._found.setText("The sector was not found by itself: draw the crop.")
        else:
            crop, how = found.crop, "moves" if found.how == "moving" else "has speckle"
            self._found.setText(f"Found by what {how}: {crop.width} × {crop.height} at {crop.x}, {crop.y}")
        if draft is None:
            self._kept_for.setText("")
        elif state.remembered:
            self._kept_for.setText(f"Remembered for this scanner at {draft.width}×{draft.height}.")
        else:
            self._kept_for.setText("For this file; the next of this size begins with this mask and asks.")

    def _fill_list(self, draft: MaskDraft | None) -> None:
        masks = draft.masks if draft is not None else ()
        rows = [f"Mask {place + 1}   {m.width} × {m.height} at {m.x}, {m.y}" for place, m in enumerate(masks)]
        self._filling = True
        if rows != [self.list.item(place).text() for place in range(self.list.count())]:
            self.list.clear()
            self.list.addItems(rows)
        active = draft.active if draft is not None and draft.active is not None else -1
        if self.list.currentRow() != active:
            self.list.setCurrentRow(active)
        self._filling = False
        self.list.setFixedHeight(_ROW * min(max(len(rows), 1), _MOST_ROWS) + 4)

    def _choose(self, row: int) -> None:
        if not self._filling and row >= 0:
            self._control.change(lambda now: now.choose(row))

    def draw_crop(self) -> None:
        """Work on the crop; the next drag draws it anew."""
        self._control.change(lambda now: now.choose(None))
        self.canvas.draw_next()

    def add_mask(self) -> None:
        """Add a mask in a corner of the crop; the next drag draws it where it is wanted."""
        self._control.change(lambda now: now.with_mask())
        self.canvas.draw_next()


def _label(name: str, role: str = "", text: str = "") -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label
