"""What the user names becomes the right source, or one clear line with advice."""

from pathlib import Path

import pytest
from PIL import Image

from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.numbered import numbered
from uiac_desktop.errors import SourceError
from uiac_desktop.sources.file_kind import file_kind
from uiac_desktop.sources.media import list_media
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.simulated import SimulatedSource

PICTURES = [numbered(number) for number in range(4)]


def _still(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(PICTURES[0]).save(path, "PNG")
    return path


def _clip(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return made.write_clip(path, PICTURES, container="mp4")


def _dicom(path: Path, **entries: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return made.save(made.dicom(PICTURES, **entries), path)


def test_that_the_content_decides_and_not_the_ending(tmp_path: Path) -> None:
    lying = {
        _still(tmp_path / "still.mp4"): "still",
        _clip(tmp_path / "clip.png"): "video",
        _dicom(tmp_path / "dicom.jpg"): "dicom",
        _dicom(tmp_path / "IM000001"): "dicom",
    }
    for path, kind in lying.items():
        assert file_kind(path) == kind
        with open_source(str(path)) as source:
            assert source.info.kind == {"still": "images"}.get(kind, kind)


def test_that_pictures_one_after_the_other_are_a_clip_and_a_single_one_is_a_still(tmp_path: Path) -> None:
    (tmp_path / "stream.jpg").write_bytes(b"".join(made.jpeg(picture) for picture in PICTURES))
    (tmp_path / "one.jpg").write_bytes(made.jpeg(PICTURES[0]))
    with open_source(str(tmp_path / "stream.jpg")) as source:
        assert (source.info.kind, source.info.frames) == ("video", 4)
    with open_source(str(tmp_path / "one.jpg")) as source:
        assert (source.info.kind, source.info.frames) == ("images", 1)


@pytest.mark.parametrize(("uri", "seed"), [("simulated:", 0), ("SIMULATED:7", 7)])
def test_that_the_simulated_scan_opens_by_its_scheme(uri: str, seed: int) -> None:
    with open_source(uri) as source, SimulatedSource(seed) as expected:
        assert source.info == expected.info
        one, other = source.read(), expected.read()
        assert one is not None
        assert other is not None
        assert (one.pixels == other.pixels).all()


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("", "no file or folder"),
        ("nothing.mp4", "no file or folder nothing.mp4"),
        ("/nowhere/at/all.dcm", "/nowhere/at/all.dcm"),
        ("some:thing", "no file or folder"),
        ("nul\0l", "no file or folder"),
        ("x" * 5000, "no file or folder"),
        ("ftp://host/clip.mp4", "begins with ftp:"),
        ("simulated:heart", "whole number"),
        ("simulated:-1", "whole number"),
    ],
)
def test_that_what_is_not_there_is_said_in_one_line(uri: str, says: str) -> None:
    with pytest.raises(SourceError) as error:
        open_source(uri)
    assert says in error.value.message
    assert error.value.advice
    assert "\n" not in error.value.message


@pytest.mark.parametrize(
    ("uri", "kind", "name"),
    [
        ("screen:", "screen", "Screen 1"),
        ("screen:-20,0,64,48", "screen", "Screen 64×48 at -20, 0"),
        ("rtsp://jane:secret@host/stream?token=secret", "stream", "rtsp://host"),
        ("RTSPS://host:99/stream", "stream", "rtsps://host:99"),
        ("udp://@:1234", "stream", "udp://:1234"),
        ("tcp://[::1]:1234", "stream", "tcp://[::1]:1234"),
        ("http://jane:secret@host/clip.mp4", "stream", "http://host"),
        ("https://host:8443/live", "stream", "https://host:8443"),
    ],
)
def test_that_an_address_opens_a_live_source_that_waits_for_its_beginning(uri: str, kind: str, name: str) -> None:
    source = open_source(uri)
    assert (source.info.kind, source.info.name, source.info.paced) == (kind, name, False)
    source.close()


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("device:No such card", "is not plugged in"),
        ("device:", "is not plugged in"),
        ("screen:1,2,3", "is not written right"),
        ("screen:0,0,8,8", "at least 16 pixels"),
        ("rtsp://", "scheme, host or port is missing"),
        ("udp://@", "scheme, host or port is missing"),
        ("tcp://jane:secret@host", "scheme, host or port is missing"),
        ("http://jane:secret@host:x/", "not the address of a stream"),
        ("http://host/a secret", "has no blanks"),
    ],
)
def test_that_a_wrong_address_says_so_without_repeating_a_password(uri: str, says: str) -> None:
    with pytest.raises(SourceError, match=says) as error:
        open_source(uri)
    assert error.value.advice
    assert "secret" not in error.value.message + error.value.advice


def test_that_a_path_that_looks_like_a_scheme_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _clip(tmp_path / "clip").rename(tmp_path / "udp:1")
    with open_source("udp:1") as source:
        assert source.info.frames == 4


def test_that_a_folder_without_stills_names_a_medium_to_open(tmp_path: Path) -> None:
    _clip(tmp_path / "deep" / "clip.mp4")
    with pytest.raises(SourceError, match="no stills") as error:
        open_source(str(tmp_path))
    assert "clip.mp4" in error.value.advice


def test_that_a_folder_without_media_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see")
    for attempt in (lambda: open_source(str(tmp_path)), lambda: list_media(tmp_path)):
        with pytest.raises(SourceError, match="no clips, stills or DICOM files"):
            attempt()


def test_that_the_media_of_a_folder_are_found_in_order_and_its_litter_is_not(tmp_path: Path) -> None:
    expected = [
        _clip(tmp_path / "a" / "2.mp4"),
        _clip(tmp_path / "a" / "10.MP4"),
        _dicom(tmp_path / "b" / "IM000001"),
        _dicom(tmp_path / "b" / "x.dcm"),
        _still(tmp_path / "c.png"),
    ]
    (tmp_path / "text saved as.mp4").write_text("unusable, but the user meant a clip")
    expected.append(tmp_path / "text saved as.mp4")
    _dicom(tmp_path / "b" / "DICOMDIR", PixelData=None, Rows=None, SOPClassUID="1.2.840.10008.1.3.10")
    _dicom(tmp_path / "b" / "REPORT", PixelData=None, Rows=None, SOPClassUID="1.2.840.10008.5.1.4.1.1.88.33")
    for litter in ("._c.png", ".hidden/1.png", "Thumbs.db", "readme.txt", "AUTORUN.INF", "empty"):
        (tmp_path / litter).parent.mkdir(exist_ok=True)
        (tmp_path / litter).write_bytes(b"" if litter == "empty" else b"litter")
    assert list_media(tmp_path) == expected


def test_that_a_file_is_its_own_medium_and_a_missing_path_is_told(tmp_path: Path) -> None:
    clip = _clip(tmp_path / "clip.mp4")
    assert list_media(clip) == [clip]
    with pytest.raises(SourceError, match="no file or folder"):
        list_media(tmp_path / "missing")


def test_that_real_folders_are_listed_whole(real_data: Path) -> None:
    assert len(list_media(real_data / "lung_clips")) == 44
    assert len(list_media(real_data / "dicom_us")) == 46
    with open_source(str(real_data / "fetal_planes_70" / "images")) as source:
        assert source.info.frames == 70
