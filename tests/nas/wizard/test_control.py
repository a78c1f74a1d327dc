"""What the pages ask for is done: data are looked at in a child, choices become configs, runs become steps."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nas.config.reading import load_toml
from nas.config.search import SearchConfig, search_preset
from nas.config.train import TrainConfig, preset
from nas.errors import RunError
from nas.events import RunFinished, SearchFinished
from nas.genotype import DARTS_V1, UIAC
from nas.rundir import RunFolder
from nas.wizard import requests as ask
from nas.wizard.control import WizardControl
from nas.wizard.runs.commands import choices_of, genotype_word, search_config, toml_of, train_config
from nas.wizard.runs.shelf import Shelf
from nas.wizard.runs.story import RunStory
from nas.wizard.state import DataState, GenotypeChoice, RunView, Said, SplitChoice, WizardState
from nas.wizard.train.rivals import rivals
from nas.wizard.wizard import done_steps, possible_steps
from tests.nas.wizard.conftest import known
from tests.patience import PATIENCE_MS

WriteSet = Callable[..., Path]
SEARCHED = SearchFinished(
    reason="epochs", best_epoch=0, epochs_done=1, seconds=1, top1=0.5, genotype=UIAC, guards=(), parameters=1
)
TRAINED = RunFinished(
    reason="epochs", best_epoch=0, epochs_done=1, seconds=1, top1=1, macro_f1=1, kappa=1, ece=0, temperature=1,
    none_threshold=0,
)  # fmt: skip


@pytest.fixture
def control(qapp, tmp_path: Path):
    made = WizardControl(tmp_path / "runs")
    yield made
    made.shut()


def test_that_a_set_is_looked_at_put_right_and_given_back(
    control: WizardControl, write_frames: WriteSet, qtbot
) -> None:
    root = write_frames({"FCH": 24, "TV": 24})
    (root / "FCH" / "000.png").write_bytes(b"cut")
    control.do(ask.ChooseData(root))
    assert control.state.data.checking
    qtbot.waitUntil(lambda: control.state.data.usable, timeout=PATIENCE_MS)
    data = control.state.data
    assert (data.inspection.broken, len(data.images.images), data.total) == (1, 47, 48)
    place = next(i for i, found in enumerate(data.inspection.problems) if found.kind == "broken")
    control.do(ask.Repair(place))
    qtbot.waitUntil(lambda: control.state.data.usable, timeout=PATIENCE_MS)
    assert control.state.data.inspection.broken == 0
    assert control.state.data.repaired == "1 file left out"
    control.do(ask.UndoRepair())
    assert (root / "FCH" / "000.png").read_bytes() == b"cut"
    control.do(ask.StopChecking())
    assert not control.state.data.checking


def test_that_a_folder_that_is_no_set_is_refused_with_advice(control: WizardControl, tmp_path: Path, qtbot) -> None:
    (tmp_path / "empty").mkdir()
    control.do(ask.ChooseData(tmp_path / "empty"))
    qtbot.waitUntil(lambda: control.state.data.refused is not None, timeout=PATIENCE_MS)
    assert control.state.data.refused.message == "The folder empty is empty."
    assert "sub-folder" in control.state.data.refused.advice
    assert not control.state.data.checking


def test_that_a_short_job_tells_its_output_or_why_not(control: WizardControl, qtbot) -> None:
    control.do(ask.StartTask("describe", Path("uiac"), ("describe", "--help")))
    qtbot.waitUntil(lambda: not control.state.task("describe").running, timeout=PATIENCE_MS)
    assert control.state.task("describe").refused is None
    control.do(ask.StartTask("describe", Path("x"), ("nonsense",)))
    qtbot.waitUntil(lambda: not control.state.task("describe").running, timeout=PATIENCE_MS)
    assert control.state.task("describe").refused.message == "There is no command 'nonsense'."


def test_that_nothing_starts_without_data(control: WizardControl) -> None:
    control.do(ask.StartSearch())
    assert control.state.problem == Said("No data are chosen, or they are not settled.", "Go to the page Data first.")
    control.do(ask.GoTo("data"))
    assert control.state.problem is None


def test_that_what_only_the_program_can_do_is_passed_on(control: WizardControl, qtbot) -> None:
    with qtbot.waitSignal(control.asks) as told:
        control.do(ask.UseModel(Path("model")))
    assert told.args == [ask.UseModel(Path("model"))]


def test_that_a_run_is_opened_at_its_page_with_its_choices(control: WizardControl, tmp_path: Path) -> None:
    config = TrainConfig(split="clip", validation=0.3, seed=5, epochs=7)
    with RunFolder(tmp_path / "run") as run:
        run.write_json(run.config_file, {"kind": "train", "config": config.model_dump(mode="json")})
    control.do(ask.OpenRun(tmp_path / "run"))
    assert (control.state.step, control.state.train_run.state) == ("train", "went_off")
    control.do(ask.RepeatRun(tmp_path / "run"))
    assert control.state.train == config
    assert control.state.split == SplitChoice("clip", 0.3, 5)
    assert control.state.train_run is None
    assert control.state.genotype == GenotypeChoice("known", "uiac")
    control.do(ask.OpenRun(tmp_path / "nothing"))
    assert "no run" in control.state.problem.message


def test_that_a_training_of_the_list_is_compared_under_its_own_recipe_with_its_own_blocks(
    control: WizardControl, tmp_path: Path
) -> None:
    config, folder = TrainConfig(split="clip", seed=5, epochs=7, genotype="genotype.json"), tmp_path / "run"
    with RunFolder(folder) as run:
        run.write_json(run.config_file, {"kind": "train", "config": config.model_dump(mode="json")})
        (folder / "genotype.json").write_text(DARTS_V1.to_json(), encoding="utf-8")
    control.do(ask.CompareRun(folder))
    state = control.state
    assert (state.step, state.train_run.folder, state.compare_run) == ("train", folder, None)
    assert (state.train, state.split.by) == (config, "clip")
    assert rivals(state)[0].model == f"uiac:{folder / 'genotype.json'}"


def test_that_a_run_that_has_not_begun_is_looked_at_and_gone_on_with(
    control: WizardControl, write_frames: WriteSet, tmp_path: Path
) -> None:
    data = write_frames({"FCH": 4, "TV": 4})
    folder = control.runs.shelf.new_folder("train")
    (folder / "asked.toml").write_text(toml_of(TrainConfig(epochs=7)), encoding="utf-8")
    control.runs.shelf.note(folder, data=str(data), waiting=("train", str(data)), lane="cpu")
    control.runs._ready = lambda: None  # another run goes on
    control.do(ask.OpenRun(folder))
    assert (control.state.problem, control.state.step) == (None, "train")
    assert control.state.train_run.queued
    control.do(ask.StopRun(folder))
    control.do(ask.GoOnWithRun(folder))
    assert control.state.problem is None
    assert control.state.train_run.queued
    control.do(ask.StopRun(folder))
    control.do(ask.RepeatRun(folder))
    assert (control.state.train_run, control.state.train.epochs) == (None, 7)


def test_that_a_run_that_could_not_start_gives_its_settings_back(control: WizardControl, tmp_path: Path) -> None:
    config = SearchConfig(epochs=9, seed=3)
    (tmp_path / "asked.toml").write_text(toml_of(config), encoding="utf-8")
    control.do(ask.RepeatRun(tmp_path))
    assert (control.state.step, control.state.search, control.state.split.seed) == ("search", config, 3)


def test_that_a_run_that_goes_on_is_taken_up_at_its_page(qapp, write_frames: WriteSet, tmp_path: Path) -> None:
    data = write_frames({"FCH": 4, "TV": 4})
    folder = tmp_path / "runs" / "search_1"
    with RunFolder(folder) as run:
        run.write_json(run.config_file, {"kind": "search"})
        Shelf(tmp_path / "runs").note(folder, data=str(data))
        control = WizardControl(tmp_path / "runs")
        control.open()
        assert (control.state.step, control.state.search_run.folder) == ("searching", folder)
        assert control.state.data.folder == data
        control.shut()


@pytest.mark.parametrize("config", [search_preset("paper"), search_preset("quick"), preset("paper"), preset("quick")])
def test_that_a_config_comes_back_from_its_file_as_it_was(config, tmp_path: Path) -> None:
    (tmp_path / "asked.toml").write_text(toml_of(config), encoding="utf-8")
    assert type(config)(**load_toml(tmp_path / "asked.toml")) == config


def test_that_the_split_reaches_search_and_training(tmp_path: Path) -> None:
    found = RunView(tmp_path / "found", "search", "finished", RunStory())
    state = WizardState(split=SplitChoice("random", 0.3, 9), search_run=found)
    searched, trained = search_config(state, 3), train_config(state, 3)
    assert (searched.halves, searched.left_out, searched.seed, searched.threads) == ("random", 0.3, 9, 3)
    assert (trained.split, trained.validation, trained.seed, trained.threads) == ("random", 0.3, 9, 3)
    assert trained.genotype == str(tmp_path / "found" / "genotype.json")
    known_blocks = replace(state, genotype=GenotypeChoice("known", "darts_v2"))
    assert train_config(known_blocks, 3).genotype == "darts_v2"


@pytest.mark.parametrize(("field", "value"), [("subject", "sim-0-0001"), ("source", "simulated")])
def test_that_a_model_of_simulated_frames_says_so(
    control: WizardControl, write_frames: WriteSet, field: str, value: str
) -> None:
    data = known(write_frames({"FCH": 4, "TV": 4}))
    sims = tuple(replace(image, **{field: value}) for image in data.images.images)
    simulated = replace(data, images=replace(data.images, images=sims), round=2)
    for state, trained_on in ((simulated, "simulated"), (data, "clinical")):
        control.data._put(DataState(folder=state.folder, checking=True))
        control.data._put(state)
        assert control.state.train.trained_on == trained_on


def test_that_what_a_person_says_of_the_frames_stays(control: WizardControl, write_frames: WriteSet) -> None:
    data = known(write_frames({"FCH": 4, "TV": 4}))
    control.data._put(data)
    said = control.state.train.model_copy(update={"trained_on": "simulated"})
    control.do(ask.ChooseTrain(said))
    control.data._put(replace(data, round=2))
    assert control.state.train.trained_on == "simulated"


def test_that_views_that_may_be_told_by_their_side_are_not_mirrored_unless_a_person_says_so(
    control: WizardControl, write_frames: WriteSet, tmp_path: Path
) -> None:
    views = known(write_frames({"A2C": 4, "A4C": 4}))
    planes = views.inspection.model_copy(update={"classes": {"FCH": 4, "none": 4}})
    fetal = replace(views, folder=tmp_path / "fetal", inspection=planes)

    def flips() -> tuple[bool, bool]:
        return control.state.search.flip, control.state.train.flip

    assert flips() == (True, True)
    control.data._put(views)
    assert flips() == (False, False)
    control.data._put(fetal)
    assert flips() == (True, True)
    control.do(ask.ChooseTrain(control.state.train.model_copy(update={"flip": False})))
    control.data._put(replace(fetal, round=2))
    assert flips() == (True, False)
    control.data._put(views)
    control.do(ask.ChooseTrain(control.state.train.model_copy(update={"flip": True})))
    control.data._put(replace(views, round=2))
    assert flips() == (False, True)


def test_that_a_run_done_again_mirrors_as_it_did(
    control: WizardControl, write_frames: WriteSet, tmp_path: Path
) -> None:
    views, folder = known(write_frames({"A2C": 4, "A4C": 4})), tmp_path / "runs" / "train_1"
    with RunFolder(folder) as run:
        config = preset("quick").model_dump(mode="json")
        run.write_json(run.config_file, {"kind": "train", "config": config})
    control.runs.shelf.note(folder, data=str(views.folder))
    control.runs.look()
    control.do(ask.RepeatRun(folder))
    control.data.stop()
    control.data._put(views)
    assert control.state.train.flip


def test_that_the_blocks_of_a_training_come_back(tmp_path: Path) -> None:
    found = RunView(tmp_path / "found", "search", "finished", RunStory())

    def blocks_of(word: str, state: WizardState) -> GenotypeChoice:
        config = TrainConfig(genotype=word).model_dump(mode="json")
        return choices_of(state, {"kind": "train", "config": config}, tmp_path / "run").genotype

    blocks = str(tmp_path / "found" / "genotype.json")
    assert blocks_of("darts_v2", WizardState()) == GenotypeChoice("known", "darts_v2")
    assert blocks_of(blocks, WizardState()) == GenotypeChoice("run", path=tmp_path / "found")
    assert blocks_of(blocks, WizardState(search_run=found)) == GenotypeChoice("search")
    assert blocks_of("mine.txt", WizardState()) == GenotypeChoice("file", path=Path("mine.txt"))
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "genotype.json").write_text(UIAC.to_json(), encoding="utf-8")
    for named_alone in ("genotype.json", "mine.txt"):
        assert blocks_of(named_alone, WizardState()) == GenotypeChoice("run", path=tmp_path / "run")


def test_that_choices_of_a_search_come_back() -> None:
    config = SearchConfig(halves="random", left_out=0.1, seed=4, epochs=3)
    state = choices_of(
        WizardState(), json.loads(json.dumps({"kind": "search", "config": config.model_dump(mode="json")})), Path("run")
    )
    assert (state.search, state.search_preset, state.split) == (config, None, SplitChoice("random", 0.1, 4))
    by_clip = replace(state, split=SplitChoice("clip", 0.2, 1))
    config = SearchConfig(left_out=0.3, seed=2).model_dump(mode="json")
    assert choices_of(by_clip, {"kind": "search", "config": config}, Path("run")).split == SplitChoice("clip", 0.3, 2)
    nothing_left_out = SearchConfig(left_out=0.0).model_dump(mode="json")
    kept = choices_of(by_clip, {"kind": "search", "config": nothing_left_out}, Path("run")).split
    assert kept.share == 0.2, "a training holds something out"
    with pytest.raises(RunError, match="another version"):
        choices_of(state, {"kind": "train", "config": {"epochs": "many"}}, Path("run"))


def finished(root: Path, kind: str, config: SearchConfig | TrainConfig, data: Path) -> Path:
    """A finished run of this shelf."""
    folder = root / f"{kind}_{len(list(root.glob('*')))}"
    with RunFolder(folder) as run:
        run.write_json(run.config_file, {"kind": kind, "config": config.model_dump(mode="json")})
        run.append(SEARCHED if kind == "search" else TRAINED)
    (folder / "genotype.json").write_text(UIAC.to_json(), encoding="utf-8")
    Shelf(root).note(folder, data=str(data), lane="cpu")
    return folder


def test_that_a_run_that_is_looked_at_brings_its_choices(control: WizardControl, tmp_path: Path) -> None:
    root = tmp_path / "runs"
    search = finished(root, "search", SearchConfig(left_out=0.3, seed=7), tmp_path)
    train = finished(root, "train", TrainConfig(seed=5, epochs=9, split="clip"), tmp_path)
    control.do(ask.OpenRun(search))
    assert control.state.split == SplitChoice("subject", 0.3, 7), "what it never saw is held out again"
    control.do(ask.OpenRun(train))
    assert (control.state.train.epochs, control.state.split.by) == (9, "clip")


@pytest.mark.parametrize("request_of", [ask.OpenRun, ask.RepeatRun])
def test_that_a_search_settles_nothing_of_the_training_after_it(
    control: WizardControl, write_frames: WriteSet, tmp_path: Path, request_of: type
) -> None:
    views = known(write_frames({"A2C": 4, "A4C": 4}))
    search = finished(tmp_path / "runs", "search", SearchConfig(flip=True), views.folder)
    control.runs.look()
    control.do(request_of(search))
    control.data.stop()
    control.data._put(views)
    assert (control.state.search.flip, control.state.train.flip) == (True, False)


def test_that_the_blocks_of_a_search_are_trained_with_whatever_was_chosen_or_trained_before(
    control: WizardControl, tmp_path: Path
) -> None:
    root = tmp_path / "runs"
    train = finished(root, "train", TrainConfig(), tmp_path)
    search = finished(root, "search", SearchConfig(), tmp_path)
    control.do(ask.OpenRun(train))
    control.do(ask.OpenRun(search))
    control.do(ask.ChooseGenotype(GenotypeChoice("known", "uiac")))
    control.do(ask.TrainWith(GenotypeChoice("search")))
    assert (control.state.step, control.state.train_run) == ("train", None)
    assert genotype_word(control.state) == str(search / "genotype.json")


def test_that_a_training_with_these_very_blocks_that_goes_on_is_shown(control: WizardControl, tmp_path: Path) -> None:
    root = tmp_path / "runs"
    search = finished(root, "search", SearchConfig(), tmp_path)
    train = root / "train_9"
    with RunFolder(train) as run:
        asked = toml_of(TrainConfig(genotype=str(search / "genotype.json")))
        (train / "asked.toml").write_text(asked, encoding="utf-8")
        run.write_json(run.config_file, {"kind": "train", "config": TrainConfig().model_dump(mode="json")})
        control.do(ask.OpenRun(search))
        control.do(ask.OpenRun(train))
        control.do(ask.TrainWith(GenotypeChoice("search")))
        assert control.state.train_run.folder == train
        control.do(ask.TrainWith(GenotypeChoice("known", "uiac")))
        assert control.state.train_run is None


def test_that_no_comparison_stands_beside_a_training_of_other_data(control: WizardControl, tmp_path: Path) -> None:
    root = tmp_path / "runs"
    (tmp_path / "b").mkdir()
    first, second = (finished(root, "train", TrainConfig(), data) for data in (tmp_path, tmp_path / "b"))
    compare = finished(root, "compare", TrainConfig(), tmp_path)
    control.do(ask.OpenRun(first))
    control.do(ask.OpenRun(compare))
    assert (control.state.train_run.folder, control.state.compare_run.folder) == (first, compare)
    control.do(ask.OpenRun(second))
    assert (control.state.train_run.folder, control.state.compare_run) == (second, None)
    control.do(ask.OpenRun(compare))
    assert (control.state.train_run, control.state.compare_run.folder) == (None, compare)


def test_that_a_new_search_begins_without_the_result_of_the_last_one(
    control: WizardControl, write_frames: WriteSet, tmp_path: Path
) -> None:
    control.runs._ready = lambda: None  # another run goes on
    control.data.choose = lambda folder: None
    data = known(write_frames({"FCH": 24, "TV": 24}))
    train = finished(tmp_path / "runs", "train", TrainConfig(), data.folder)
    control.do(ask.OpenRun(train))
    control.data._put(data)
    control.do(ask.StartSearch())
    assert (control.state.problem, control.state.step) == (None, "searching")
    assert control.state.train_run is None


def test_that_steps_open_as_they_become_possible(write_frames: WriteSet, tmp_path: Path) -> None:
    state = WizardState()
    assert possible_steps(state) == {"runs", "data"}
    state = WizardState(data=known(write_frames({"FCH": 24, "TV": 24})))
    assert possible_steps(state) == {"runs", "data", "split", "search"}
    assert "train" in possible_steps(replace(state, genotype=GenotypeChoice("known")))
    going = RunView(tmp_path, "search", "running", RunStory())
    assert possible_steps(replace(state, search_run=going)) == {"runs", "data", "split", "search", "searching"}
    found = replace(state, search_run=replace(going, state="finished"))
    assert "train" in possible_steps(found)
    assert "searching" in done_steps(found)
    trained = replace(found, train_run=replace(going, kind="train", state="finished"))
    assert {"result", "use"} <= possible_steps(trained)
