"""Network streams against the public live source in every mode, and against senders that the test writes itself."""

import base64
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tests.patience import PATIENCE_S
from tests.uiac_desktop.sources import made
from tests.uiac_desktop.sources.numbered import numbered
from tests.uiac_desktop.sources.scripted import Told
from tests.uiac_desktop.sources.served import live_source, rtsp, served
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Frame
from uiac_desktop.sources.base import FrameSource, PictureBack, PictureLost
from uiac_desktop.sources.stream.source import open_stream

Read = tuple[Frame, float]
_PROBED_S = 2.0
"""FFmpeg looks at a stream for five seconds where it is not told otherwise, and would show it so much later."""


class Watching:
    """A begun stream that is read in a thread of its own; every frame with the time it came."""

    def __init__(self, url: str) -> None:
        self.told = Told()
        self.seen: list[Read] = []
        self.error: SourceError | None = None
        self.source: FrameSource = open_stream(url)
        self.source.follow(self.told)
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="watching", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            with self.source:
                while (frame := self.source.read()) is not None:
                    with self._changed:
                        self.seen.append((frame, time.time()))
                        self._changed.notify_all()
        except SourceError as error:
            with self._changed:
                self.error = error
                self._changed.notify_all()

    def wait_for(self, holds: Callable[[list[Read]], bool]) -> list[Read]:
        with self._changed:
            assert self._changed.wait_for(lambda: holds(self.seen) or self.error is not None, PATIENCE_S), (
                self.told.news
            )
            assert self.error is None, self.error.message
            return list(self.seen)

    def stop(self) -> None:
        self.source.interrupt()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()


@pytest.fixture
def watch() -> Iterator[Callable[[str], Watching]]:
    watching: list[Watching] = []

    def begin(url: str) -> Watching:
        watching.append(Watching(url))
        return watching[-1]

    yield begin
    for one in watching:
        one.stop()
        assert not one.source.hangs


@pytest.fixture
def live(cases_dir: Path, tmp_path: Path):
    return lambda *words: live_source(cases_dir, tmp_path, *words)


@pytest.mark.parametrize("kind", ["mjpeg", "ts"])
def test_that_a_steady_stream_is_shown_at_once_in_order(live, watch, caselib: ModuleType, kind: str) -> None:
    with live("--kind", kind, "--size", "160x120") as sender:
        watching = watch(sender.url)
        seen = watching.wait_for(lambda seen: len(seen) >= 20)
        numbers = [caselib.read_index(frame.pixels) for frame, _ in seen]
        assert None not in numbers
        assert numbers == sorted(numbers)
        sent = sender.sent()
        assert np.median([at - sent[number] for number, (_, at) in zip(numbers, seen, strict=True)]) < _PROBED_S
        assert [frame.index for frame, _ in seen] == list(range(len(seen)))
        assert watching.source.info.fps == 25
        assert not watching.told.news


def test_that_a_stalled_stream_is_said_and_can_be_stopped(live, watch) -> None:
    with live("--mode", "stall", "--after", 1) as sender:
        watching = watch(sender.url)
        watching.told.wait_for(lambda news: bool(news))
        assert isinstance(watching.told.news[0], PictureLost)
        watching.stop()


@pytest.mark.parametrize("kind", ["mjpeg", "ts"])
def test_that_a_silent_sender_can_be_given_up_at_once(live, watch, kind: str) -> None:
    with live("--mode", "never", "--kind", kind) as sender:
        watching = watch(sender.url)
        watching.stop()
        assert watching.error is not None
        assert "given up" in watching.error.message


@pytest.mark.parametrize("kind", ["mjpeg", "ts"])
def test_that_a_cut_stream_comes_back_and_frames_are_numbered_on(live, watch, kind: str) -> None:
    with live("--mode", "drop", "--after", 2.5, "--down", 0.7, "--kind", kind, "--size", "160x120") as sender:
        watching = watch(sender.url)
        watching.told.wait_for(lambda news: any(isinstance(one, PictureBack) for one in news))
        count = len(watching.seen)
        seen = watching.wait_for(lambda seen: len(seen) > count + 3)
        assert [frame.index for frame, _ in seen] == list(range(len(seen)))
        gap_s = watching.told.news[-1].gap_s
        times = [frame.time_s for frame, _ in seen]
        assert max(np.diff(times)) == pytest.approx(gap_s, abs=0.01)
        assert gap_s > 0.5


def test_that_a_late_first_picture_is_waited_for(live, watch) -> None:
    with live("--mode", "late", "--after", 1.5) as sender:
        watching = watch(sender.url)
        watching.wait_for(lambda seen: len(seen) >= 2)
        assert not watching.told.news


def test_that_the_times_of_a_slow_stream_are_those_of_the_wall(live, watch) -> None:
    with live("--mode", "slow", "--fps", 25) as sender:
        watching = watch(sender.url)
        frames = [frame for frame, _ in watching.wait_for(lambda seen: len(seen) >= 10)]
        assert [frame.time_s for frame in frames] == pytest.approx(
            [frame.captured_at - frames[0].captured_at for frame in frames]
        )
        assert watching.source.info.fps == 25
        assert frames[-1].time_s > 2 * frames[-1].index / 25, "every picture takes five times as long as was promised"


def test_that_of_a_burst_the_newest_is_shown_and_the_others_are_counted(live, watch, caselib: ModuleType) -> None:
    with live("--mode", "burst", "--fps", 50, "--size", "160x120") as sender:
        watching = watch(sender.url)
        watching.wait_for(lambda seen: (caselib.read_index(seen[-1][0].pixels) or 0) % 50 >= 48 if seen else False)
        number, at = caselib.read_index(watching.seen[-1][0].pixels), watching.seen[-1][1]
        assert at - sender.sent()[number] < 1, "the next burst comes every second"


def test_that_a_change_of_size_is_followed(live, watch) -> None:
    with live("--mode", "resize", "--after", 1.2, "--kind", "ts", "--size", "160x120") as sender:
        watching = watch(sender.url)
        watching.wait_for(lambda seen: {frame.pixels.shape[:2] for frame, _ in seen} == {(120, 160), (240, 320)})


def test_that_damaged_pictures_are_left_out_and_counted(live, watch, caselib: ModuleType) -> None:
    with live("--mode", "garbage", "--fps", 60, "--size", "160x120") as sender:
        watching = watch(sender.url)
        seen = watching.wait_for(lambda seen: len(seen) >= 80)
        assert None not in [caselib.read_index(frame.pixels) for frame, _ in seen]
        assert any("damaged pictures were left out" in line for line in watching.source.warnings)
        assert not watching.told.news


def test_that_a_clean_end_is_a_loss_since_live_has_no_end(live, watch) -> None:
    with live("--mode", "end", "--after", 1) as sender:
        watching = watch(sender.url)
        watching.told.wait_for(lambda news: bool(news))
        assert "has ended" in watching.told.news[0].why


# Senders of the test's own


@pytest.fixture(scope="module")
def transport_stream(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    pictures = [numbered(number, colour=True) for number in range(60)]
    path = tmp_path_factory.mktemp("ts") / "clip.ts"
    return made.write_clip(path, pictures, options={"bf": "0", "g": "5"}).read_bytes()


def test_that_mpeg_ts_over_tcp_is_read(watch, transport_stream: bytes) -> None:
    def answer(line: socket.socket) -> None:
        line.sendall(transport_stream)
        line.recv(1)

    with served(answer) as port:
        watch(f"tcp://127.0.0.1:{port}").wait_for(lambda seen: len(seen) >= 1)


def test_that_mpeg_ts_over_udp_is_read(watch, transport_stream: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    watching = watch(f"udp://127.0.0.1:{port}")
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    until = time.monotonic() + PATIENCE_S
    with sender:
        while not watching.seen and time.monotonic() < until:
            for at in range(0, len(transport_stream), 7 * 188):
                sender.sendto(transport_stream[at : at + 7 * 188], ("127.0.0.1", port))
    watching.wait_for(lambda seen: len(seen) >= 1)


def test_that_rtsp_is_read_and_its_password_is_nowhere(
    watch, transport_stream: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with served(rtsp(transport_stream)) as port:
        watching = watch(f"rtsp://jane:topsecret@127.0.0.1:{port}/live")
        watching.wait_for(lambda seen: len(seen) >= 1)
        assert watching.source.info.name == f"rtsp://127.0.0.1:{port}"
        watching.stop()
    assert "topsecret" not in caplog.text + repr(watching.source.info) + "".join(watching.source.warnings)


def _http(head: str, body: bytes = b"", asked: list[str] | None = None) -> Callable[[socket.socket], None]:
    def answer(line: socket.socket) -> None:
        request = line.recv(65536).decode()
        if asked is not None:
            asked.append(request)
        line.sendall(head.replace("\n", "\r\n").encode() + b"\r\n" + body)
        if body:
            line.recv(1)

    return answer


_TS = "HTTP/1.1 200 OK\nContent-Type: video/mp2t\n"


def test_that_user_and_password_are_sent_and_not_shown(watch, transport_stream: bytes) -> None:
    asked: list[str] = []
    with served(_http(_TS, transport_stream, asked)) as port:
        watching = watch(f"http://jane:top%20secret@127.0.0.1:{port}/live?channel=1")
        watching.wait_for(lambda seen: len(seen) >= 1)
        assert "GET /live?channel=1 HTTP" in asked[0]
        secret = base64.b64encode(b"jane:top secret").decode()
        assert f"Authorization: Basic {secret}" in asked[0]
        assert "secret" not in repr(watching.source.info)


def test_that_a_chunked_answer_is_read(watch, transport_stream: bytes) -> None:
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(part), part)
        for part in (transport_stream[at : at + 1000] for at in range(0, len(transport_stream), 1000))
    )
    with served(_http(f"{_TS}Transfer-Encoding: chunked\n", chunks)) as port:
        watch(f"http://127.0.0.1:{port}/").wait_for(lambda seen: len(seen) >= 1)


def test_that_a_redirect_is_followed_and_another_host_gets_no_password(watch, transport_stream: bytes) -> None:
    asked: list[str] = []
    with served(_http(_TS, transport_stream, asked)) as port:
        moved = f"HTTP/1.1 302 Found\nLocation: http://127.0.0.1:{port}/there\n"
        with served(_http(moved)) as first:
            watch(f"http://jane:secret@127.0.0.1:{first}/here").wait_for(lambda seen: len(seen) >= 1)
    assert "GET /there" in asked[0]
    assert "Authorization" not in asked[0]


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("HTTP/1.1 401 No\n", "asks for a user and a password"),
        ("HTTP/1.1 404 No\n", "error 404"),
        ("HTTP/1.1 302 Found\nLocation: http://127.0.0.1:{port}/again\n", "only leads on"),
        ("HTTP/1.1 302 Found\nLocation: file:///etc/passwd\n", "not the address of a stream"),
        ("HTTP/1.1 200 OK\nContent-Type: text/html\n", "sends nothing that can be shown"),
        ("nonsense\n", "no answer that can be understood"),
    ],
)
def test_that_a_web_address_without_a_stream_says_so(watch, head: str, says: str) -> None:
    place: list[int] = []
    with served(lambda line: _http(head.replace("{port}", str(place[0])), b"")(line)) as port:
        place.append(port)
        watching = watch(f"http://jane:secret@127.0.0.1:{port}/")
        with pytest.raises(AssertionError, match=says):
            watching.wait_for(lambda seen: False)
        assert watching.error is not None
        assert watching.error.advice
        assert "secret" not in watching.error.message


def test_that_nobody_there_is_said(watch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    watching = watch(f"tcp://127.0.0.1:{port}")
    with pytest.raises(AssertionError, match="refuses the connection"):
        watching.wait_for(lambda seen: False)
