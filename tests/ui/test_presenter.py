"""The presenter: results and events in, what the room shows out; no window and no thread."""

from dataclasses import replace

import numpy as np
import pytest

from nas.planes import PLANES
from nas.preprocess import PreprocessSpec
from tests.ui.conftest import CLIP, READY, REAL_MODEL, SIMULATED, STATS, frame, prediction, result
from uiac_desktop.frame import Result, Stillness
from uiac_desktop.maps.place import MapPlace, map_place
from uiac_desktop.session.events import (
    Bug,
    ModelFailed,
    Notice,
    SourceEnded,
    SourceFailed,
    SourceLearned,
    SourceOpened,
    SourceWarning,
)
from uiac_desktop.ui.look.certainty import CertaintyRule
from uiac_desktop.ui.messages import MessageBoard, Rank
from uiac_desktop.ui.scan.chosen import Chosen
from uiac_desktop.ui.scan.presenter import ScanPresenter


class _Scene:
    def __init__(self) -> None:
        self.now = 50.0
        self.board = MessageBoard(lambda: self.now)
        self.presenter = ScanPresenter(self.board, lambda: self.now, CertaintyRule(sure=0.9, likely=0.6))

    def open(self, info=CLIP, model=READY) -> "_Scene":
        self.presenter.choose(Chosen(info.name))
        self.presenter.model_loading()
        self.presenter.hear(SourceOpened(info))
        if model is not None:
            self.presenter.hear(model)
        self.presenter.follow("playing", 1.0)
        return self

    @property
    def said(self) -> set[str]:
        found = set()
        for _ in range(self.board.place[1]):
            assert self.board.shown is not None
            found.add(self.board.shown.cause)
            self.board.turn(1)
        return found


@pytest.fixture
def scene() -> _Scene:
    return _Scene()


def test_that_without_a_source_the_room_asks_for_one(scene: _Scene) -> None:
    state = scene.presenter.state()
    assert state.empty
    assert state.block.headline == "No source"
    assert state.playhead is None


def test_that_block_list_map_and_image_come_from_one_frame(scene: _Scene) -> None:
    scene.open()
    shown = result("RVOT", 0.93, 13.4)
    scene.presenter.show(shown)
    state = scene.presenter.state()
    assert state.frame is shown.frame
    assert state.block.headline == "RVOT"
    assert state.map.caption == "Map of RVOT"
    assert [row.plane for row in state.rows if row.current] == ["RVOT"]
    assert state.map.values is not None
    assert state.map.values[0, 0] == 1.0
    assert state.map.values[-1, -1] == 0.0


def test_that_the_map_is_that_of_the_named_plane_even_where_another_leads_by_a_frame(scene: _Scene) -> None:
    scene.open()
    said = prediction("TV", 0.5)
    steadied = replace(said, plane="TVT", certainty=0.45)
    steadied.maps[PLANES.index("TVT"), 7, 7] = 3.0
    scene.presenter.show(Result(frame(), steadied, 0.0))
    state = scene.presenter.state()
    assert state.map.caption == "Map of TVT"
    assert state.map.values is not None
    assert state.map.values[7, 7] == 1.0


def test_that_while_searching_there_is_no_map_and_it_says_so(scene: _Scene) -> None:
    scene.open()
    scene.presenter.show(result("none", 0.3))
    state = scene.presenter.state()
    assert (state.map.values, state.map.caption) == (None, "No plane, no map")
    assert state.block.headline == "Searching"


def test_that_a_black_frame_has_an_empty_map_without_nan(scene: _Scene) -> None:
    scene.open()
    scene.presenter.show(result(pixels=np.zeros((720, 960, 3), np.uint8)))
    values = scene.presenter.state().map.values
    assert values is not None
    assert not values.any()


def test_that_frames_show_before_the_model_is_ready(scene: _Scene) -> None:
    scene.open(model=None)
    scene.presenter.show(Result(frame(), None, 0.0))
    state = scene.presenter.state()
    assert state.frame is not None
    assert state.block.headline == "Loading"


def test_that_a_model_that_fails_leaves_the_picture_and_says_so(scene: _Scene) -> None:
    scene.open(model=None)
    scene.presenter.show(Result(frame(), None, 0.0))
    scene.presenter.hear(ModelFailed("the model has NaN weights", "Copy it again."))
    assert scene.presenter.state().block.headline == "No model"
    assert scene.board.shown is not None
    assert scene.board.shown.what == "The model has NaN weights."
    assert scene.board.shown.rank is Rank.ERROR


def test_that_the_former_model_stays_at_work_when_another_fails(scene: _Scene) -> None:
    scene.open()
    scene.presenter.model_loading()
    scene.presenter.hear(ModelFailed("m cannot be used", "Choose another."))
    scene.presenter.show(result())
    assert scene.presenter.state().block.headline == "FCH"
    assert scene.board.shown is not None
    assert "former model stays" in scene.board.shown.advice


def test_that_a_model_that_gives_up_at_work_leaves_none_and_does_not_load_for_ever(scene: _Scene) -> None:
    scene.open()
    scene.presenter.show(result())
    scene.presenter.hear(ModelFailed("OpenVINO could not compute a frame.", "Choose torch.", at_work=True))
    scene.presenter.show(Result(frame(), None, 0.0))
    state = scene.presenter.state()
    assert state.block.headline == "No model"
    assert [figure.value for figure in state.figures if figure.label == "Model"] == ["none"]
    assert scene.board.shown is not None
    assert scene.board.shown.advice == "Choose torch."


def test_that_a_lost_source_keeps_the_last_picture_dimmed_and_counts(scene: _Scene) -> None:
    scene.open(SIMULATED)
    scene.presenter.show(result(time_s=10.0))
    scene.presenter.hear(SourceFailed("the file ends after 3.2 s", "The first 96 frames are shown."))
    scene.now += 41
    scene.presenter.follow("failed", 1.0)
    state = scene.presenter.state()
    assert state.dimmed
    assert state.frame is not None
    assert (state.block.headline, state.block.name) == ("No picture", "Last: FCH,\n41 s ago")
    assert state.map.caption == "No picture, no map"
    assert [run.kind for run in state.ribbon.runs][-1] == "lost"
    assert {row.percent for row in state.rows} == {"–"}
    assert scene.board.shown is not None
    assert [choice.command for choice in scene.board.shown.choices] == ["again", "other_source"]


def test_that_freezing_keeps_the_label_and_says_how_to_go_on(scene: _Scene) -> None:
    scene.open()
    scene.presenter.show(result())
    scene.presenter.follow("paused", 1.0)
    state = scene.presenter.state()
    assert state.frozen
    assert state.block.frozen
    assert state.block.headline == "FCH"
    assert "frozen" in scene.said
    scene.presenter.follow("playing", 1.0)
    assert "frozen" not in scene.said


def test_that_a_scanner_picture_that_stands_still_is_noticed(scene: _Scene) -> None:
    scene.open(SIMULATED)
    scene.presenter.show(result(stillness=Stillness(0.6)))
    scene.presenter.follow("playing", 1.0)
    assert scene.presenter.state().frozen
    assert "frozen" in scene.said
    scene.presenter.show(result(time_s=1.0))
    scene.presenter.follow("playing", 1.0)
    assert not scene.presenter.state().frozen
    assert "frozen" not in scene.said


def test_that_callipers_on_a_frozen_picture_are_said_to_be_none_of_the_planes(scene: _Scene) -> None:
    scene.open(SIMULATED)
    scene.presenter.show(result("none", stillness=Stillness(2.0, drawn_over=True)))
    scene.presenter.follow("playing", 1.0)
    assert "frozen" in scene.said
    while scene.board.shown is not None and scene.board.shown.cause != "frozen":
        scene.board.turn(1)
    assert scene.board.shown is not None
    assert "drawn over the frozen picture" in scene.board.shown.what
    assert "none of the planes" in scene.board.shown.advice


def test_that_stills_shown_as_a_clip_are_not_called_frozen(scene: _Scene) -> None:
    scene.open(replace(CLIP, kind="images"))
    scene.presenter.show(result(stillness=Stillness(2.0)))
    scene.presenter.follow("playing", 1.0)
    assert not scene.presenter.state().frozen
    assert "frozen" not in scene.said


def test_that_a_clip_has_a_playhead_and_an_endless_scan_has_none(scene: _Scene) -> None:
    scene.open(CLIP)
    scene.presenter.show(result(time_s=13.4))
    playhead = scene.presenter.state().playhead
    assert playhead is not None
    assert playhead.text == "0:13.40 / 0:41.20"
    scene.open(SIMULATED)
    assert scene.presenter.state().playhead is None


def test_that_the_end_of_a_clip_leaves_the_last_frame_and_offers_to_play_again(scene: _Scene) -> None:
    scene.open()
    scene.presenter.show(result(time_s=41.1))
    scene.presenter.hear(SourceEnded())
    scene.presenter.follow("ended", 1.0)
    state = scene.presenter.state()
    assert state.block.headline == "FCH"
    assert not state.dimmed
    assert "ended" in scene.said


def test_that_a_real_source_with_the_demo_model_is_warned_of(scene: _Scene) -> None:
    scene.open(CLIP, READY)
    assert "demo model" in scene.said
    scene.presenter.hear(REAL_MODEL)
    assert "demo model" not in scene.said


def test_that_the_simulated_scan_with_the_demo_model_needs_no_warning(scene: _Scene) -> None:
    scene.open(SIMULATED, READY)
    assert "demo model" not in scene.said


def test_that_another_source_forgets_what_was_said_of_the_one_before(scene: _Scene) -> None:
    scene.open()
    scene.presenter.show(result())
    scene.presenter.hear(SourceFailed("x", "y"))
    scene.open(SIMULATED)
    state = scene.presenter.state()
    assert (state.frame, state.dimmed) == (None, False)
    assert state.ribbon.runs == ()
    assert "source" not in scene.said


def test_that_slow_opening_is_counted_with_a_way_out(scene: _Scene) -> None:
    scene.presenter.choose(Chosen("big.mkv"))
    scene.presenter.follow("opening", 1.0)
    assert scene.board.shown is None
    scene.now += 2.2
    scene.presenter.follow("opening", 1.0)
    assert scene.board.shown is not None
    assert scene.board.shown.what == "Opening big.mkv … 2 s"
    assert [choice.word for choice in scene.board.shown.choices] == ["Cancel"]


def test_that_a_clip_that_waits_for_its_model_says_so_and_can_be_let_play(scene: _Scene) -> None:
    scene.open(model=None)
    scene.presenter.show(Result(frame(0.0), None, 0.0))
    scene.now += 3
    scene.presenter.follow("waiting", 1.0)
    scene.presenter.measure(STATS)
    shown = scene.board.shown
    assert shown is not None
    assert shown.what == "clip_03.mkv waits for the model … 3 s"
    assert [choice.command for choice in shown.choices] == ["play"]
    state = scene.presenter.state()
    assert (state.block.headline, state.playhead.playing, state.frozen) == ("Loading", False, False)
    assert {figure.label: figure.value for figure in state.figures}["Delivered"] == "960×720, waiting for the model"
    scene.presenter.hear(READY)
    scene.presenter.follow("playing", 1.0)
    assert "waiting" not in scene.said


def test_that_a_model_slower_than_half_the_source_is_told_after_three_seconds(scene: _Scene) -> None:
    scene.open()
    scene.presenter.show(result())
    slow = replace(STATS, delivered_fps=60.0, model_fps=18.0)
    for _ in range(8):
        scene.presenter.measure(slow)
        scene.now += 0.5
    assert "speed" in scene.said
    scene.presenter.measure(STATS)
    assert "speed" not in scene.said


@pytest.mark.parametrize(
    ("event", "rank"),
    [
        (SourceWarning("3 damaged packets were skipped"), Rank.WARN),
        (Notice("the graphics card was given up"), Rank.WARN),
        (Bug("ValueError: x"), Rank.ERROR),
    ],
)
def test_that_every_event_reaches_the_message_slot(scene: _Scene, event, rank: Rank) -> None:
    scene.presenter.hear(event)
    assert scene.board.shown is not None
    assert scene.board.shown.rank is rank


def test_that_a_clip_that_learns_its_true_length_shows_it(scene: _Scene) -> None:
    scene.open(CLIP)
    scene.presenter.show(result(time_s=3.0))
    scene.presenter.hear(SourceLearned(replace(CLIP, frames=96, duration_s=3.2)))
    playhead = scene.presenter.state().playhead
    assert playhead is not None
    assert playhead.duration_s == 3.2


def test_that_a_grown_number_replaces_the_warning_before_and_another_source_takes_it_down(scene: _Scene) -> None:
    scene.open(SIMULATED)
    for count in (3, 9):
        scene.presenter.hear(SourceWarning(f"{count} damaged packets were skipped", 0))
    scene.presenter.hear(SourceWarning("the end is missing", 1))
    assert {cause for cause in scene.said if cause.startswith("damage")} == {"damage 0", "damage 1"}
    scene.open(SIMULATED)
    assert not {cause for cause in scene.said if cause.startswith("damage")}


def test_that_a_single_still_is_no_clip_that_ends(scene: _Scene) -> None:
    scene.open(replace(CLIP, kind="images", frames=1, duration_s=None, fps=None))
    scene.presenter.show(result())
    scene.presenter.hear(SourceEnded())
    scene.presenter.measure(STATS)
    scene.presenter.follow("ended", 1.0)
    assert "ended" not in scene.said
    assert scene.presenter.state().figures[0].value == "960×720, one picture"


def test_that_a_file_name_keeps_its_letters_in_a_sentence(scene: _Scene) -> None:
    scene.presenter.hear(SourceFailed("clip.mp4 cannot be read: it is text", "choose a video"))
    assert scene.board.shown is not None
    assert scene.board.shown.what == "clip.mp4 cannot be read: it is text."
    assert scene.board.shown.advice == "Choose a video."


def test_that_the_map_lies_where_the_network_looked() -> None:
    assert map_place(PreprocessSpec(fit="stretch"), 960, 720) == MapPlace(0, 0, 1, 1)
    letterbox = map_place(PreprocessSpec(fit="letterbox"), 960, 720)
    assert (letterbox.x, letterbox.width) == (0, 1)
    assert letterbox.y == pytest.approx(-(960 - 720) / 2 / 720)
    assert letterbox.height == pytest.approx(960 / 720)
    cropped = map_place(PreprocessSpec(fit="stretch", crop=(0.25, 0.1, 0.5, 0.8)), 960, 720)
    assert cropped == MapPlace(0.25, 0.1, 0.5, 0.8)


def test_that_another_model_on_the_same_scan_is_announced(scene: _Scene) -> None:
    scene.open()
    scene.presenter.hear(REAL_MODEL)
    assert "model at work" in scene.said
