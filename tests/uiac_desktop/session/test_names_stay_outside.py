"""Burned-in writing, from source to disk: none of it in a stored pixel, a file name, a tag, a row or the log."""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from nas.planes import PLANES
from tests.patience import PATIENCE_S
from tests.uiac_desktop.sources.screens import NAMES, SECTOR, SIZE, page, sector_screen
from uiac_desktop.exam.protocol import SCREENING
from uiac_desktop.exam.store import open_store
from uiac_desktop.frame import Frame, Pixels, Prediction, Result
from uiac_desktop.session.exam.examination import ClipSaved, ExamEvent, Examination, FrameKept
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.privacy.door import PrivacyDoor
from uiac_desktop.sources.privacy.sector import SectorFinder
from uiac_desktop.sources.privacy.setting import PrivacySetting, apply


class Desk:
    """A real examination on a real store in a folder of the test, behind a door."""

    def __init__(self, folder: Path, door: PrivacyDoor) -> None:
        self.folder, self.door = folder, door
        self.events: list[ExamEvent] = []
        self._condition = threading.Condition()
        self.examination = Examination(lambda: open_store(folder, key_file=folder.parent / "key"), self._wake)
        self.examination.keep_where(door.may_store)
        self.examination.start()
        self.examination.allow(True)
        self.examination.begin("Dr Test", SCREENING)

    def _wake(self) -> None:
        events = self.examination.take_events()
        with self._condition:
            self.events += events
            self._condition.notify_all()

    def wait_for(self, kind: type, count: int = 1) -> None:
        def there() -> bool:
            return sum(isinstance(event, kind) for event in self.events) >= count

        with self._condition:
            assert self._condition.wait_for(there, timeout=PATIENCE_S), self.events

    def see(self, frame: Frame, by_hand: bool = False) -> None:
        self.examination.see_frame(frame, "device")
        result = Result(frame, _label(), 0.0)
        self.examination.see_result(result)
        if by_hand:
            self.examination.keep(result)

    def stored_pictures(self) -> list[Pixels]:
        return [cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in sorted(self.folder.rglob("*.png"))]

    def all_bytes(self) -> bytes:
        return b"\0".join(
            str(path.relative_to(self.folder)).encode() + b"\0" + path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        )


def _label() -> Prediction:
    shares = np.full(len(PLANES), 0.001, np.float32)
    shares[1] = 1 - shares[2:].sum() - shares[0]
    return Prediction(PLANES, shares, np.zeros((len(PLANES), 8, 8), np.float32), PLANES[1], float(shares[1]))


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[[PrivacyDoor], Desk]]:
    desks: list[Desk] = []

    def make(door: PrivacyDoor) -> Desk:
        desks.append(Desk(tmp_path / f"store{len(desks)}", door))
        return desks[-1]

    yield make
    for desk in desks:
        desk.examination.stop(PATIENCE_S)


def _holds(picture: Pixels, patch: Pixels) -> bool:
    """Tell whether a patch of writing is found anywhere in a picture."""
    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    if grey.shape[0] < patch.shape[0] or grey.shape[1] < patch.shape[1]:
        return False
    return bool(cv2.matchTemplate(grey, patch, cv2.TM_CCOEFF_NORMED).max() > 0.8)


def test_that_a_banner_and_a_page_of_names_reach_no_stored_pixel(begin, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    door = PrivacyDoor()
    desk = begin(door)
    banner = cv2.cvtColor(sector_screen(0)[4:34, 4:330], cv2.COLOR_RGB2GRAY)
    unmasked = Frame(apply(sector_screen(0), door), 0, 0.0)
    desk.see(unmasked, by_hand=True)
    door.use(PrivacySetting(*SIZE, SECTOR, (Region(140, 90, 50, 50),)))
    for number in range(1, 40):
        whole = page("black", number) if 12 <= number < 20 else sector_screen(number)
        desk.see(Frame(apply(whole, door), number, number / 30), by_hand=number in (5, 14, 30))
    desk.wait_for(FrameKept, 2)
    desk.examination.save_last(10)
    desk.wait_for(ClipSaved)
    desk.examination.end()
    desk.examination.stop(PATIENCE_S)
    assert _holds(cv2.cvtColor(sector_screen(3), cv2.COLOR_RGB2GRAY), banner), "the check itself sees the banner"
    pictures = desk.stored_pictures()
    assert len(pictures) >= 2
    for picture in pictures:
        assert picture.shape[:2] == (360, 360)
        assert not picture[:50, :50].any()
        assert not _holds(picture, banner)
    (clip,) = [path for path in desk.folder.rglob("*") if path.suffix in (".mp4", ".mkv")]
    film, frames = cv2.VideoCapture(str(clip)), 0
    while True:
        more, picture = film.read()
        if not more:
            break
        frames += 1
        assert picture.shape[:2] == (360, 360)
        texture = picture[60:300, 60:300]
        assert texture.std() > 15, "a page of names on black would be flat here"
        assert not _holds(picture, banner)
    film.release()
    assert 20 <= frames <= 31
    everything = desk.all_bytes()
    for name in (*NAMES, "PID-778812"):
        assert name.encode() not in everything
        assert name not in caplog.text


def test_that_names_in_file_and_tags_of_a_dicom_clip_are_stored_nowhere(
    begin, cases_dir: Path, tmp_path, caplog
) -> None:
    caplog.set_level(logging.DEBUG)
    made = tmp_path / "made"
    made.mkdir()
    script = cases_dir / "open" / "gen_d12_phi.py"
    subprocess.run([sys.executable, str(script), str(made)], check=True, capture_output=True)
    for path in sorted(made.rglob("*.dcm"))[::2]:
        door = PrivacyDoor()
        desk = begin(door)
        with open_source(str(path), door) as source:
            frames = list(source)
        assert {frame.pixels.shape[:2] for frame in frames} == {(260, 400)}
        desk.examination.keep_where(lambda _: True)  # what stands for the sector in this case is no speckle
        for frame in frames:
            desk.see(frame, by_hand=True)
        desk.wait_for(FrameKept, len(frames))
        desk.examination.end()
        desk.examination.stop(PATIENCE_S)
        assert {picture.shape[:2] for picture in desk.stored_pictures()} == {(260, 400)}
        everything = desk.all_bytes()
        for token in ("MUSTERFRAU", "ERIKA", "PID-778812", "19870423", "DR-ROENTGEN", "KLINIK-NORD"):
            assert token.encode() not in everything, token
            assert token not in caplog.text


def test_that_the_writing_of_a_real_scanner_stays_outside(begin, real_data: Path) -> None:
    for still in sorted((real_data / "fetal_sononet").glob("*.png"))[::6]:
        whole = cv2.imread(str(still))[..., ::-1].copy()
        finder = SectorFinder()
        finder.see(whole)
        found = finder.find()
        assert found is not None
        height, width = whole.shape[:2]
        door = PrivacyDoor()
        door.use(PrivacySetting(width, height, found.crop, found.masks))
        desk = begin(door)
        with open_source(str(still), door) as source:
            frame = source.read()
        assert frame is not None
        desk.see(frame, by_hand=True)
        desk.wait_for(FrameKept)
        desk.examination.end()
        desk.examination.stop(PATIENCE_S)
        grey = cv2.cvtColor(whole, cv2.COLOR_RGB2GRAY)
        banner = grey[20:52, 700:940]
        assert _holds(cv2.cvtColor(whole, cv2.COLOR_RGB2BGR), banner)
        for picture in desk.stored_pictures():
            assert not _holds(picture, banner), still.name
