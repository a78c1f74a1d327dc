"""Files of real scanners go the whole way: opened in Review, analysed, labelled, exported, and taken by the trainer."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from nas.data.folder import scan
from nas.still import read_still
from tests.nas.data.inspected import inspected
from tests.uiac_desktop.exam.exported import rows_of
from tests.uiac_desktop.session.review_room import Room
from uiac_desktop.exam.export import export
from uiac_desktop.frame import Pixels
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.review.clip_digest import digest_of
from uiac_desktop.session.review.reviewed_clip import lent
from uiac_desktop.sources.dicom.patient import patient_number
from uiac_desktop.sources.media import list_media

FEW = (
    "dicom_us/go-dicom/I_000001.dcm",
    "dicom_us/pydicom-data/JPGLosslessP14SV1_1s_1f_8b.dcm",
    "dicom_us/dcm4che/will-jxl.dcm",
    "fetal_sononet/4CH.png",
    "lung_clips/videos/linear/Vir_prospective_file2.mp4",
    "video_awkward/decord/corrupted.mp4",
    "video_awkward/moviepy/-video-with-dash-.mp4",
    "video_awkward/moviepy/bitmap.mp4",
)
REFUSED = {"will-jxl.dcm"}


class Way:
    """Takes files from the room into one data set."""

    def __init__(self, room: Room, root: Path) -> None:
        self._room, self.root = room, root
        self.refused: set[str] = set()
        self.exported: dict[str, Pixels] = {}
        self.paths: list[Path] = []

    def go(self, path: Path) -> None:
        room = self._room
        room.shown.clear()
        room.review.open(str(path))
        state = room.wait(lambda state: state.phase == "failed" or (state.phase == "open" and state.labels_ready))
        if state.phase == "failed":
            assert state.message
            assert state.advice
            self.refused.add(path.name)
            return
        analysis = room.wait_analysed().analysis
        clip = room.wait(lambda state: state.clip is not None and state.clip.counted).clip
        assert analysis is not None
        assert clip is not None
        assert 0 < analysis.done <= clip.frames
        assert clip.warnings or analysis.done == clip.frames, "only a damaged frame may fall out while it is analysed"
        number = 0 if clip.warnings else analysis.done // 2
        room.review.seek_frame(number)
        shown = room.wait_shown(number).frame
        room.review.label(("FCH", "TV")[len(self.exported) % 2])
        room.wait_saved()
        with ExitStack() as stack:
            store = stack.enter_context(room.opened())
            reviewed = room.review.reviewed()
            assert reviewed is not None
            export(store, [], self.root, foreign=[lent(reviewed, "", store, stack)])
            code = store.pseudonyms.of_clip(digest_of(path))
        self.exported[f"{code}-f{number:06d}"] = shown.pixels
        self.paths.append(path)

    def check(self) -> None:
        """The data set is whole, its pixels are those that were shown, and no file or woman is named."""
        found = {Path(image.path).stem: self.root / image.path for image in scan(self.root).images}
        assert found.keys() == self.exported.keys()
        for stem, pixels in self.exported.items():
            np.testing.assert_array_equal(np.squeeze(read_still(found[stem])), np.squeeze(pixels))
        report = inspected(self.root)
        assert (report.images, report.broken) == (len(found), 0)
        written = (self.root / "labels.csv").read_text(encoding="utf-8-sig").partition("\n")[2]
        for path in self.paths:
            for secret in (path.stem, patient_number(path)):
                assert len(secret) < 4 or secret not in written
        assert all(row["subject"][:2] in ("W-", "C-") for row in rows_of(self.root))


@pytest.fixture
def way(tmp_path: Path, model_folder: Path, load_model: Callable[[], Predictor]) -> Iterator[Way]:
    room = Room(tmp_path, patience_s=300)
    room.review.use_model(model_folder, load_model)
    yield Way(room, tmp_path / "set")
    room.close()


@pytest.mark.timeout(600)
def test_that_a_few_real_files_go_the_whole_way(way: Way, real_data: Path) -> None:
    for name in FEW:
        way.go(real_data / name)
    way.check()
    assert way.refused == REFUSED
    assert {row["subject"][:2] for row in rows_of(way.root)} == {"W-", "C-"}


@pytest.mark.proof
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("folder", ["dicom_us", "fetal_sononet", "lung_clips", "video_awkward"])
def test_that_every_real_file_goes_the_whole_way(way: Way, real_data: Path, folder: str) -> None:
    for path in list_media(real_data / folder):
        way.go(path)
    way.check()
    assert way.refused <= REFUSED
