"""Settings: kept whole, read whatever stands there, never a reason not to start."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uiac_desktop.inference.smoothing import Smoother
from uiac_desktop.settings import Settings, SettingsFile


def test_that_scan_steadies_as_long_as_review_unless_a_person_says_otherwise() -> None:
    assert Settings().smoothing_s == Smoother().window_s


def test_that_without_a_file_defaults_serve(tmp_path: Path) -> None:
    assert SettingsFile(tmp_path / "settings.json").load() == (Settings(), None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        Settings,
        theme=st.sampled_from(["dark", "light"]),
        map_mode=st.sampled_from(["beside", "over", "off"]),
        map_colours=st.sampled_from(["inferno", "cividis", "grey", "jet"]),
        contours=st.booleans(),
        model=st.none() | st.just(Path("/模型/fetal heart №1")),
        device=st.sampled_from(["auto", "openvino", "torch", "cuda"]),
        keys=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
    )
)
def test_that_what_is_saved_is_read_back(tmp_path: Path, chosen: Settings) -> None:
    file = SettingsFile(tmp_path / "settings.json")
    file.save(chosen)
    assert file.load() == (chosen, None)
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"theme": "pink"}', '{"sure": 7}', '{"sure": 0.5, "likely": 0.9}', "\x00\x00", '{"keys": 3}'],
)
def test_that_a_broken_file_is_kept_aside_and_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text, encoding="utf-8")
    loaded, problem = SettingsFile(path).load()
    assert loaded == Settings()
    assert problem is not None
    assert "settings-broken.json" in problem
    assert (tmp_path / "settings-broken.json").read_text(encoding="utf-8") == text
    assert not path.exists()


def test_that_a_file_in_another_coding_is_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes('{"theme": "dünkel"}'.encode("latin-1"))
    assert SettingsFile(path).load()[0] == Settings()
    assert (tmp_path / "settings-broken.json").exists()


def test_that_fields_of_a_later_version_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": "light", "later": {"x": 1}}), encoding="utf-8")
    assert SettingsFile(path).load() == (Settings(theme="light"), None)


def test_that_a_write_that_fails_leaves_the_former_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SettingsFile(tmp_path / "settings.json")
    file.save(Settings(theme="light"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        file.save(Settings(theme="dark"))
    assert file.load()[0].theme == "light"


def test_that_the_newest_model_comes_first_and_each_once() -> None:
    chosen = Settings()
    for name in ("a", "b", "a"):
        chosen = chosen.with_model(Path(name))
    assert chosen.models == (Path("a"), Path("b"))
    assert chosen.model == Path("a")
    assert chosen.with_model(None).model is None
    assert chosen.with_model(None).models == chosen.models


def test_that_only_what_differs_from_the_defaults_is_written(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.json")
    file.save(Settings(map_mode="off"))
    assert json.loads(file.path.read_text(encoding="utf-8")) == {"map_mode": "off"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.json"]


def test_that_one_wrong_field_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": "pink", "map_mode": "over", "later": 3}), encoding="utf-8")
    loaded, problem = SettingsFile(path).load()
    assert loaded == Settings(map_mode="over")
    assert problem is not None
    assert "theme" in problem
    assert "The others hold" in problem
    assert json.loads((tmp_path / "settings-broken.json").read_text(encoding="utf-8"))["theme"] == "pink"
    assert SettingsFile(path).load() == (Settings(map_mode="over"), None)


def test_that_fields_of_a_later_version_are_still_there_after_a_save(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": "light", "later": {"x": 1}}), encoding="utf-8")
    file = SettingsFile(path)
    file.save(file.load()[0].model_copy(update={"map_mode": "off"}))
    assert json.loads(path.read_text(encoding="utf-8")) == {"later": {"x": 1}, "theme": "light", "map_mode": "off"}
    file.save(Settings())
    assert json.loads(path.read_text(encoding="utf-8")) == {"later": {"x": 1}}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", bytes(range(256)), b"[" * 100_000, b"null", b"7"])
def test_that_bytes_of_any_kind_are_kept_aside_and_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    loaded, problem = SettingsFile(path).load()
    assert loaded == Settings()
    assert problem is not None
    assert (tmp_path / "settings-broken.json").read_bytes() == content
    SettingsFile(path).save(Settings(theme="light"))
    assert SettingsFile(path).load() == (Settings(theme="light"), None)


def test_that_a_folder_in_its_place_does_not_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()
    assert SettingsFile(tmp_path / "settings.json").load()[0] == Settings()
