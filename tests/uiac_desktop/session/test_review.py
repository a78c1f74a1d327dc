"""A clip in Review: every frame exact, analysed once and for all, failures told, and nothing of its name kept."""

import logging
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.patience import PATIENCE_S
from tests.uiac_desktop.session.conftest import CLASSES, GatedBackend
from tests.uiac_desktop.session.review_room import Room, numbered_clip
from tests.uiac_desktop.sources.made import dicom, save
from tests.uiac_desktop.sources.numbered import number_of, numbered
from uiac_desktop.frame import Pixels
from uiac_desktop.inference.backend import Backend, Scores
from uiac_desktop.inference.predictor import Predictor, load_predictor
from uiac_desktop.inference.smoothing import Smoother
from uiac_desktop.session.analysis import analyse
from uiac_desktop.session.review.events import AnalysisEnded, ClipOpened, NothingThere, ReviewFailed, ThumbReady
from uiac_desktop.sources.open import open_source

LoadModel = Callable[[], Predictor]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.close()


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return numbered_clip(tmp_path / "Mrs Smith.mp4")


def test_that_any_frame_is_reached_exactly_by_number_time_and_step(room: Room, clip: Path) -> None:
    state = room.open(clip)
    assert (state.clip is not None) and (state.clip.frames, state.clip.counted, state.clip.duration_s) == (
        60,
        True,
        2.4,
    )
    assert room.number_shown(0) == 0
    for index in (41, 3, 59, 58, 57, 20, 19, 21):
        room.review.seek_frame(index)
        assert room.number_shown(index) == index
        assert room.wait_shown(index).frame.time_s == pytest.approx(index / 25)
    room.review.seek(0.999)
    assert room.number_shown(24) == 24
    for step, index in ((1, 25), (-1, 24), (10, 34), (-100, 0), (100, 59)):
        room.review.step(step)
        assert room.review.state.frame == index
        assert room.number_shown(index) == index
    assert room.review.state.time_s == pytest.approx(59 / 25)


def test_that_a_clip_plays_to_its_end_every_frame_and_again_from_the_start(room: Room, clip: Path) -> None:
    room.open(clip)
    room.wait_shown(0)
    room.review.set_speed(4.0)
    assert room.review.state.speed == 4.0
    room.review.play()
    room.wait_shown(59)
    room.wait(lambda state: not state.playing)
    indices = [shown.frame.index for shown in room.shown]
    assert indices == sorted(indices)
    assert len(set(indices)) > 40
    room.review.toggle()
    room.wait(lambda state: state.playing and 0 < state.frame < 30)
    room.review.toggle()
    assert not room.review.state.playing


def test_that_a_loop_stays_within_the_range(room: Room, clip: Path) -> None:
    room.open(clip)
    room.review.seek_frame(10)
    room.wait_shown(10)
    room.review.mark_start()
    assert room.review.state.mark == 10
    room.review.seek_frame(14)
    room.wait_shown(14)
    room.review.mark_end()
    assert room.review.state.selection is not None
    assert (room.review.state.selection.first, room.review.state.selection.last) == (10, 14)
    room.review.set_loop(True)
    room.review.play()
    before = len(room.shown)
    room.wait(lambda _: [shown.frame.index for shown in room.shown[before:]].count(12) >= 2)
    room.review.pause()
    assert {shown.frame.index for shown in room.shown[before:]} <= set(range(10, 15))


def test_that_the_whole_clip_is_analysed_as_classify_does_it(
    room: Room, clip: Path, model_folder: Path, load_model: LoadModel
) -> None:
    room.open(clip, model_folder, load_model)
    state = room.wait_analysed()
    assert room.wait_event(AnalysisEnded).frames == 60
    predictor, smoother = load_model(), Smoother(threshold=0.0)
    with open_source(str(clip)) as source:
        wanted = []
        for result in analyse(source, predictor):
            assert result.prediction is not None
            wanted.append(smoother.update(result.prediction, result.frame.time_s).plane)
    predictor.close()
    planes = [segment.plane for segment in state.predicted for _ in range(segment.first, segment.last + 1)]
    assert planes == wanted
    assert state.predicted[0].start_s == 0.0
    assert state.predicted[-1].end_s == pytest.approx(60 / 25)
    assert {best.plane for best in state.bests} == set(wanted)


def test_that_the_frame_on_screen_gets_its_own_map(
    room: Room, clip: Path, model_folder: Path, load_model: LoadModel
) -> None:
    room.open(clip, model_folder, load_model)
    room.wait_analysed()
    room.review.seek_frame(33)
    shown = room.wait_shown(33, labelled=True)
    predictor = load_model()
    wanted = predictor.predict(shown.frame.pixels)
    predictor.close()
    assert shown.prediction is not None
    assert shown.prediction.has_maps
    assert np.allclose(shown.prediction.maps, wanted.maps, atol=1e-4)


class Counting:
    """Loads the small model and counts the frames that it computes."""

    def __init__(self, load: LoadModel) -> None:
        self._load = load
        self.frames = 0

    def __call__(self) -> Predictor:
        predictor = self._load()
        run = predictor._backend.run

        def counted(images: np.ndarray) -> object:
            self.frames += len(images)
            return run(images)

        predictor._backend.run = counted  # type: ignore[method-assign, assignment]
        return predictor


def test_that_nothing_is_computed_twice(tmp_path: Path, clip: Path, model_folder: Path, load_model: LoadModel) -> None:
    first = Room(tmp_path)
    first.open(clip, model_folder, load_model)
    before = first.wait_analysed()
    first.close()
    clip = clip.rename(tmp_path / "another name.mp4")
    counting = Counting(load_model)
    again = Room(tmp_path)
    again.open(clip, model_folder, counting)
    state = again.wait_analysed()
    again.wait_shown(0, labelled=True)
    again.close()
    assert state.predicted == before.predicted
    assert counting.frames == 1  # the frame on screen, for its map
    assert again.of(AnalysisEnded) == []


def test_that_another_model_is_asked_anew(
    tmp_path: Path, room: Room, clip: Path, model_folder: Path, load_model: LoadModel
) -> None:
    room.open(clip, model_folder, load_model)
    room.wait_analysed()
    other = tmp_path / "other"
    other.mkdir()
    for file in model_folder.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    (other / "README.md").write_text("# other\n", encoding="utf-8")
    counting = Counting(lambda: load_predictor(other, "cpu", threads=1))
    room.review.use_model(other, counting)
    room.wait_event(AnalysisEnded, 2)
    assert counting.frames >= 60


class Halting(GatedBackend):
    """Goes through one frame, that on screen, and waits at its gate in the middle of the analysis."""

    batch = 16

    def __init__(self, behind: Backend) -> None:
        super().__init__(behind)
        self.runs = 0

    def run(self, images: Pixels) -> Scores:
        self.runs += len(images) > 1
        return super().run(images) if self.runs == 2 else self._behind.run(images)


def test_that_a_stopped_analysis_goes_on_where_it_was(
    tmp_path: Path, clip: Path, model_folder: Path, load_model: LoadModel
) -> None:
    behind = load_model()
    halting = Halting(behind._backend)
    room = Room(tmp_path)
    room.open(clip, model_folder, lambda: Predictor(behind.config, halting))
    assert halting.entered.wait(PATIENCE_S)
    room.review.stop_analysis()
    halting.gate.set()
    analysis = room.wait(lambda state: state.analysis is not None and state.analysis.state == "stopped").analysis
    assert analysis is not None
    assert 16 <= analysis.done < 60
    assert room.review.state.predicted[-1].last == analysis.done - 1
    room.close()
    counting = Counting(load_model)
    room = Room(tmp_path)
    room.open(clip, model_folder, counting)
    state = room.wait_analysed()
    room.wait_shown(0, labelled=True)
    room.close()
    assert counting.frames == 60 - analysis.done + 1
    assert state.predicted[-1].last == 59


def test_that_nothing_of_a_clip_s_name_is_kept(
    tmp_path: Path, clip: Path, model_folder: Path, load_model: LoadModel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    room = Room(tmp_path)
    room.open(clip, model_folder, load_model)
    room.wait_analysed()
    room.review.label("TV")
    room.wait_saved()
    room.close()
    written = [path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert written
    assert not any(b"Smith" in content for content in written)
    assert "Smith" not in caplog.text


def test_that_failures_say_what_and_what_to_do(tmp_path: Path, room: Room) -> None:
    room.review.open(str(tmp_path / "nothing.mp4"))
    failed = room.wait_event(ReviewFailed)
    assert "nothing.mp4" in failed.message
    assert failed.advice
    assert room.review.state.phase == "failed"
    (tmp_path / "note.mp4").write_text("no clip", encoding="utf-8")
    room.review.open(str(tmp_path / "note.mp4"))
    assert "is text" in room.wait_event(ReviewFailed, 2).message
    room.review.open("device:nothing")
    room.wait_event(ReviewFailed, 3)


def test_that_a_model_that_fails_leaves_the_clip_alone(tmp_path: Path, room: Room, clip: Path) -> None:
    room.open(clip)
    room.review.use_model(tmp_path, lambda: load_predictor(tmp_path))
    assert room.wait_event(ReviewFailed).advice
    assert room.review.state.phase == "open"
    room.review.seek_frame(7)
    assert room.number_shown(7) == 7


def test_that_a_folder_of_clips_and_a_zip_of_it_give_a_choice(tmp_path: Path, room: Room) -> None:
    disc = tmp_path / "disc"
    (disc / "DICOM").mkdir(parents=True)
    for name, start in (("IM1", 0), ("IM2", 100)):
        save(dicom([numbered(start + number) for number in range(5)]), disc / "DICOM" / name)
    (disc / "readme.txt").write_text("no clip", encoding="utf-8")
    packed = tmp_path / "disc.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(disc.rglob("*")):
            archive.write(file, file.relative_to(disc))
    for count, place in enumerate((disc, packed), 1):
        state = room.open(place)
        assert [medium.name for medium in state.media] == ["DICOM/IM1", "DICOM/IM2"]
        room.wait_event(ClipOpened, 2 * count - 1)
        room.review.choose_medium(1)
        room.wait_event(ClipOpened, 2 * count)
        room.wait(lambda state: state.phase == "open" and state.medium == 1)
        assert room.number_shown(0) == 100
        assert room.review.state.media == state.media
    room.review.close_clip()
    assert room.review.state.phase == "empty"


def test_that_a_small_picture_is_made_of_any_frame(room: Room, clip: Path) -> None:
    room.open(clip)
    assert room.review.thumb(50) is None
    assert room.wait_event(ThumbReady).frame == 50
    small = room.review.thumb(50)
    assert small is not None
    assert small.shape[1] <= 160
    assert number_of(small) == 50
    room.review.seek_frame(1)
    assert room.number_shown(1) == 1


def test_that_the_way_goes_through_planes_and_ends_with_a_word(
    room: Room, clip: Path, model_folder: Path, load_model: LoadModel
) -> None:
    room.open(clip, model_folder, load_model)
    state = room.wait_analysed()
    best = state.bests[0]
    assert best.plane in CLASSES
    room.review.show_best(best.plane)
    assert room.review.state.frame == best.frame
    room.review.seek_frame(59)
    room.review.go("change")
    assert room.wait_event(NothingThere) == NothingThere("change", True)
