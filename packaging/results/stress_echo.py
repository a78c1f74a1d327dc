"""Turns the labelled stress-echo clips of one adult into data-set folders: stages 1-3 to learn from, 4 to judge on.

usage: stress_echo.py DICOM_FOLDER OUT

DICOM_FOLDER holds stress_echo_views.csv (file,view,stage,...) and the clips that it names; a clip whose view is not
stated is left out. OUT/learning and OUT/test get VIEW<n>/*.png in grey with labels.csv. All frames are of one patient,
which their subject says, so that no split is taken for one by subject. The top rows are blacked out, because the
scanner's orientation mark stands there at another place in each view and would give it away.
"""

import csv
import sys
from pathlib import Path

import cv2
import numpy as np

from uiac_desktop.sources.base import Region
from uiac_desktop.sources.dicom.source import DicomSource
from uiac_desktop.sources.privacy.setting import PrivacySetting

SUBJECT = "stress-echo"
TEST_STAGE = "4"
MARKED_ROWS = 14
COLUMNS = ("file", "label", "subject", "exam", "clip", "frame")


def main(dicom: Path, out: Path) -> None:
    """Write both folders; says on stdout how many frames each holds."""
    with (dicom / "stress_echo_views.csv").open(encoding="utf-8-sig", newline="") as table:
        clips = [row for row in csv.DictReader(table) if row["view"]]
    for name, chosen in (
        ("learning", [row for row in clips if row["stage"] != TEST_STAGE]),
        ("test", [row for row in clips if row["stage"] == TEST_STAGE]),
    ):
        rows = [line for clip in chosen for line in written(dicom, clip, out / name)]
        with (out / name / "labels.csv").open("w", encoding="utf-8-sig", newline="") as table:
            csv.writer(table).writerows([COLUMNS, *rows])
        print(f"{name}: {len(chosen)} clips, {len(rows)} frames")


def written(dicom: Path, clip: dict[str, str], root: Path) -> list[tuple[str, ...]]:
    """Write the frames of a clip below a root; return their lines of labels.csv."""
    label, stem = f"VIEW{clip['view']}", Path(clip["file"]).stem
    (root / label).mkdir(parents=True, exist_ok=True)
    rows = []
    with DicomSource(dicom / clip["file"], region=None) as whole:
        shape = whole.info.width, whole.info.height
    hidden = PrivacySetting(*shape, masks=(Region(0, 0, shape[0], MARKED_ROWS),))
    with DicomSource(dicom / clip["file"], hidden, region=None) as source:
        while (frame := source.read()) is not None:
            path = f"{label}/{stem}-{frame.index:03d}.png"
            grey = np.asarray(cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2GRAY))
            if not cv2.imwrite(str(root / path), grey):
                sys.exit(f"error: {path} cannot be written")
            rows.append((path, label, SUBJECT, f"stage{clip['stage']}", stem, str(frame.index)))
    return rows


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: stress_echo.py DICOM_FOLDER OUT")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
