"""A store holds exactly what preprocessing gives, is built once, and goes on where it was interrupted."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nas.data.folder import scan
from nas.data.store import StoreBuilder
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


def test_that_a_store_is_built_once_and_anew_only_for_another_set_or_fitting(
    write_image: WriteImage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root, folder = root_of(write_image), tmp_path_factory.mktemp("store")
    assert len(list(StoreBuilder(scan(root), SPEC, folder))) > 1
    assert list(StoreBuilder(scan(root), SPEC, folder)) == [10]
    other_scale = SPEC.model_copy(update={"mean": (0.3,), "std": (0.2,)})
    assert list(StoreBuilder(scan(root), other_scale, folder)) == [10]
    assert next(iter(StoreBuilder(scan(root), PreprocessSpec(size=24), folder))) == 0
    list(StoreBuilder(scan(root), SPEC, folder))
    os.utime(root / "FCH" / "0.png", ns=(1, 1))
    assert next(iter(StoreBuilder(scan(root), SPEC, folder))) == 0


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
