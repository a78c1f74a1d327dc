"""Privacy at the door, in the window: nothing is kept before a mask, and names stand in the editor alone."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import Desk, prediction
from tests.uiac_desktop.sources.screens import SECTOR, SIZE, page, sector_screen
from uiac_desktop.frame import Frame, Pixels, Result
from uiac_desktop.session.events import SourceOpened
from uiac_desktop.sources.base import Region, SourceInfo
from uiac_desktop.sources.privacy.door import PrivacyDoor
from uiac_desktop.sources.privacy.sector_watch import RETURNS_AFTER
from uiac_desktop.sources.privacy.setting import PrivacySetting, apply

DEVICE = SourceInfo("Epiphan DVI2USB 3.0", "device", *SIZE, 30.0, None, None, False, False)
URI = "device:Epiphan DVI2USB 3.0"


class Scanner:
    """A desk at which a device plays: the real door, fed by hand where the driver would."""

    def __init__(self, desk: Desk, uri: str = URI) -> None:
        self.desk = desk
        desk.window.control.open(uri)
        desk.session.state = "playing"
        desk.session.tell(SourceOpened(DEVICE))
        self.number = self.kept = 0

    @property
    def door(self) -> PrivacyDoor:
        door = self.desk.window.control._door
        assert door is not None
        return door

    def give(self, whole: Pixels) -> Frame:
        frame = Frame(apply(whole, self.door), self.number, self.number / 30)
        self.number += 1
        self.desk.session.on_frame(frame)
        examination = self.desk.examination
        if examination.may_keep(frame) and examination.allowed:
            self.kept += 1
        votes = self.desk.session.votes(frame)
        self.desk.session.give(Result(frame, prediction() if votes else None, 0.0))
        return frame

    def play(self, frames: int = 8) -> Frame:
        for _ in range(frames):
            frame = self.give(sector_screen(self.number))
        return frame

    def open_editor(self) -> None:
        self.desk.window.actions_of.give("mask")
        self.play(1)

    def chip(self) -> str:
        return next(chip.text for chip in self.desk.window.control.state().chips if chip.name == "mask")

    @property
    def allowed(self) -> bool:
        return self.desk.window.masks._storing[0]


@pytest.fixture
def scanner(desk: Desk) -> Scanner:
    return Scanner(desk)


def test_that_nothing_goes_to_the_examination_before_a_mask_is_confirmed(scanner: Scanner) -> None:
    scanner.play()
    assert scanner.chip() == "Mask not set"
    assert not scanner.allowed
    assert scanner.kept == 0
    shown = scanner.desk.window.board.shown
    assert shown is not None
    assert "the whole picture is shown and labelled in Scan, names included" in shown.what
    scanner.open_editor()
    assert not scanner.allowed
    scanner.desk.window.actions_of.give("mask_use")
    assert ("renew",) in scanner.desk.session.asked
    scanner.play(2)
    assert scanner.allowed
    assert scanner.kept >= 2
    assert scanner.chip() == "Mask on"
    assert "mask" not in scanner.desk.window.board.causes
    assert scanner.desk.window.focusWidget() is scanner.desk.window.centralWidget(), "no chip or button has it"


def test_that_the_editor_finds_the_sector_shows_the_true_output_and_leaves_by_escape(scanner: Scanner) -> None:
    scanner.play()
    scanner.open_editor()
    window, editor = scanner.desk.window, scanner.desk.window.mask_editor
    assert editor.isVisible()
    assert not scanner.desk.part("scan_room").isVisible()
    draft = window.masks.draft
    assert draft is not None
    assert abs(draft.crop.x - SECTOR.x) < 24
    assert draft.crop.y > 40, "the banner with the name"
    assert editor.entering.image.width() == draft.crop.width
    assert "moves" in scanner.desk.part("mask_found").text()
    window.actions_of.give("dismiss")
    assert not editor.isVisible()
    assert scanner.desk.part("scan_room").isVisible()
    assert scanner.door.whole is None
    scanner.play(1)
    assert scanner.chip() == "Mask not set"
    assert not scanner.allowed


def test_that_crop_and_mask_are_drawn_with_the_mouse_and_moved_by_key(scanner: Scanner) -> None:
    scanner.play()
    scanner.open_editor()
    window, canvas = scanner.desk.window, scanner.desk.window.mask_editor.canvas
    take = window.actions_of.give

    def at(x: float, y: float) -> QPoint:
        box = canvas.picture_box()
        scale = box.width() / SIZE[0]
        return QPointF(box.x() + x * scale, box.y() + y * scale).toPoint()

    def drag(x0: float, y0: float, x1: float, y1: float) -> None:
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(x0, y0))
        QTest.mouseMove(canvas, at(x1, y1))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(x1, y1))

    take("mask_crop")
    drag(150, 100, 450, 400)
    draft = window.masks.draft
    assert draft is not None
    assert np.allclose([draft.crop.x, draft.crop.y, draft.crop.width, draft.crop.height], [150, 100, 300, 300], atol=3)
    former = len(draft.masks)
    take("mask_add")
    drag(160, 110, 220, 150)
    mask = window.masks.draft.masks[former]
    assert np.allclose([mask.x, mask.y, mask.width, mask.height], [160, 110, 60, 40], atol=3)
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    moved = window.masks.draft.masks[former]
    assert (moved.x, moved.height) == (mask.x + 1, mask.height + 1)
    take("mask_undo")
    take("mask_undo")
    assert window.masks.draft.masks[former] == mask
    drag(mask.x + mask.width, mask.y + mask.height, 240, 170)
    assert window.masks.draft.masks[former].width > mask.width + 10
    take("mask_remove")
    assert len(window.masks.draft.masks) == former
    take("mask_use")
    shown = scanner.play(1)
    assert np.allclose(shown.pixels.shape[:2], (300, 300), atol=3)


def test_that_a_mask_is_remembered_for_scanner_and_size_and_holds_from_the_first_picture(
    make_desk: Callable[..., Desk],
) -> None:
    first = Scanner(make_desk())
    first.play()
    first.open_editor()
    first.desk.window.actions_of.give("mask_use")
    second = Scanner(make_desk())
    frame = second.give(sector_screen(0))
    assert frame.pixels.shape[0] < SIZE[1]
    assert second.allowed
    assert second.chip() == "Mask on"
    other = Scanner(make_desk(), "device:Another scanner")
    assert other.give(sector_screen(0)).pixels.shape[:2] == (480, 640)
    assert not other.allowed
    text = (first.desk.file.path.parent / "masks.json").read_text(encoding="utf-8")
    assert "Epiphan" not in text


def test_that_a_change_of_size_asks_again_and_stops_storing(scanner: Scanner) -> None:
    scanner.door.use(PrivacySetting(*SIZE, SECTOR))
    scanner.play(2)
    assert scanner.allowed
    kept = scanner.kept
    scanner.give(np.ascontiguousarray(np.pad(sector_screen(9), ((0, 0), (0, 214), (0, 0)))))
    assert not scanner.allowed
    assert scanner.kept == kept
    shown = scanner.desk.window.board.shown
    assert shown is not None
    assert shown.what == "The picture is now 854×480."
    assert shown.advice == "The mask was drawn for 640×480: set it again before anything is kept."
    assert shown.choices[0].command == "mask"
    assert scanner.chip() == "Mask: size changed"


def test_that_a_page_of_names_stops_storing_and_voting_is_said_and_ends_by_itself(scanner: Scanner) -> None:
    scanner.door.use(PrivacySetting(*SIZE, SECTOR))
    scanner.play(3)
    kept = scanner.kept
    now = [100.0]
    scanner.desk.window.masks._clock = lambda: now[0]
    for seed in range(3):
        scanner.give(page("white", seed))
    assert scanner.allowed, "one odd picture costs no recording"
    now[0] += 1.1
    scanner.give(page("white"))
    state = scanner.desk.window.control.state()
    assert scanner.kept == kept
    assert not scanner.allowed
    assert state.figures[0].label == "Sector"
    assert state.block.headline == "No sector"
    scanner.play(RETURNS_AFTER + 1)
    state = scanner.desk.window.control.state()
    assert scanner.allowed
    assert scanner.kept > kept
    assert [one for one in scanner.desk.examination.asked if one[0] == "see_sector"][-2:] == [
        ("see_sector", False),
        ("see_sector", True),
    ]
    assert state.figures[0].label != "Sector"
    assert state.block.headline == "FCH"


def test_that_a_frame_from_before_the_mask_is_not_kept_by_hand(scanner: Scanner) -> None:
    scanner.door.use(PrivacySetting(*SIZE, SECTOR))
    scanner.play(2)
    window = scanner.desk.window
    window.actions_of.give("keep")
    kept = [asked for asked in scanner.desk.examination.asked if asked[0] == "keep"]
    assert len(kept) == 1
    scanner.door.use(PrivacySetting(*SIZE, SECTOR, (Region(150, 100, 30, 30),)))
    window.actions_of.give("keep")
    assert [asked for asked in scanner.desk.examination.asked if asked[0] == "keep"] == kept


def test_that_a_file_asks_each_time_but_begins_with_the_mask_of_its_size(make_desk: Callable[..., Desk]) -> None:
    first = Scanner(make_desk(), "/somewhere/MUSTERFRAU.mkv")
    first.play()
    first.open_editor()
    first.desk.window.masks.change(lambda draft: draft.moved(3, 0))
    first.desk.window.actions_of.give("mask_use")
    drawn = first.door.state.setting
    assert drawn is not None
    again = Scanner(first.desk, "/somewhere/MUSTERFRAU.mkv")
    again.play(1)
    assert again.allowed
    second = Scanner(make_desk(), "/somewhere/other.mkv")
    second.play(3)
    assert not second.allowed
    second.open_editor()
    assert second.desk.window.masks.draft is not None
    assert second.desk.window.masks.draft.crop == drawn.crop
    text = (first.desk.file.path.parent / "masks.json").read_text(encoding="utf-8")
    assert "MUSTERFRAU" not in text


def test_that_a_black_picture_of_a_device_is_said_after_two_seconds_and_that_of_a_file_is_not(desk: Desk) -> None:
    scanner = Scanner(desk)
    masks, board = desk.window.masks, desk.window.board
    now = [100.0]
    masks._clock = lambda: now[0]
    black = np.full((480, 640, 3), 16, np.uint8)
    scanner.give(black)
    assert not board.has("black")
    now[0] += 2.1
    scanner.give(black)
    assert board.has("black")
    scanner.play(1)
    assert not board.has("black")
    clip = Scanner(desk, "/somewhere/clip.mkv")
    clip.give(black)
    now[0] += 5
    clip.give(black)
    assert not board.has("black")


def test_that_going_to_another_room_leaves_the_editor(scanner: Scanner) -> None:
    scanner.play()
    scanner.open_editor()
    scanner.desk.window.actions_of.give("settings")
    assert scanner.desk.part("settings_page").isVisible()
    assert not scanner.desk.window.masks.is_open
    assert scanner.door.whole is None


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_that_every_control_of_the_editor_has_a_name_and_nothing_is_cut(
    make_desk: Callable[..., Desk], size: tuple[int, int], cut_texts: list[str]
) -> None:
    scanner = Scanner(make_desk(*size))
    scanner.play()
    scanner.open_editor()
    scanner.desk.window.masks.change(lambda draft: draft.with_mask())
    scanner.desk.window.grab()
    assert not [text for text in cut_texts if text in ("Use for this source", "Cancel", "Add mask", "Find again")]
    for name in ("mask_canvas", "mask_list", "mask_output", "button_mask_use", "button_mask_cancel", "button_mask_add"):
        part = scanner.desk.part(name)
        assert part.accessibleName(), name
        assert part.isVisible(), name
    use = scanner.desk.part("button_mask_use")
    assert use.width() >= use.sizeHint().width()
    assert use.mapTo(scanner.desk.window, QPoint(0, use.height())).y() <= scanner.desk.part("message").y()
