"""One record is the flags, the TOML file and config.json; what is out of range is refused by name."""

from pathlib import Path

import pytest

from nas.config.frames import FrameConfig
from nas.config.reading import combined, load_toml
from nas.config.search import SearchConfig
from nas.config.train import TrainConfig, preset
from nas.errors import RunError


def test_that_the_defaults_are_those_of_algorithm_2() -> None:
    config = TrainConfig()
    assert (config.blocks, config.channels, config.reduce_at, config.size) == (20, 32, (5, 10, 15), 64)
    assert (config.batch, config.lr, config.momentum, config.weight_decay) == (96, 0.02, 0.9, 3e-4)
    assert (config.cutout, config.auxiliary, config.stop_after, config.patience) == (6, 0.25, 500, 50)
    assert config.split == "subject"
    assert config.choice == "macro_f1"


def test_that_the_paper_preset_differs_only_in_its_split_and_its_choice() -> None:
    paper, plain = preset("paper").model_dump(), TrainConfig().model_dump()
    assert {name for name in plain if paper[name] != plain[name]} == {"split", "choice"}
    assert (paper["split"], paper["validation"], paper["choice"]) == ("random", 0.2, "choice_on_test")


def test_that_every_preset_holds_together() -> None:
    quick = preset("quick")
    assert quick.split == "subject"
    assert quick.none_as_background > 0
    assert quick.epochs >= quick.cosine_length


@pytest.mark.parametrize("record", [TrainConfig, SearchConfig])
def test_that_every_field_says_what_it_is_with_unit_and_range(record: type[FrameConfig]) -> None:
    for name, field in record.model_fields.items():
        assert field.description, name
        assert field.description.endswith(".")
        if field.annotation in (int, float):
            assert " to " in field.description, name
            assert field.metadata, name


def test_that_search_and_training_share_what_they_say_of_frames() -> None:
    assert len(FrameConfig.model_fields) == 9
    for name, field in FrameConfig.model_fields.items():
        assert SearchConfig.model_fields[name].description == field.description
        assert TrainConfig.model_fields[name].description == field.description
    for record in (SearchConfig, TrainConfig):
        with pytest.raises(RunError, match="cutout: must not be larger"):
            combined(record(), {"cutout": 40, "size": 32})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"batch": 0}, "^batch: must be at least 2$"),
        ({"lr": 1e9}, r"^lr: must be at most 1e\+07$"),
        ({"channels": 1}, "channels"),
        ({"lr": float("nan")}, "lr"),
        ({"nonsense": 1}, "nonsense"),
        ({"reduce_at": (5, 5)}, "reduce_at"),
        ({"blocks": 8}, r"^reduce_at: the last of 8 blocks is 7, counted from 0, and 10 is asked for$"),
        ({"lr_min": 1.0}, "lr_min"),
        ({"cutout": 65}, "cutout"),
        ({"device": "tpu"}, "device"),
    ],
)
def test_that_a_wrong_field_is_named(changes: dict[str, object], says: str) -> None:
    with pytest.raises(RunError, match=says) as caught:
        combined(TrainConfig(), changes)
    assert "--help" in caught.value.advice


def test_that_a_toml_file_sets_fields_and_json_gives_them_back(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes('channels = 16\nreduce_at = [1, 2]\nname = "Größe"\n'.encode("utf-8-sig"))
    config = combined(TrainConfig(), load_toml(tmp_path / "a.toml"))
    assert (config.channels, config.reduce_at, config.name) == (16, (1, 2), "Größe")
    assert TrainConfig.model_validate_json(config.model_dump_json()) == config


@pytest.mark.parametrize("content", [b"channels = ", b"\xff\xfe\x00", None])
def test_that_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a.toml").write_bytes(content)
    with pytest.raises(RunError):
        load_toml(tmp_path / "a.toml")


def test_that_a_field_or_a_letter_that_is_not_known_is_said_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"^epoch: there is no such field$"):
        combined(TrainConfig(), {"epoch": 3})
    (tmp_path / "a.toml").write_bytes("# 胎儿".encode("gbk"))
    with pytest.raises(RunError, match=r"^a\.toml is no text in UTF-8\.$"):
        load_toml(tmp_path / "a.toml")
