"""A clip with names in its pictures, tags and file name is kept and exported: nothing of them is left anywhere."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from uiac_desktop import cli, paths
from uiac_desktop.exam.records import NewFrame
from uiac_desktop.exam.store import open_store
from uiac_desktop.sources.dicom.source import DicomSource

Case = tuple[Path, dict[str, Any]]


def test_that_no_name_is_left_in_files_names_or_pictures(
    case: Callable[[str], Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder, told = case("D12")
    monkeypatch.setattr(paths, "config_dir", lambda: tmp_path / "config")
    out = tmp_path / "set"
    kept: dict[str, np.ndarray] = {}
    tokens: set[str] = set()
    with open_store(tmp_path / "store", key_file=tmp_path / "config" / "site.key") as store:
        for entry in told["files"]:
            tokens |= set(entry["expect"]["tokens"])
            exam = store.begin_exam("Ann", "Screening", entry["expect"]["tokens"][2])
            with DicomSource(folder / entry["path"]) as source:
                while (frame := source.read()) is not None:
                    new = NewFrame(
                        pixels=frame.pixels,
                        taken_at=datetime.now(UTC),
                        source="dicom",
                        frame=frame.index,
                        time_s=frame.time_s,
                        predicted=("FCH", "TV")[frame.index % 2],
                        certainty=0.9,
                        classes=(),
                        probabilities=np.zeros(0, np.float32),
                        model="",
                        score=0.0,
                        by_hand=True,
                    )
                    medium = store.keep(exam.id, new).media
                    kept[Path(medium).name] = frame.pixels
    assert tokens
    assert cli.run(["export", "all", str(out), "--store", str(tmp_path / "store")]) == cli.DONE
    said = capfd.readouterr()
    pictures = list(out.rglob("*.png"))
    assert len(pictures) == len(kept) == 18
    places = [*out.rglob("*"), *(tmp_path / "store").rglob("*")]
    content = b"".join(path.read_bytes() for path in places if path.is_file())
    words = "\n".join(str(path.relative_to(tmp_path)) for path in places) + said.out + said.err
    for token in tokens:
        assert token.lower() not in words.lower()
        assert token.encode() not in content
        assert token.encode("utf-16-le") not in content
    for picture in pictures:
        opened = Image.open(picture)
        assert not opened.info, "no text, no date, no comment stands in the file"
        np.testing.assert_array_equal(np.asarray(opened), kept[picture.name])
        assert opened.height == 260, "the banner was cut away where the picture came in"
