"""A store holds exactly what preprocessing gives, is built once, and goes on where it was interrupted."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nas.data.folder import DataSet, scan
from nas.data.store import Store, StoreBuilder, fingerprint
from nas.errors import DataError
from nas.preprocess import PreprocessSpec, fit_frame
from nas.still import read_still

CaseFiles = Callable[[str], tuple[Path, dict[str, Any]]]
WriteImage = Callable[..., Path]
SPEC = PreprocessSpec(size=16)


def root_of(write_image: WriteImage, count: int = 5) -> Path:
    for number in range(count):
        root = write_image(f"FCH/{number}.png")
        write_image(f"TV/{number}.png")
    return root


def built(data: DataSet, folder: Path) -> Store:
    builder = StoreBuilder(data, SPEC, folder)
    list(builder)
    return builder.result()


@pytest.mark.parametrize("spec", [SPEC, PreprocessSpec(size=16, colour="rgb", fit="stretch")])
def test_that_a_store_holds_what_preprocessing_gives(
    write_image: WriteImage, tmp_path_factory: pytest.TempPathFactory, spec: PreprocessSpec
) -> None:
    data = scan(root_of(write_image))
    builder = StoreBuilder(data, spec, tmp_path_factory.mktemp("store"))
    assert list(builder)[-1] == builder.total == 10
    store = builder.result()
    assert store.good.all()
    for index, image in enumerate(data.images):
        assert np.array_equal(store.frames[index], fit_frame(read_still(data.file(image)), spec))


def test_that_a_store_is_built_once_and_anew_only_for_another_fitting(
    write_image: WriteImage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root, folder = root_of(write_image), tmp_path_factory.mktemp("store")
    assert len(list(StoreBuilder(scan(root), SPEC, folder))) > 1
    assert list(StoreBuilder(scan(root), SPEC, folder)) == [10]
    other_scale = SPEC.model_copy(update={"mean": (0.3,), "std": (0.2,)})
    assert list(StoreBuilder(scan(root), other_scale, folder)) == [10]
    assert next(iter(StoreBuilder(scan(root), PreprocessSpec(size=24), folder))) == 0


def test_that_only_images_whose_bytes_are_new_are_decoded_anew(
    write_image: WriteImage, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, folder = root_of(write_image), tmp_path_factory.mktemp("store")
    first = built(scan(root), folder)
    decoded: list[int] = []
    monkeypatch.setattr("nas.data.store.read_still", lambda content: decoded.append(1) or read_still(content))
    os.utime(root / "FCH" / "0.png", ns=(1, 1))
    (root / "FCH" / "1.png").rename(root / "FCH" / "moved.png")
    (root / "TV" / "0.png").unlink()
    again = built(scan(root), folder)
    assert decoded == []
    assert again.fingerprint != first.fingerprint
    write_image("TV/1.png", seed=99)
    write_image("TV/new.png")
    last = built(scan(root), folder)
    assert len(decoded) == 2
    data = scan(root)
    for index, image in enumerate(data.images):
        assert np.array_equal(last.frames[index], fit_frame(read_still(data.file(image)), SPEC))
    assert last.fingerprint == fingerprint(data, SPEC)
    assert len(list(folder.iterdir())) == 4


def test_that_the_fingerprint_is_of_contents_and_labels_not_of_times(
    write_image: WriteImage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = root_of(write_image)
    before = fingerprint(scan(root), SPEC)
    copy = tmp_path_factory.mktemp("copy") / "set"
    shutil.copytree(root, copy)
    os.utime(copy / "FCH" / "0.png", ns=(1, 1))
    assert fingerprint(scan(copy), SPEC) == before
    assert fingerprint(scan(copy), PreprocessSpec(size=24)) != before
    (copy / "labels.csv").write_text("file,label,subject\nFCH/0.png,FCH,s1\n", encoding="utf-8")
    assert fingerprint(scan(copy), SPEC) != before
    write_image("FCH/0.png", seed=7)
    assert fingerprint(scan(root), SPEC) != before


KILLED = """
import sys
from pathlib import Path
import nas.data.store
from nas.data.folder import scan
from nas.preprocess import PreprocessSpec
nas.data.store._SETTLE = 16
for done in nas.data.store.StoreBuilder(scan(Path(sys.argv[1])), PreprocessSpec(size=16), Path(sys.argv[2]), 1):
    print(done, flush=True)
    if done == 50:
        sys.stdin.read()
"""


def test_that_a_build_that_is_killed_goes_on(write_image: WriteImage, tmp_path_factory: pytest.TempPathFactory) -> None:
    root, folder = root_of(write_image, 60), tmp_path_factory.mktemp("store")
    words = [sys.executable, "-c", KILLED, str(root), str(folder)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "50\n" in iter(process.stdout.readline, "")
        process.kill()
    data = scan(root)
    builder = StoreBuilder(data, SPEC, folder)
    assert next(iter(builder)) == 48
    list(builder)
    expected = [fit_frame(read_still(data.file(image)), SPEC) for image in data.images]
    assert np.array_equal(builder.result().frames, np.stack(expected))


def test_that_an_interrupted_store_goes_on(write_image: WriteImage, tmp_path_factory: pytest.TempPathFactory) -> None:
    data, folder = scan(root_of(write_image, 80)), tmp_path_factory.mktemp("store")
    going = iter(StoreBuilder(data, SPEC, folder))
    done = 0
    while done < 20:
        done = next(going)
    going.close()  # type: ignore[attr-defined]
    builder = StoreBuilder(data, SPEC, folder)
    steps = list(builder)
    assert 20 <= steps[0] < builder.total
    assert steps[-1] == builder.total
    expected = [fit_frame(read_still(data.file(image)), SPEC) for image in data.images]
    assert np.array_equal(builder.result().frames, np.stack(expected))


def test_that_broken_images_are_named_and_the_rest_is_used(case_files: CaseFiles, tmp_path: Path) -> None:
    folder, manifest = case_files("e01_corrupt_images")
    builder = StoreBuilder(scan(folder), SPEC, tmp_path)
    list(builder)
    store = builder.result()
    assert sorted(store.broken) == manifest["expect"]["broken"]
    assert int(store.good.sum()) == manifest["expect"]["usable"]
    again = StoreBuilder(scan(folder), SPEC, tmp_path)
    list(again)
    assert again.result().broken == store.broken


def test_that_a_set_of_broken_images_alone_is_refused(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (tmp_path / "FCH").mkdir()
    (tmp_path / "FCH" / "1.png").write_bytes(b"no picture")
    builder = StoreBuilder(scan(tmp_path), SPEC, tmp_path_factory.mktemp("store"))
    list(builder)
    with pytest.raises(DataError, match="Not one image"):
        builder.result()
