"""What can be opened at a place: a zip that was damaged on its way is called so, whatever it was packed with."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.collection import unpack

_HEAD = 100


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_that_a_zip_with_damaged_contents_is_called_damaged(packing: int, tmp_path: Path) -> None:
    packed = tmp_path / "clips.zip"
    noise = np.random.default_rng(1).integers(0, 64, 20_000, np.uint8).tobytes()
    with zipfile.ZipFile(packed, "w", packing) as archive:
        archive.writestr("clip.avi", noise)
    content = bytearray(packed.read_bytes())
    content[_HEAD : _HEAD + 400] = bytes(255 - byte for byte in content[_HEAD : _HEAD + 400])
    packed.write_bytes(content)
    workshop = tmp_path / "workshop"
    workshop.mkdir()
    with pytest.raises(SourceError) as told:
        unpack(packed, workshop)
    assert (told.value.message, told.value.advice) == ("clips.zip is damaged.", "Copy or export it again.")
