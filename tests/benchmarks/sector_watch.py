"""How often a scan is taken for a page and a page for a scan, and what the door costs a frame."""

import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from tests.benchmarks.figure import Figure
from tests.uiac_desktop.sources.screens import GROUNDS, SECTOR, SIZE, page, sector_screen
from uiac_desktop.errors import DesktopError
from uiac_desktop.frame import Pixels
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.privacy.door import PrivacyDoor
from uiac_desktop.sources.privacy.sector_watch import SectorWatch
from uiac_desktop.sources.privacy.setting import PrivacySetting, apply
from uiac_desktop.sources.simulated import SimulatedSource

SEEDS = range(4)
EVERY = 10
PAGES = 100
MOST = 150


def figures() -> list[Figure]:
    return [_simulated(), *_real(), _pages(), _cost()]


def _simulated() -> Figure:
    lost = seen = 0
    for seed in SEEDS:
        source, watch = SimulatedSource(seed, endless=False, size=360), SectorWatch()
        for number in range(0, source.info.frames or 0, EVERY):
            source.seek(number / 30)
            frame = source.read()
            if frame is not None:
                lost, seen = lost + (not watch.see(frame.pixels)), seen + 1
    return _share("sector_lost_simulated", lost, seen, at_most=1)


def _real() -> Iterator[Figure]:
    """False alarms on real clips and stills; the figure is left out where there are none."""
    folder = os.environ.get("UIAC_TEST_DATA")
    if not folder:
        return
    clips = sorted(path for path in Path(folder, "lung_clips", "videos").rglob("*") if path.is_file())
    yield _files("sector_lost_real_clips", clips, at_most=1)
    stills = sorted(Path(folder, "fetal_sononet").glob("*.png"))
    yield _files("sector_lost_real_fetal", stills, at_most=1)
    yield _files("sector_lost_real_dicom", sorted(Path(folder, "dicom_us").rglob("*.dcm")))


def _files(name: str, paths: list[Path], at_most: float | None = None) -> Figure:
    lost = seen = files = 0
    for path in paths:
        watch = SectorWatch()
        try:
            with open_source(str(path)) as source:
                for number, frame in enumerate(source):
                    if number >= MOST:
                        break
                    lost, seen = lost + (not watch.see(frame.pixels)), seen + 1
        except DesktopError:
            continue
        files += 1
    return _share(name, lost, seen, at_most, f" of {files} files")


def _pages() -> Figure:
    """Pages of names, clean, noisy and coded, that would have been kept; a scan stood before each."""
    kept = seen = 0
    crop = slice(SECTOR.y, SECTOR.y + SECTOR.height), slice(SECTOR.x, SECTOR.x + SECTOR.width)
    for ground in GROUNDS:
        for seed in range(PAGES):
            watch = SectorWatch()
            watch.see(sector_screen(seed)[crop])
            for picture in _worn(page(ground, seed)):
                kept, seen = kept + watch.see(picture[crop]), seen + 1
    return _share("pages_kept", kept, seen, at_most=0)


def _worn(screen: Pixels) -> Iterator[Pixels]:
    yield screen
    yield page_with_noise(screen)
    _, coded = cv2.imencode(".jpg", screen, [cv2.IMWRITE_JPEG_QUALITY, 60])
    yield np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def page_with_noise(screen: Pixels) -> Pixels:
    noise = np.random.default_rng(0).normal(0, 2.5, screen.shape)
    return (screen + noise).clip(0, 255).astype(np.uint8)


def _cost() -> Figure:
    whole = cv2.resize(sector_screen(0), (1920, 1080))
    door = PrivacyDoor()
    door.use(PrivacySetting(1920, 1080, Region(420, 202, 1080, 810), (Region(420, 202, 100, 60),)))
    times = []
    for _ in range(60):
        started = time.perf_counter()
        apply(whole, door)
        times.append(1000 * (time.perf_counter() - started))
    return Figure("door_ms_1080p", statistics.median(times), "ms", at_most=8, remark=f"screen {SIZE} scaled up")


def _share(name: str, hits: int, of: int, at_most: float | None = None, more: str = "") -> Figure:
    return Figure(name, 100 * hits / max(of, 1), "%", at_most=at_most, remark=f"{hits} of {of} pictures{more}")
