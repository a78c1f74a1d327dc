"""The exam store: exams, kept frames, clips and labels in a database, pictures and clips as files beside it."""

import secrets
import shutil
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from uiac_desktop import paths
from uiac_desktop.exam import clip_rows, erasing, labelling
from uiac_desktop.exam.agreement import AcrossExams
from uiac_desktop.exam.cut_off import CutOffExams
from uiac_desktop.exam.database import Database, note_of, server_engine, set_note, sqlite_engine
from uiac_desktop.exam.deidentify import Pseudonyms
from uiac_desktop.exam.erasing import AuditLine
from uiac_desktop.exam.exam_list import ExamLine, ExamQuery, exam_lines, exam_of, exam_of_id, matching, planes_in_store
from uiac_desktop.exam.export_marks import ExportMarks
from uiac_desktop.exam.labelling import now
from uiac_desktop.exam.listing import list_file
from uiac_desktop.exam.media import DiskUse, MediaFolder, bytes_in, shrunk
from uiac_desktop.exam.process_mark import process_mark
from uiac_desktop.exam.records import Clip, Exam, FrameState, KeptFrame, LabelChange, NewFrame
from uiac_desktop.exam.recovery import recover
from uiac_desktop.exam.review_shelf import ReviewShelf
from uiac_desktop.exam.schema import exams
from uiac_desktop.exam.site_key import SiteKey
from uiac_desktop.exam.store_errors import in_the_user_s_words
from uiac_desktop.exam.store_place import DATABASE_FILE, is_address, store_folder
from uiac_desktop.exam.subject import number_hash, subject_of
from uiac_desktop.exam.visits import Visits
from uiac_desktop.frame import Pixels

_STORE_NOTE: Final = "store"
_LEAST_CLIP: Final = 2**20


class ExamStore:
    """One store, used by one thread; every method raises `StoreError` with message and advice.

    Parameters
    ----------
    database
        At this program's schema.
    media
        Its files.
    key
        The site's key.
    """

    def __init__(self, database: Database, media: MediaFolder, key: SiteKey) -> None:
        self._database = database
        self._key = key
        self.media: Final = media
        self.reviews: Final = ReviewShelf(database)
        self.pseudonyms: Final = Pseudonyms(database, key)
        self.across: Final = AcrossExams(database)
        self.export_marks: Final = ExportMarks(database)
        self.visits: Final = Visits(database, key)
        self.cut_off: Final = CutOffExams(database)

    def __enter__(self) -> "ExamStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; a second call does nothing."""
        self._database.close()

    def begin_exam(self, who: str, protocol: str, local_number: str | None = None) -> Exam:
        """Begin an exam under a new subject code, or that of the woman who had the same local number.

        Parameters
        ----------
        who, protocol
            Who examines, and the protocol's name.
        local_number
            Kept only as its keyed hash; None or blank for none.
        """
        with self._database.writing() as connection:
            subject, _ = subject_of(connection, number_hash(connection, self._key, local_number))
            row = {
                "subject_id": subject,
                "started_at": now(),
                "protocol": protocol,
                "who": who,
                "process": process_mark(),
            }
            made = connection.execute(sa.insert(exams).values(row).returning(exams.c.id)).scalar_one()
            return exam_of_id(connection, made)

    def end_exam(self, exam_id: int) -> Exam:
        """End an exam; one that has ended stays as it is."""
        with self._database.writing() as connection:
            goes_on = (exams.c.id == exam_id) & exams.c.ended_at.is_(None)
            connection.execute(sa.update(exams).where(goes_on).values(ended_at=now()))
            return exam_of_id(connection, exam_id)

    def exam(self, exam_id: int) -> Exam:
        """Return an exam, also one in the bin."""
        with self._database.reading() as connection:
            return exam_of_id(connection, exam_id)

    def exams(self, query: ExamQuery | None = None) -> tuple[Exam, ...]:
        """Return exams, newest first; without a query all that are not in the bin."""
        with self._database.reading() as connection:
            return tuple(exam_of(row) for row in connection.execute(matching(query or ExamQuery())))

    def exam_lines(self, query: ExamQuery | None = None) -> tuple[ExamLine, ...]:
        """Return exams with what they hold, as `exams` does."""
        with self._database.reading() as connection:
            return exam_lines(connection, query or ExamQuery())

    def planes(self) -> tuple[str, ...]:
        """Return every plane that a kept frame shows, for the search."""
        with self._database.reading() as connection:
            return planes_in_store(connection)

    def keep(self, exam_id: int, new: NewFrame, clip_id: int | None = None) -> KeptFrame:
        """Keep a frame; when this returns, picture and row are on the disk.

        Raises
        ------
        StoreFull
            There is no room; what was kept stays readable.
        """
        part = self.media.write_picture(exam_id, new.pixels)
        add = partial(labelling.insert_frame, exam_id=exam_id, clip_id=clip_id, new=new)
        return list_file(self._database, self.media, exam_id, part, add)

    def set_best(self, frame_id: int, who: str = "") -> KeptFrame:
        """Let a frame stand for its plane in place of the one that did."""
        with self._database.writing() as connection:
            return labelling.make_best(connection, frame_id, who)

    def relabel(self, frame_id: int, plane: str | None, who: str) -> KeptFrame:
        """Set a person's label beside the predicted one; None takes it back.

        A frame that stood for its former plane stands for none then.
        """
        with self._database.writing() as connection:
            return labelling.relabel(connection, frame_id, plane, who)

    def set_state(self, frame_id: int, state: FrameState, who: str) -> KeptFrame:
        """Reject a frame, undo its keeping, or let it be kept again; unless kept it stands for no plane."""
        with self._database.writing() as connection:
            return labelling.set_state(connection, frame_id, state, who)

    def frame(self, frame_id: int) -> KeptFrame:
        """Return a kept or rejected frame."""
        with self._database.reading() as connection:
            return labelling.frame_of(connection, frame_id)

    def frames(self, exam_id: int) -> tuple[KeptFrame, ...]:
        """Return an exam's frames, rejected ones too, in the order of keeping."""
        with self._database.reading() as connection:
            return labelling.frames_of(connection, exam_id)

    def history(self, frame_id: int) -> tuple[LabelChange, ...]:
        """Return what was changed of a frame, oldest first."""
        with self._database.reading() as connection:
            return labelling.history_of(connection, frame_id)

    def chances(self, frame_id: int) -> dict[str, float]:
        """Return the calibrated probability of each class as the model gave it; empty without a model."""
        with self._database.reading() as connection:
            return labelling.chances_of(connection, frame_id)

    def picture(self, frame_id: int) -> Pixels:
        """Return a frame's pixels, uint8 (H, W) or (H, W, 3), bit for bit as they were kept."""
        return self.media.read(self.frame(frame_id).media)

    def thumb(self, frame_id: int, width: int) -> Pixels:
        """Return a frame's picture, at most so many pixels wide; made anew each time, so that no copy lies anywhere."""
        return shrunk(self.picture(frame_id), width)

    def new_clip_path(self, exam_id: int, suffix: str = ".mp4") -> Path:
        """Return where a clip may be written; it is hidden until `add_clip`, and listed by the next start if killed.

        Raises
        ------
        StoreFull
            The disk is all but full.
        """
        self.media.check_room(_LEAST_CLIP)
        return self.media.working_path(exam_id, suffix)

    def add_clip(
        self,
        exam_id: int,
        path: Path,
        *,
        source: str,
        started_at: datetime,
        duration_s: float,
        frames: int,
        lost: int,
        width: int,
        height: int,
    ) -> Clip:
        """List a finished clip that was written to a path of `new_clip_path`; the file moves to its name."""
        row: dict[str, Any] = {"source": source, "started_at": started_at, "duration_s": duration_s}
        row |= {"frames": frames, "lost": lost, "width": width, "height": height}
        add = partial(clip_rows.insert, exam_id=exam_id, row=row)
        return list_file(self._database, self.media, exam_id, path, add)

    def clips(self, exam_id: int) -> tuple[Clip, ...]:
        """Return an exam's clips in the order of recording."""
        with self._database.reading() as connection:
            return clip_rows.of_exam(connection, exam_id)

    def bin(self, exam_id: int) -> Exam:
        """Move an exam to the bin, where it can be taken out of for `erasing.BIN_LASTS`."""
        return self._mark_binned(exam_id, now())

    def unbin(self, exam_id: int) -> Exam:
        """Take an exam out of the bin."""
        return self._mark_binned(exam_id, None)

    def erase(self, exam_id: int, who: str) -> AuditLine:
        """Erase an exam for good: rows, files, what was set aside; one audit line without a subject stays."""
        return erasing.erase(self._database, self.media, exam_id, who)

    def erase_due(self, who: str) -> tuple[AuditLine, ...]:
        """Erase what has been in the bin for `erasing.BIN_LASTS`."""
        with self._database.reading() as connection:
            over = erasing.due(connection, now())
        return tuple(self.erase(exam_id, who) for exam_id in over)

    def files_left(self) -> int:
        """Return how many files of erased exams are still here, since another program holds them open."""
        with self._database.reading() as connection:
            return erasing.files_left(connection, self.media)

    def audit(self) -> tuple[AuditLine, ...]:
        """Return what was ever erased, oldest first."""
        with self._database.reading() as connection:
            return erasing.audit_lines(connection)

    def _mark_binned(self, exam_id: int, at: datetime | None) -> Exam:
        with self._database.writing() as connection:
            connection.execute(sa.update(exams).where(exams.c.id == exam_id).values(binned_at=at))
            return exam_of_id(connection, exam_id)

    def disk_use(self) -> DiskUse:
        """Return the bytes that the store takes, and what is free beside it."""
        with in_the_user_s_words():
            database = self.media.folder.parent.glob(f"{DATABASE_FILE}*") if self._database.is_local else ()
            return DiskUse(
                database=sum(file.stat().st_size for file in database),
                media=bytes_in(self.media.folder),
                unlisted=bytes_in(self.media.unlisted),
                free=shutil.disk_usage(self.media.folder).free,
            )


def open_store(
    place: str | Path | None = None, *, media: Path | None = None, key_file: Path | None = None
) -> ExamStore:
    """Open a store, make it where there is none, bring it to this program's schema, and put right what a kill left.

    Parameters
    ----------
    place
        A folder for SQLite, or ``postgresql+psycopg://USER@HOST/DATABASE``; None or empty is the user's data folder.
    media
        Folder of pictures and clips; None lies in the folder, or for a server in the user's data folder.
    key_file
        The site's key; None is the user's configuration folder.

    Raises
    ------
    StoreError
        It cannot be opened, is damaged, or is of a newer program; then nothing was changed.
    """
    key = SiteKey(key_file)
    if is_address(place):
        database = Database(server_engine(str(place)), None)
        with database.writing() as connection:
            name = note_of(connection, _STORE_NOTE) or secrets.token_hex(8)
            set_note(connection, _STORE_NOTE, name)
        folder = media or paths.data_dir() / "stores" / name / "media"
    else:
        home = store_folder(place)
        file = home / DATABASE_FILE
        database = Database(sqlite_engine(file), file)
        folder = media or home / "media"
    store = ExamStore(database, MediaFolder(folder), key)
    try:
        recover(database, store.media)
        erasing.remove_leftovers(database, store.media)
    except BaseException:
        store.close()
        raise
    return store
