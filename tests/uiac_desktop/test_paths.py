"""Where things lie: resources beside the packages or inside them, and the user's own folders."""

from pathlib import Path

import pytest

from uiac_desktop import paths
from uiac_desktop.errors import DesktopError


def test_that_resources_of_a_checkout_lie_beside_the_packages() -> None:
    assert paths.resources_dir() == Path(paths.__file__).parents[1] / "resources"
    assert paths.resource("theme/tokens.json").is_file()
    assert paths.resource("fonts/OFL.txt").is_file()


def test_that_resources_of_a_wheel_lie_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "uiac_desktop"
    (package / "resources" / "models" / "demo").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", package)
    assert paths.resources_dir() == package / "resources"
    assert paths.demo_model() == package / "resources" / "models" / "demo"


def test_that_a_missing_part_is_named_with_advice() -> None:
    with pytest.raises(DesktopError, match=r"icons/nothing\.svg") as caught:
        paths.resource("icons/nothing.svg")
    assert caught.value.advice


def test_that_folders_that_cannot_be_made_are_named_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("a file in the way")
    for variable in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home" / variable))
    for folder in (paths.config_dir(), paths.cache_dir(), paths.data_dir(), paths.log_file().parent):
        assert folder.is_relative_to(tmp_path / "home")
        assert not folder.exists()


def test_that_the_user_s_folders_are_made_and_lie_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    assert paths.config_dir().is_dir()
    assert paths.cache_dir().is_dir()
    assert paths.log_file().parent.is_dir()
    assert paths.crash_file().parent == paths.log_file().parent
    assert paths.data_dir().is_dir()
    assert len({paths.config_dir(), paths.cache_dir(), paths.data_dir(), paths.log_file().parent}) == 4
