"""Senders on loopback: the public live source with its faults, and plain ones whose every byte the test chooses."""

import json
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.patience import PATIENCE_S


@dataclass(frozen=True)
class Live:
    """A running live source: its address, and when each picture was sent, on ``time.time``."""

    url: str
    log: Path

    def sent(self) -> dict[int, float]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return {line["i"]: line["t"] for line in reversed(lines)}


@contextmanager
def live_source(cases: Path, folder: Path, *words: object) -> Iterator[Live]:
    """Run the public live source."""
    log = folder / f"sent-{time.monotonic_ns()}.log"
    script = cases / "open" / "live_source.py"
    command = [sys.executable, "-B", str(script), "--log", str(log), *(str(word) for word in words)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        yield Live(json.loads(process.stdout.readline())["url"], log)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def served(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Answer every connection in a thread of its own until the block ends; yield the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    stopping = threading.Event()
    open_lines: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def answer_one(line: socket.socket) -> None:
        with suppress(OSError, struct.error):
            answer(line)
        line.close()

    def accept() -> None:
        while not stopping.is_set():
            with suppress(TimeoutError):
                line, _ = listener.accept()
                line.settimeout(PATIENCE_S)
                open_lines.append(line)
                threads.append(threading.Thread(target=answer_one, args=(line,), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stopping.set()
        accepting.join()
        listener.close()
        for line in open_lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(PATIENCE_S)


def rtsp(stream: bytes) -> Callable[[socket.socket], None]:
    """Return an RTSP sender of one MPEG-TS as RTP inside its own connection (RFC 2326, RFC 2250)."""

    def answer(line: socket.socket) -> None:
        reader = line.makefile("rb")
        while True:
            asked = reader.readline().decode().split()
            if not asked:
                return
            fields = {}
            while (header := reader.readline().decode().strip()) != "":
                name, _, value = header.partition(":")
                fields[name.casefold()] = value.strip()
            method, extra, body = asked[0], "", ""
            if method == "OPTIONS":
                extra = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n"
            if method == "DESCRIBE":
                body = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=t\r\nt=0 0\r\nm=video 0 RTP/AVP 33\r\na=control:one\r\n"
                extra = f"Content-Type: application/sdp\r\nContent-Base: {asked[1]}/\r\n"
            if method == "SETUP":
                extra = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n"
            lines = f"RTSP/1.0 200 OK\r\nCSeq: {fields['cseq']}\r\n{extra}Content-Length: {len(body)}\r\n\r\n{body}"
            line.sendall(lines.encode())
            if method == "PLAY":
                break
        for number, at in enumerate(range(0, len(stream), 7 * 188)):
            head = struct.pack(">BBHII", 0x80, 33, number & 0xFFFF, number * 3000, 1)
            packet = head + stream[at : at + 7 * 188]
            line.sendall(struct.pack(">BBH", 0x24, 0, len(packet)) + packet)
        line.recv(1)

    return answer
