"""Everything that an exam holds: each kept or rejected frame with its labels, and each clip with its length."""

from typing import Final

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.session.exams.desk_records import OpenedExam, ShownFrame
from uiac_desktop.ui.exam.view import Thumb
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.certainty import percent
from uiac_desktop.ui.look.fonts import MEDIUM, REGULAR, SEMIBOLD, font
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.pictures.thumbs import Thumbs, draw_missing

_HIGH: Final = 74
_WIDE: Final = 92
_HEAD: Final = 32
_CLIP: Final = 40


class ExamFramesView(QWidget):
    """Draws a line a frame, then a line a clip.

    ``frame`` carries the number of a frame that is to be chosen, ``labels`` asks for a list of planes for the chosen
    one at a place on the screen, ``clip`` carries the number of a clip that is to be opened.
    """

    frame = Signal(int)
    labels = Signal(QPoint)
    clip = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exam_frames")
        self._thumbs = Thumbs()
        self._opened: OpenedExam | None = None
        self._chosen: int | None = None
        self.show_exam(None, None)

    def show_exam(self, opened: OpenedExam | None, chosen: int | None) -> None:
        """Show what an exam holds, and which frame of it is chosen."""
        if opened is not self._opened:
            self._thumbs.keep_only(())
        self._opened, self._chosen = opened, chosen
        frames, clips = (opened.frames, opened.clips) if opened is not None else ((), ())
        self.setAccessibleName(f"Frames: {len(frames)}, clips: {len(clips)}")
        said = [", ".join(_words(frame)) for frame in frames]
        self._spoken = next((f"Chosen: {said[place]}" for place in self._places(chosen)), "")
        self.setAccessibleDescription(". ".join([*([self._spoken] if self._spoken else []), *said[:40]]))
        self.setMinimumHeight(2 * _HEAD + max(len(frames), 1) * _HIGH + max(len(clips), 1) * _CLIP + 12)
        self.update()

    def top_of(self, frame_id: int) -> float:
        """Return where the line of a frame begins."""
        return _HEAD + _HIGH * float(next(iter(self._places(frame_id)), 0))

    def clip_top(self, number: int) -> float:
        """Return where the line of a clip begins."""
        frames = len(self._opened.frames) if self._opened is not None else 0
        return float(2 * _HEAD + max(frames, 1) * _HIGH + number * _CLIP)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the frame under the pointer, with the right button list its planes; or ask for the clip there."""
        y, left = event.position().y(), event.button() == Qt.MouseButton.LeftButton
        frames, clips = (self._opened.frames, self._opened.clips) if self._opened is not None else ((), ())
        number = int((y - _HEAD) // _HIGH)
        if 0 <= number < len(frames):
            self.frame.emit(frames[number].frame.id)
            if not left:
                self.labels.emit(event.globalPosition().toPoint())
            return
        number = int((y - self.clip_top(0)) // _CLIP)
        if 0 <= number < len(clips) and left:
            self.clip.emit(clips[number].id)

    def _places(self, frame_id: int | None) -> list[int]:
        """Return where a frame stands, one place or none."""
        frames = self._opened.frames if self._opened is not None else ()
        return [place for place, shown in enumerate(frames) if shown.frame.id == frame_id]

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frames and clips."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        opened = self._opened
        if opened is None:
            return
        look, wide = theme(), float(self.width())
        hint = "Click one; a digit or a right click labels it." if opened.frames else ""
        self._title(painter, 0, f"Frames: {len(opened.frames)}", hint)
        top = float(_HEAD)
        if not opened.frames:
            self._quiet(painter, top, "No frame was kept.")
        for shown in opened.frames:
            if top + _HIGH >= event.rect().top() and top <= event.rect().bottom():
                self._draw_frame(painter, top, shown)
            top += _HIGH
        top += 0 if opened.frames else _HIGH
        self._title(painter, top, f"Clips: {len(opened.clips)}")
        top += _HEAD
        if not opened.clips:
            self._quiet(painter, top, "No clip was saved.")
        for clip in opened.clips:
            lost = f", {clip.lost} lost" if clip.lost else ""
            what = f"{clip.started_at.astimezone():%H:%M:%S}  {clip.duration_s:.1f} s, {clip.frames:,} frames{lost}"
            size = f"{clip.width}×{clip.height}, {clip.source}"
            ink.draw_text(painter, QRectF(0, top, wide - 60, 20), what, font(13, MEDIUM), look.colour("text"))
            ink.draw_text(painter, QRectF(wide - 60, top, 52, 20), "Open", font(13, SEMIBOLD), look.colour("accent"))
            ink.draw_text(painter, QRectF(0, top + 18, wide, 18), size, font(12, REGULAR), look.colour("text2"))
            top += _CLIP

    def _title(self, painter: QPainter, top: float, text: str, hint: str = "") -> None:
        box = QRectF(0, top, self.width(), _HEAD - 6)
        ink.draw_text(painter, box, text, font(13, SEMIBOLD), theme().colour("text"))
        beside = box.adjusted(ink.text_width(text, font(13, SEMIBOLD)) + 12, 0, 0, 0)
        ink.draw_text(painter, beside, hint, font(12, REGULAR), theme().colour("text2"))

    def _quiet(self, painter: QPainter, top: float, text: str) -> None:
        ink.draw_text(painter, QRectF(0, top, self.width(), 24), text, font(13, REGULAR), theme().colour("text2"))

    def _draw_frame(self, painter: QPainter, top: float, shown: ShownFrame) -> None:
        look, frame = theme(), shown.frame
        if frame.id == self._chosen:
            painter.setBrush(look.colour("accentbg"))
            painter.setPen(QPen(look.colour("accent"), 1))
            painter.drawRoundedRect(QRectF(0.5, top - 3.5, self.width() - 1, _HIGH - 1), 5, 5)
        box = QRectF(0, top, _WIDE, _HIGH - 8)
        if not shown.read:
            painter.fillRect(box, look.colour("bg0"))
        elif shown.thumb is None:
            draw_missing(painter, box, "unreadable")
        else:
            token = "ok" if frame.best else "border2"
            self._thumbs.draw(painter, box, Thumb(frame.id, shown.thumb), look.colour(token))
        tag = QRectF(_WIDE + 12, top + 2, 58, 20)
        ink.fill_plane(painter, tag, frame.plane)
        ink.draw_tag(painter, tag, frame.plane, frame.plane)
        first, second, third = _words(shown)
        left, wide = _WIDE + 12.0, self.width() - _WIDE - 12.0
        ink.draw_text(painter, QRectF(left + 68, top, wide - 68, 24), first, font(13, MEDIUM), look.colour("text"))
        ink.draw_text(painter, QRectF(left, top + 24, wide, 20), second, font(12, REGULAR), look.colour("text2"))
        ink.draw_text(painter, QRectF(left, top + 43, wide, 20), third, font(12, REGULAR), look.colour("text2"))


def _words(shown: ShownFrame) -> tuple[str, str, str]:
    """Return three lines: state and time, what the model said, what a person said."""
    frame = shown.frame
    state = "rejected" if frame.state == "rejected" else ("stands for its plane" if frame.best else "kept")
    model = f"{shown.model}: {frame.predicted} {percent(frame.certainty)}" if shown.model else "no model was at work"
    person = "not confirmed"
    if frame.corrected is not None:
        person = f"{frame.labelled_by or 'a person'}: {frame.corrected}"
        person += " (changed)" if frame.corrected != frame.predicted else " (confirmed)"
    return f"{frame.taken_at.astimezone():%H:%M:%S}  {state}", model, person
