"""Video files as a source: every frame once, with its own number and time, whatever the container says."""

import contextlib
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from av.error import FFmpegError
from av.video.frame import VideoFrame

from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame, Pixels
from uiac_desktop.sources.base import FrameSource, SourceInfo
from uiac_desktop.sources.notices import Notices
from uiac_desktop.sources.privacy import setting as privacy
from uiac_desktop.sources.privacy.setting import Privacy
from uiac_desktop.sources.video.decoded_table import DecodedTable
from uiac_desktop.sources.video.packet_table import PacketTable
from uiac_desktop.sources.video.pixels import display_matrix, shown_pixels
from uiac_desktop.sources.video.stream import NoPictureTrackError, ThreadedDamageError, VideoStreamReader
from uiac_desktop.sources.video.table import REORDERED, FrameTable, MistrustError
from uiac_desktop.sources.video.trouble import why_unreadable

_LOOK_AHEAD_S: Final = 0.6
_UNTOLD_FPS: Final = 25.0
_SHORT_BY_S: Final = 1.0
_SHORT_BY: Final = 0.05
_MOST_TRIES: Final = 8
_THREADS_FROM: Final = 500_000
"""Pixels a frame from which several threads decode, ahead of the reader; smaller ones are quick by one."""


class VideoSource(FrameSource):
    """A video file.

    Frames are numbered as they decode. In sound files numbers and times are known from the packets, so that any frame
    is reached from the key frame before it; in files with a damaged packet, and in formats made for lossy lines, they
    are learnt by decoding, however long that takes. Damaged frames lose their place, and are counted in the warnings.

    Parameters
    ----------
    path
        The file; any container and codec that libav reads.
    setting
        Crop and masks.

    Raises
    ------
    SourceError
        It cannot be opened, has no pictures, or none that decode.
    """

    def __init__(self, path: Path, setting: Privacy = None) -> None:
        self._path = path
        self._setting = setting
        self._notices = Notices()
        self._at = -1
        self._go_on_after = -1
        self._sought_s: float | None = None
        self._size: tuple[int, int] | None = None
        self._matrix: bytes | None = None
        self._matrix_known = False
        self._told_short = False
        self._closed = False
        with contextlib.ExitStack() as opened:
            try:
                packets = PacketTable(path)
                opened.callback(packets.close)
                packets.grow(_LOOK_AHEAD_S)
                self._check, self._promised_s = packets.check, packets.promised_s
                self._time_base, self._fps = packets.time_base, packets.fps
                self._table: FrameTable = packets
                threads = packets.area >= _THREADS_FROM and packets.trusted
                self._reader = VideoStreamReader(path, packets.check, threads=threads)
                opened.callback(self.close)
                if not packets.trusted:
                    self._learn_by_decoding()
                    self._table.grow(_LOOK_AHEAD_S)
                self.info = self._look_at_first()
            except (NoPictureTrackError, FFmpegError, OSError) as error:
                raise why_unreadable(path, error) from error
            opened.pop_all()
        self._keep_informed()

    def read(self) -> Frame | None:
        """Return the next frame, cropped and masked, or None at the end."""
        if self._closed:
            raise SourceError(f"{self.info.name} was closed.", "Open it again.")
        try:
            picture = self._next_picture()
            self._keep_informed()
            if picture is None:
                return None
            pixels = self._seen(picture)
        except (NoPictureTrackError, FFmpegError, OSError) as error:
            raise SourceError(f"{self.info.name} cannot be read any more.", "Check that the file is there.") from error
        return Frame(pixels, self._at, self._table.time_of(self._at), time.monotonic())

    def seek(self, time_s: float) -> None:
        """Make the next ``read`` return the frame shown at ``time_s``."""
        self._sought_s = time_s

    @property
    def known(self) -> int:
        """How many frames are told for sure: of those seen last, some may have to make room for others."""
        return len(self._table) if self._table.complete else max(len(self._table) - REORDERED, 0)

    def time_of(self, index: int) -> float:
        """Return the time of a known frame, seconds."""
        return self._table.time_of(index)

    def learn(self, seconds: float) -> bool:
        """Look through packets, or decode, for about so long; False once every frame is known."""
        if self._closed or self._table.complete:
            return False
        self._table.grow(seconds)
        if isinstance(self._table, PacketTable) and not self._table.trusted:
            self._learn_by_decoding()
            self._start_over()
        self._keep_informed()
        return not self._table.complete

    def heed(self, index: int, time_s: float) -> bool:
        """Take from who has decoded every frame up to this one when it is shown; True where packets told otherwise."""
        try:
            if self._closed or not isinstance(self._table, PacketTable) or self._table.number_at(time_s) == index:
                return False
        except MistrustError:
            pass
        self._learn_by_decoding()
        self._start_over()
        return True

    def close(self) -> None:
        """Let go of the file."""
        self._closed = True
        self._reader.close()
        self._table.close()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was skipped or repaired so far, one line each."""
        return self._notices.lines

    def _look_at_first(self) -> SourceInfo:
        picture = self._next_picture()
        if picture is None:
            raise SourceError(
                f"{self._path.name} is damaged: none of its frames can be decoded.",
                "Export the clip again, or choose another file.",
            )
        height, width = self._seen(picture).shape[:2]
        self._reader.put_back(picture)
        self._at = self._go_on_after = -1
        return SourceInfo(self._path.name, "video", width, height, self._fps, None, None, seekable=True, paced=True)

    def _next_picture(self) -> VideoFrame | None:
        while True:
            try:
                if self._sought_s is not None:
                    return self._reach_time(self._sought_s)
                if self._at < self._go_on_after:
                    self._reach(self._go_on_after)
                return self._step()
            except ThreadedDamageError:
                self._start_over()
            except MistrustError:
                self._learn_by_decoding()
                self._start_over()

    def _step(self) -> VideoFrame | None:
        """Take the next frame from the decoder and note its number."""
        before = self._reader.damaged
        picture = self._reader.next()
        if self._reader.damaged > before:
            self._table.note_damage(self._at + 1)
        damaged = self._reader.damaged > 0
        if picture is None:
            self._table.end_after(self._at, damaged=damaged)
            return None
        self._at = self._table.place(picture, self._at, damaged=damaged)
        self._go_on_after = self._at
        return picture

    def _reach_time(self, time_s: float) -> VideoFrame | None:
        """Decode the frame shown at a time; again an earlier one where it turns out that it does not decode."""
        for _ in range(_MOST_TRIES):
            picture = self._reach(self._table.number_at(time_s))
            if picture is not None and self._table.number_at(time_s) == self._at:
                self._sought_s = None
                return picture
            if len(self._table) == 0:
                self._sought_s = None
                return None
        raise MistrustError

    def _reach(self, number: int) -> VideoFrame | None:
        """Decode up to a frame, from here or from a key frame if one is nearer; None where the file ends before it."""
        table = self._table
        if isinstance(table, PacketTable) and table.reorders and not table.damaged and number != self._at + 1:
            if (picture := self._hurry(table, number)) is not None:
                return picture
            self._begin_before(number)
        else:
            self._come_near(number)
        while (picture := self._step()) is not None and self._at < number:
            pass
        return picture

    def _hurry(self, table: PacketTable, number: int) -> VideoFrame | None:
        """Decode up to a frame, leaving out what nobody sees or needs; None where it must be done in full."""
        self._reader.needed_from = table.stamp_of(number)
        try:
            self._come_near(number)
            while (picture := self._reader.next()) is not None and self._reader.damaged == 0:
                found = table.find(picture)
                if found is None or not self._at < found <= number:
                    break
                self._at = found
                if found == number:
                    self._go_on_after = number
                    return picture
        finally:
            self._reader.needed_from = None
        return None

    def _come_near(self, number: int) -> None:
        """Begin at the key frame before a frame, unless decoding on from here is less."""
        if not self._at < number or self._table.key_between(max(self._at, 0), number):
            self._begin_before(number)

    def _begin_before(self, number: int) -> None:
        for stamp in self._table.keys_before(number):
            if not self._reader.start_at(stamp):
                break
            first = self._reader.next()
            found = self._table.find(first) if first is not None and first.key_frame else None
            if first is not None and found is not None and found <= number:
                self._reader.put_back(first)
                self._at = found - 1
                return
        self._reader.start()
        self._at = -1

    def _start_over(self) -> None:
        """Begin again by one thread, to go on after the frame that was reached."""
        self._reader.close()
        self._reader = VideoStreamReader(self._path, self._check, threads=False)
        self._at = -1

    def _learn_by_decoding(self) -> None:
        """Put a table by decoding in the place of one that is wrong; of such a table, use no key frames any more."""
        if isinstance(self._table, PacketTable):
            self._table.close()
            fps = self._fps or _UNTOLD_FPS
            self._table = DecodedTable(self._path, self._check, self._time_base, fps, disordered=self._table.disordered)
        elif isinstance(self._table, DecodedTable) and not self._table.forget_keys():
            raise SourceError(f"{self._path.name} decodes differently each time.", "Convert it to MP4 (H.264).")

    def _seen(self, picture: VideoFrame) -> Pixels:
        if picture.key_frame or not self._matrix_known:
            self._matrix, self._matrix_known = display_matrix(picture), True
        whole = shown_pixels(picture, self._matrix)
        height, width = whole.shape[:2]
        if self._size is not None and self._size != (width, height):
            self._notices.tell("The size of the picture changes within the file.")
        self._size = (width, height)
        self._notices.tell(privacy.mismatch(self._setting, width, height))
        return privacy.apply(whole, self._setting)

    def _keep_informed(self) -> None:
        """Bring warnings and the number of frames up to what is known now."""
        table = self._table
        table.damaged = max(table.damaged, self._reader.damaged)
        all_known = table.complete and isinstance(table, DecodedTable)
        self._notices.lose(table.damaged - self._notices.losses, all_known=all_known)
        if not table.complete:
            if self.info.frames is not None or self.info.duration_s != self._promised_s:
                self.info = replace(self.info, frames=None, duration_s=self._promised_s)
            return
        if self.info.frames == len(table) or len(table) == 0:
            return
        last_s = table.time_of(len(table) - 1)
        fps = self._fps or ((len(table) - 1) / last_s if last_s > 0 else None)
        duration = last_s + 1 / fps if fps else None
        self.info = replace(self.info, fps=fps, frames=len(table), duration_s=duration)
        self._tell_if_short(duration)

    def _tell_if_short(self, duration: float | None) -> None:
        promised = self._promised_s
        if promised is None or duration is None or self._told_short:
            return
        if promised - duration > max(_SHORT_BY_S, _SHORT_BY * promised):
            self._told_short = True
            self._notices.tell(f"The file promises {promised:.1f} s of pictures and holds {duration:.1f} s.")
